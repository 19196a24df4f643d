import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { DrivesweepError } from '@drivesweep/contracts';
import { openObjectStore, s3OptionsFromEnv } from '@drivesweep/object-store';
import { encodeTable } from '@drivesweep/parquet-io';
import { CAMERA_NAMES, generateDataset, SCENARIOS, SPLITS } from '@drivesweep/synthetic-drives';
import type { GenerateOptions, GenerateProgress } from '@drivesweep/synthetic-drives';
import { wholeNumber } from './command.ts';
import type { CommandContext } from './command.ts';
import type { Console } from './console.ts';
import { EXIT } from './exit-code.ts';
import { jsonText } from './json-text.ts';
import { absoluteUri, isLocal } from './sweep-file.ts';

const EXAMPLE = `
Examples:
  drivesweep drives generate --out ./drives --drives 6 --seed 1
  drivesweep drives generate --out ./stops --scenario lead_stop pedestrian --duration 12

The same seed and options give the same drives. ffmpeg must be installed.`;

interface GenerateFlags {
  readonly out: string;
  readonly drives: string;
  readonly seed: string;
  readonly scenario?: string[];
  readonly camera?: string[];
  readonly duration?: string;
  readonly width?: string;
  readonly height?: string;
  readonly split?: string;
  readonly firstDrive?: string;
  readonly json?: true;
}

export function addGenerateCommand(drives: Command, context: CommandContext): void {
  drives
    .command('generate')
    .summary('write synthetic drives')
    .description('Writes synthetic drives with rendered cameras in the layout physicalai-av.')
    .requiredOption('--out <uri>', 'empty folder, or s3:// URI, of the dataset')
    .option('--drives <n>', 'how many', '7')
    .option('--seed <n>', 'what the drives are made from', '0')
    .addOption(
      new Option('--scenario <name...>', 'only these, in turn (default: all)').choices(SCENARIOS),
    )
    .addOption(
      new Option('--camera <name...>', 'only these cameras (default: all four)').choices(
        CAMERA_NAMES,
      ),
    )
    .option('--duration <s>', 'length of a drive in seconds (default: 20)')
    .option('--width <pixels>', 'of the videos, even (default: 480)')
    .option('--height <pixels>', 'of the videos, even (default: 270)')
    .addOption(
      new Option('--split <name>', 'put every drive into this split (default: by hash)').choices(
        SPLITS,
      ),
    )
    .option('--first-drive <n>', 'number of the first drive (default: 0)')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLE)
    .action(async (flags: GenerateFlags) => {
      const made = await generate(flags, context);
      const text = `${made.drives} drives with ${made.frames} frames in ${made.uri}`;
      context.console.result(flags.json ? jsonText(made) : text);
      context.end(EXIT.complete);
    });
}

interface Made {
  readonly uri: string;
  readonly drives: number;
  readonly frames: number;
}

async function generate(flags: GenerateFlags, context: CommandContext): Promise<Made> {
  const uri = absoluteUri(flags.out, resolve('.'));
  const drives = wholeNumber('--drives', flags.drives, 1, 100_000);
  const seed = wholeNumber('--seed', flags.seed, 0, Number.MAX_SAFE_INTEGER);
  const options = optionsOf(flags);
  await requireEmpty(uri);
  const store = openObjectStore(uri, { s3: s3OptionsFromEnv(context.env) });
  let frames = 0;
  const progress = generateDataset({ store, encodeParquet: encodeTable, seed, drives, options });
  for await (const step of progress) {
    frames = step.frames;
    show(step, context.console);
  }
  if (context.console.interactive) context.console.draw(CLEAR_LINE);
  return { uri, drives, frames };
}

const CLEAR_LINE = '\r\u001b[2K';

function show({ stage, drivesDone, drives, scenario, frames }: GenerateProgress, console: Console) {
  const line = `${drivesDone}/${drives} drives  ${frames} frames  ${scenario ?? 'indices'}`;
  if (console.interactive) console.draw(`${CLEAR_LINE}${line.slice(0, console.width - 1)}`);
  else if (stage !== 'camera') console.say(line);
}

function optionsOf(flags: GenerateFlags): GenerateOptions {
  const { duration, width, height, firstDrive } = flags;
  return {
    ...(flags.scenario && { scenarios: flags.scenario }),
    ...(flags.camera && { cameras: flags.camera }),
    ...(flags.split !== undefined && { split: flags.split }),
    ...(duration !== undefined && { durationS: positiveNumber('--duration', duration) }),
    ...(width !== undefined && { width: wholeNumber('--width', width, 64, 3840) }),
    ...(height !== undefined && { height: wholeNumber('--height', height, 36, 2160) }),
    ...(firstDrive !== undefined && {
      firstDrive: wholeNumber('--first-drive', firstDrive, 0, 1e9),
    }),
  };
}

function positiveNumber(option: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new DrivesweepError('USAGE', `${option}: expected a number above 0, found ${text}`);
}

/** Writing over somebody's files would mix two datasets. */
async function requireEmpty(uri: string): Promise<void> {
  if (!isLocal(uri)) return;
  const names = await readdir(uri).catch(() => []);
  if (names.length === 0) return;
  throw new DrivesweepError('USAGE', `--out: ${uri} is not empty`, {
    hint: 'name a new folder, or remove what is there',
  });
}
