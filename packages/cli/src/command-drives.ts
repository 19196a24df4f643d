import { resolve } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { DATASET_LAYOUTS } from '@drivesweep/contracts';
import type { DatasetLayout, DriveEntry, DriveReader } from '@drivesweep/contracts';
import { openDriveReader } from '@drivesweep/drives';
import { openObjectStore, s3OptionsFromEnv } from '@drivesweep/object-store';
import type { CommandContext } from './command.ts';
import { addGenerateCommand } from './command-generate.ts';
import { EXIT } from './exit-code.ts';
import { formatDrive, inspectDrive } from './inspect-drive.ts';
import { jsonText } from './json-text.ts';
import { absoluteUri } from './sweep-file.ts';
import { formatTable } from './table.ts';

interface DatasetOptions {
  readonly layout: DatasetLayout;
  readonly uri: string;
  readonly json?: true;
}

export function addDrivesCommands(program: Command, context: CommandContext): void {
  const drives = program
    .command('drives')
    .summary('generate and look at recorded drives')
    .description('Generates synthetic drives, and lists and inspects those of a dataset.')
    .addHelpText(
      'after',
      '\nExample:\n  drivesweep drives generate --out ./drives --drives 6 --seed 1',
    );
  addGenerateCommand(drives, context);

  drives
    .command('list')
    .summary('list the drives of a dataset')
    .description('Lists the drives of a dataset, without opening them.')
    .addOption(layoutOption())
    .requiredOption('--uri <uri>', 'folder or s3:// URI of the dataset')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      '\nExample:\n  drivesweep drives list --layout comma2k19 --uri ../shared/data/comma2k19',
    )
    .action(async (options: DatasetOptions) => {
      const reader = readerOf(options, context);
      const dataset = await reader.describe();
      const found: DriveEntry[] = [];
      for await (const entry of reader.listDrives({ split: null, ids: null, limit: null })) {
        found.push(entry);
      }
      const text = options.json ? jsonText({ dataset, drives: found }) : formatDrives(found);
      context.console.result(text);
      context.end(EXIT.complete);
    });

  drives
    .command('inspect')
    .summary('say what is recorded in one drive')
    .description('Says what is recorded in one drive, and what is wrong with it.')
    .argument('<drive>', 'id of the drive')
    .addOption(layoutOption())
    .requiredOption('--uri <uri>', 'folder or s3:// URI of the dataset')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      '\nExample:\n  drivesweep drives inspect "b0c9d2329ad1606b|2018-08-02--08-34-47/40" \\\n' +
        '    --layout comma2k19 --uri ../shared/data/comma2k19',
    )
    .action(async (driveId: string, options: DatasetOptions) => {
      const about = await inspectDrive(readerOf(options, context), driveId);
      context.console.result(options.json ? jsonText(about) : formatDrive(about));
      context.end(EXIT.complete);
    });
}

function layoutOption(): Option {
  return new Option('--layout <layout>', 'layout of the dataset')
    .choices(DATASET_LAYOUTS)
    .makeOptionMandatory();
}

function readerOf({ layout, uri }: DatasetOptions, context: CommandContext): DriveReader {
  const root = absoluteUri(uri, resolve('.'));
  return openDriveReader(openObjectStore(root, { s3: s3OptionsFromEnv(context.env) }), layout);
}

function formatDrives(found: readonly DriveEntry[]): string {
  if (found.length === 0) return 'no drives';
  const rows = found.map(({ driveId, split, valid, chunk }) => [
    driveId,
    split ?? '-',
    valid ? 'yes' : 'no',
    chunk ?? '-',
  ]);
  const columns = ['drive', 'split', 'valid', 'chunk'].map((title) => ({
    title,
    align: 'left' as const,
  }));
  return formatTable(columns, rows).join('\n');
}
