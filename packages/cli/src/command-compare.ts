import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { DrivesweepError } from '@drivesweep/contracts';
import { openObjectStore, s3OptionsFromEnv } from '@drivesweep/object-store';
import { renderComparison } from '@drivesweep/report';
import { storeOf, STORE_HELP, wholeNumber } from './command.ts';
import type { CommandContext } from './command.ts';
import { compareSweeps } from './compare-sweeps.ts';
import { parseGates } from './compared-metrics.ts';
import { EXIT } from './exit-code.ts';
import { findStoredSweep } from './find-sweep.ts';
import { jsonText } from './json-text.ts';
import { formatComparison, gateLine } from './print-comparison.ts';
import { pairsToShow } from './shown-pairs.ts';

const SWEEP_HELP = 'id of the sweep, the start of it, or the name of the sweep';
const LARGEST_SEED = 2 ** 32 - 1;

interface CompareOptions {
  readonly store?: string;
  readonly metric?: string[];
  readonly primary?: string;
  readonly failIf?: string[];
  readonly seed: string;
  readonly json?: true;
  readonly html?: string;
}

/** `compare` says what the second of two sweeps is worth against the first. */
export function addCompareCommand(program: Command, context: CommandContext): void {
  program
    .command('compare')
    .summary('say whether one sweep is better than another')
    .description(
      'Compares two sealed sweeps over the same windows, B against A: paired\n' +
        'differences with intervals by ' +
        'resampling drives, a sign-flip test, and a verdict. Sweeps that were asked\n' +
        'different things are refused.',
    )
    .argument('<a>', `the one that is there: ${SWEEP_HELP}`)
    .argument('<b>', 'the one that is judged')
    .option('--store <uri>', STORE_HELP)
    .option('--metric <id>', 'compare this metric (repeatable; default: the headline)', repeated)
    .option('--primary <id>', 'the metric of the verdict (default: the first that is compared)')
    .option(
      '--fail-if <gate>',
      'end with 4 when B is shown to be worse: "<metric> worse [by <number>%|<number> <unit>]" (repeatable)',
      repeated,
    )
    .option('--seed <n>', 'seed of resampling and sign flips', '0')
    .option('--json', 'print the comparison as one JSON document')
    .option('--html <file>', 'write the comparison as a page that opens offline')
    .addHelpText(
      'after',
      `
Examples:
  drivesweep compare demo-constant-velocity demo-nano
  drivesweep compare sw-01234 sw-56789 --primary 'min_ade_6@6.4s[full]' --json
  drivesweep compare released candidate --html comparison.html
  drivesweep compare released candidate --fail-if 'ade_first@6.4s worse by 2%'`,
    )
    .action(async (wantedA: string, wantedB: string, options: CompareOptions) => {
      const gates = parseGates(options.failIf ?? []);
      const seed = wholeNumber('--seed', options.seed, 0, LARGEST_SEED);
      const storeUri = storeOf(options.store, context.env);
      const store = openObjectStore(storeUri, { s3: s3OptionsFromEnv(context.env) });
      const comparison = await compareSweeps(store, {
        a: await findStoredSweep(wantedA, store),
        b: await findStoredSweep(wantedB, store),
        metric: options.metric,
        primary: options.primary,
        seed,
        gates,
      });
      context.console.result(
        options.json === true ? jsonText(comparison) : formatComparison(comparison),
      );
      if (options.html !== undefined) {
        const page = renderComparison(comparison, await pairsToShow(store, comparison));
        await writePage(options.html, page, context);
      }
      const failed = comparison.gates.filter(({ outcome }) => outcome !== 'passed');
      // The text has them all; with --json they would not be seen in the log of a CI.
      if (options.json === true) failed.forEach((gate) => context.console.say(gateLine(gate)));
      context.end(failed.length === 0 ? EXIT.complete : EXIT.gate);
    });
}

async function writePage(path: string, page: string, { console }: CommandContext): Promise<void> {
  try {
    await writeFile(path, page);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DrivesweepError('USAGE', `--html: cannot write ${path} (${why})`, { cause });
  }
  console.say(`page of the comparison: ${path}`);
}

function repeated(value: string, earlier: string[] | undefined): string[] {
  return [...(earlier ?? []), value];
}
