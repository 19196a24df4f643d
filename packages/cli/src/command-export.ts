import type { Command } from 'commander';
import { asDrivesweepError, DrivesweepError, EXPORT_STAGES } from '@drivesweep/contracts';
import { openObjectStore, probePutIfAbsent, s3OptionsFromEnv } from '@drivesweep/object-store';
import { exportKeys } from '@drivesweep/teacher-export';
import { storeOf, STORE_HELP, wholeNumber } from './command.ts';
import type { CommandContext } from './command.ts';
import { EXIT } from './exit-code.ts';
import { queueStageRunner } from './export-queue.ts';
import { localStageRunner } from './export-runner.ts';
import type { StageRunner } from './export-runner.ts';
import { findStoredSweep } from './find-sweep.ts';
import { listenForInterrupts } from './interrupts.ts';
import { jsonText } from './json-text.ts';
import { loadRecipeFile } from './load-recipe-file.ts';
import { claimTarget, prepareExport, releaseTarget } from './prepare-export.ts';
import { formatExport, readExportSummary } from './print-export.ts';

const HELP = `
Example recipe:
  name: clean-windows
  filters:
    complete: {require: [trace]}
    feasible: {}                          # bounds of the released Alpamayo-R1
    error_to_recorded: {max_ade_m: 2.0}   # rejection sampling
    no_chain_breaks: true
    agreement: not_contradicted           # of trace and plan
    best: {by: recorded}                  # or consensus, which looks at no future
    near_duplicates: {}
    max_windows_per_drive: 40
  splits: {train: 0.9, validation: 0.1}

Examples:
  drivesweep export teacher my-sweep --recipe recipe.yaml --out ./dataset
  drivesweep export teacher sw-01234 --recipe recipe.yaml --out s3://bucket/dataset --accept LicenseRef-NVIDIA-AV-Dataset

Stopped with Ctrl-C, the same command goes on where it ended. docs/distillation.md explains recipes and columns.
Exit codes: 0 complete, 2 bad input or usage, 1 anything else.`;

interface ExportOptions {
  readonly recipe: string;
  readonly out: string;
  readonly store?: string;
  readonly accept?: string[];
  readonly public?: true;
  readonly workers: string;
  readonly redis?: string;
  readonly prefix: string;
  readonly json?: true;
}

/** `export teacher` makes a dataset of what a policy answered. */
export function addExportCommands(program: Command, context: CommandContext): void {
  program
    .command('export')
    .summary('make datasets of sweeps')
    .description('Makes datasets of sealed sweeps.')
    .command('teacher')
    .summary('make a dataset to train a student policy on')
    .description(
      'Makes a dataset of what a policy answered in a sealed sweep: Parquet shards, splits by drive, a dataset\n' +
        'card, Croissant metadata and checksums. A recipe says which windows and samples go in.',
    )
    .argument('<sweep>', 'id of the sweep, the start of it, or the name of the sweep')
    .requiredOption('--recipe <recipe.yaml>', 'what goes in')
    .requiredOption('--out <uri>', 'folder or s3:// URI of the dataset')
    .option('--store <uri>', STORE_HELP)
    .option('--accept <licence>', 'accept the licence of this id (repeatable)', repeated)
    .option('--public', 'others can read the target: refused when a licence forbids passing on')
    .option('--workers <n>', 'processes on this machine', '2')
    .option('--redis <url>', 'let the metrics services of a cluster do it, by its queue')
    .option('--prefix <name>', 'prefix of the queue, as of the services', 'drivesweep')
    .option('--json', 'print what was written as one JSON document')
    .addHelpText('after', HELP)
    .action(async (wanted: string, options: ExportOptions) => {
      await exportTeacher(wanted, options, context);
      context.end(EXIT.complete);
    });
}

async function exportTeacher(
  wanted: string,
  options: ExportOptions,
  context: CommandContext,
): Promise<void> {
  const { console, env } = context;
  const storeOptions = { s3: s3OptionsFromEnv(env) };
  const workers = wholeNumber('--workers', options.workers, 1, 256);
  const recipe = await loadRecipeFile(options.recipe);
  const store = openObjectStore(storeOf(options.store, env), storeOptions);
  const spec = await prepareExport({
    store,
    sweepId: await findStoredSweep(wanted, store),
    recipe,
    accepted: options.accept ?? [],
    isPublic: options.public === true || isHub(options.out),
    storeOptions,
  });
  refuseHub(options.out);
  const out = storeOf(options.out, env);
  const target = openObjectStore(out, storeOptions);
  await probePutIfAbsent(target, `${exportKeys.inside()}/probes`);
  const begun = await claimTarget(target, spec);
  if (begun === 'resumed') console.say(`going on with ${spec.exportId} in ${out}`);
  for (const { id } of spec.accepted) console.say(`accepted: ${id}`);
  const interrupts = listenForInterrupts(
    (text) => console.say(text),
    'the same command goes on where this one ended',
  );
  try {
    const { signal } = interrupts;
    const run =
      options.redis === undefined
        ? localStageRunner(out, workers, signal)
        : queueStageRunner(
            { redisUrl: options.redis, prefix: options.prefix },
            target,
            out,
            signal,
          );
    await runStages(run, context);
  } catch (thrown) {
    if (asDrivesweepError(thrown).code === 'EXPORT_EMPTY') await releaseTarget(target);
    throw thrown;
  } finally {
    interrupts.release();
  }
  const summary = await readExportSummary(target, spec);
  console.result(options.json === true ? jsonText(summary) : formatExport(summary, out));
}

const STAGE_WORDS = {
  survey: 'looking at windows',
  plan: 'choosing windows',
  shard: 'writing shards',
  finish: 'writing card and checksums',
} as const;

async function runStages(
  run: StageRunner,
  { console }: Pick<CommandContext, 'console'>,
): Promise<void> {
  for (const stage of EXPORT_STAGES) {
    let told = '';
    await run(stage, ({ done, of }) => {
      told = `${STAGE_WORDS[stage]}: ${done} of ${of}`;
      if (console.interactive) console.draw(`\r${told}`);
    });
    if (console.interactive) console.draw('\r');
    console.say(told);
  }
}

/** The Hub is where others read. */
function isHub(out: string): boolean {
  return /^hf:\/\//i.test(out);
}

/** After the licences, so that what must not be published is told so first. */
function refuseHub(out: string): void {
  if (!isHub(out)) return;
  throw new DrivesweepError('USAGE', `--out: ${out} is not written to directly`, {
    hint: 'write it to a folder with --public, then: hf upload REPOSITORY FOLDER --repo-type dataset',
  });
}

function repeated(value: string, before: string[] = []): string[] {
  return [...before, value];
}
