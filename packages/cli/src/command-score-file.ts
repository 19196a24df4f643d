import type { Command } from 'commander';
import { DrivesweepError } from '@drivesweep/contracts';
import type { CommandContext } from './command.ts';
import { EXIT } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import { formatSummary, recordLine, summaryLine } from './print-file-scores.ts';
import { readPredictions } from './read-predictions.ts';
import { createFileScorer } from './score-predictions.ts';
import type { ScoredRecord } from './score-predictions.ts';

const HELP = `
Parquet with the columns of our prediction parts, or lines of JSON:
  {"window_id": "w1", "dt_s": 0.1,
   "history": {"x": [...], "y": [...], "yaw": [...]},     ends at t0
   "future":  {"x": [...], "y": [...], "yaw": [...]},     starts one step after t0, as the samples
   "samples": [{"x": [...], "y": [...], "yaw": [...], "trace": "Stop because ...", "probability": 0.4}],
   "obstacles": [{"id": "7", "class": "automobile", "length": 4.6, "width": 1.9,
                  "t_s": [...], "x": [...], "y": [...], "yaw": [...]}]}
Arrays in the ego frame at t0, metres, radians and seconds. z, trace, probability and obstacles may be absent; drive_id
and facts (an object of texts to slice by) may be there.

Examples:
  drivesweep score-file predictions.jsonl
  drivesweep score-file predictions.parquet --json > scores.jsonl
  my-policy | drivesweep score-file - --json

Exit codes: 0 every window scored, 3 some were not, 2 none was or bad usage, 1 anything else.`;

/** Errors that are shown one by one before they are only counted. */
const SHOWN_ERRORS = 10;

interface ScoreFileOptions {
  readonly json?: true;
  readonly stepS?: string;
}

/** `score-file`: the reference scores for predictions that were made elsewhere. */
export function addScoreFileCommand(program: Command, context: CommandContext): void {
  program
    .command('score-file')
    .summary('score predictions that were made elsewhere')
    .description(
      'Scores predictions that were made without the pipeline, with every metric and verdict that sweeps get.',
    )
    .argument(
      '<predictions>',
      'a Parquet file, a file of JSON lines, or - for lines on standard input',
    )
    .option('--json', 'print one line of JSON per window, then one with the summary')
    .option('--step-s <seconds>', 'time between poses, for a Parquet file that does not say')
    .addHelpText('after', HELP)
    .action(async (path: string, options: ScoreFileOptions) => {
      context.end(await scoreFile(path, options, context));
    });
}

async function scoreFile(
  path: string,
  options: ScoreFileOptions,
  { console }: CommandContext,
): Promise<ExitCode> {
  const scorer = createFileScorer();
  let refused = 0;
  const show = (record: ScoredRecord): void => {
    if (options.json) console.result(recordLine(record));
    else if (record.kind === 'refused' && ++refused <= SHOWN_ERRORS) {
      const where = record.windowId === null ? '' : ` (${record.windowId})`;
      console.say(`line ${record.line}${where}: error[${record.code}]: ${record.message}`);
    }
  };
  for await (const record of readPredictions(path, stepOf(options.stepS), process.stdin)) {
    show(scorer.score(record));
  }
  const summary = scorer.summary();
  console.result(options.json ? summaryLine(summary) : formatSummary(summary));
  if (summary.counts.expected === 0) console.say(`${path} holds no window`);
  if (summary.counts.ok === 0) return EXIT.badInput;
  return summary.counts.ok === summary.counts.expected ? EXIT.complete : EXIT.partial;
}

function stepOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const stepS = Number(text);
  if (stepS > 0 && Number.isFinite(stepS)) return stepS;
  throw new DrivesweepError('USAGE', `--step-s: expected seconds above 0, found ${text}`);
}
