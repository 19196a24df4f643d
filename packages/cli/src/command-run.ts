import type { Command } from 'commander';
import { asDrivesweepError, DrivesweepError } from '@drivesweep/contracts';
import type { SweepStatus } from '@drivesweep/contracts';
import { openObjectStore, s3OptionsFromEnv } from '@drivesweep/object-store';
import { storeOf, STORE_HELP, tokenOf, wholeNumber } from './command.ts';
import type { CommandContext } from './command.ts';
import { createCoordinatorClient } from './coordinator-client.ts';
import type { CoordinatorClient } from './coordinator-client.ts';
import { EXIT, worstExit } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import { listenForInterrupts } from './interrupts.ts';
import { loadSweepFile } from './load-sweep-file.ts';
import { startLocalCluster } from './local-cluster.ts';
import type { LocalCluster } from './local-cluster.ts';
import { createLogFolder, removeLogFolder } from './log-folder.ts';
import { formatError } from './print-error.ts';
import { printScorecards } from './print-scorecard.ts';
import type { PrintedSweep } from './print-scorecard.ts';
import { createProgressView } from './progress-view.ts';
import type { ProgressView } from './progress-view.ts';
import { reportPlace } from './report-page.ts';
import { exitOfSweep, patiently, submitSweep, troubleOfSweep } from './run-sweeps.ts';
import type { LoadedSweepFile } from './sweep-file.ts';
import { watchSweeps } from './watch-sweeps.ts';

/** The supervisor brings a coordinator back within seconds; longer silence means that something else is wrong. */
const PATIENCE_MS = 60_000;

const EXAMPLE = `
Example sweep file:
  name: comma-constant-velocity
  policy: kinematic:constant-velocity      # or a folder or URI of a policy bundle
  dataset: {layout: comma2k19, uri: ../shared/data/comma2k19}   # relative to this file
  windows: {every_s: 0.1}                  # or at_us: [...], or list: windows.csv
  samples: 1
  seed: 7

Examples:
  drivesweep run sweep.yaml --workers 2
  drivesweep run a.yaml b.yaml --json > scorecards.json

Stopped with Ctrl-C, the same command goes on where it ended.
Exit codes: 0 complete, 2 bad input or usage, 3 sealed as partial, 1 anything else.`;

interface RunOptions {
  readonly store?: string;
  readonly workers: string;
  readonly json?: true;
  readonly keepLogs?: true;
}

export function addRunCommand(program: Command, context: CommandContext): void {
  program
    .command('run')
    .summary('run sweeps on this machine and print their scorecards')
    .description(
      'Starts a local cluster (Redis, coordinator, workers, metrics service), runs the sweeps to their seal,\n' +
        'prints the scorecards side by side and stops everything.',
    )
    .argument('<sweep.yaml...>', 'one or more sweep files')
    .option('--store <uri>', STORE_HELP)
    .option('--workers <n>', 'worker processes', '1')
    .option('--json', 'print the scorecard as one JSON document')
    .option('--keep-logs', 'keep the logs of the processes also when all went well')
    .addHelpText('after', EXAMPLE)
    .action(async (paths: string[], options: RunOptions) => {
      context.end(await run(paths, options, context));
    });
}

async function run(
  paths: readonly string[],
  options: RunOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { console } = context;
  const loaded = await loadAll(paths);
  const storeUri = storeOf(options.store, context.env);
  const workers = wholeNumber('--workers', options.workers, 1, 256);
  const view = createProgressView(console, () => performance.now());
  const interrupts = listenForInterrupts(view.say, 'the same command goes on where this one ended');
  const logFolder = createLogFolder(storeUri);
  let exit: ExitCode = EXIT.failed;
  try {
    const cluster = await startLocalCluster({
      storeUri,
      workers,
      apiPort: 0,
      logFolder,
      say: view.say,
      signal: interrupts.signal,
      onKillable: (kill) => (interrupts.atOnce = kill),
    });
    const client = createCoordinatorClient(() => cluster.apiUrl(), tokenOf(context.env));
    const settled = await runOn(
      cluster,
      () => settle(client, loaded, view, interrupts.signal),
      view,
    );
    view.end();
    exit = printResults(settled, storeUri, options, context);
    await sayReports(settled, storeUri, context);
    return exit;
  } finally {
    view.end();
    interrupts.release();
    if (exit === EXIT.failed || options.keepLogs) console.say(`logs: ${logFolder}`);
    else removeLogFolder(logFolder);
  }
}

/** All files are read before anything starts, and all their mistakes are told. */
async function loadAll(paths: readonly string[]): Promise<LoadedSweepFile[]> {
  const results = await Promise.allSettled(paths.map(loadSweepFile));
  const failed = results.filter((result) => result.status === 'rejected');
  if (failed.length === 1) throw failed[0]?.reason;
  if (failed.length > 1) {
    const texts = failed.map(({ reason }) => formatError(reason, false));
    throw new DrivesweepError(
      'SWEEP_FILE_INVALID',
      `mistakes in several files\n${texts.join('\n')}`,
    );
  }
  return results.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
}

interface SettledSweep {
  readonly status: SweepStatus;
  /** Null when the sweep was refused or cancelled, or could not be scored. */
  readonly scorecard: PrintedSweep['scorecard'] | null;
}

async function runOn(
  cluster: LocalCluster,
  begin: () => Promise<SettledSweep[]>,
  view: ProgressView,
): Promise<SettledSweep[]> {
  try {
    const work = begin();
    work.catch(() => undefined);
    return await Promise.race([work, cluster.failed]);
  } finally {
    view.end();
    await cluster.stop();
  }
}

async function settle(
  client: CoordinatorClient,
  loaded: readonly LoadedSweepFile[],
  view: ProgressView,
  signal: AbortSignal,
): Promise<SettledSweep[]> {
  const ids = new Set<string>();
  for (const file of loaded) {
    ids.add(await patiently(() => submitSweep(client, file), PATIENCE_MS, signal));
  }
  if (ids.size < loaded.length) view.say('some of the files describe the same sweep');
  const statuses = await watchSweeps([...ids], { client, view, signal, patienceMs: PATIENCE_MS });
  return Promise.all(
    statuses.map(async (status) => ({
      status,
      scorecard: troubleOfSweep(status)
        ? null
        : await patiently(() => scorecardOf(client, status), PATIENCE_MS, signal),
    })),
  );
}

/** A sweep whose scores failed for good ends as partial without a scorecard; its message says why. */
async function scorecardOf(
  client: CoordinatorClient,
  status: SweepStatus,
): Promise<SettledSweep['scorecard']> {
  try {
    return await client.scorecard(status.sweepId);
  } catch (thrown) {
    if (status.state === 'partial' && asDrivesweepError(thrown).code === 'SWEEP_STATE') return null;
    throw thrown;
  }
}

/** Pages are for a person, so they are told on standard error, also beside a JSON document. */
async function sayReports(
  settled: readonly SettledSweep[],
  storeUri: string,
  { console, env }: CommandContext,
): Promise<void> {
  const store = openObjectStore(storeUri, { s3: s3OptionsFromEnv(env) });
  for (const { status, scorecard } of settled) {
    if (scorecard === null) continue;
    const place = await reportPlace(store, status.sweepId);
    console.say(
      place === null
        ? `${status.name} has no report; drivesweep score ${status.sweepId} says why`
        : `report of ${status.name}: ${place}`,
    );
  }
}

function printResults(
  settled: readonly SettledSweep[],
  storeUri: string,
  options: RunOptions,
  context: CommandContext,
): ExitCode {
  const printed: PrintedSweep[] = [];
  for (const { status, scorecard } of settled) {
    const trouble = troubleOfSweep(status);
    if (trouble) context.console.say(formatError(trouble, false));
    else if (status.message !== null) context.console.say(`${status.name}: ${status.message}`);
    if (scorecard) printed.push({ scorecard, filesAt: `${storeUri}/sweeps/${status.sweepId}` });
  }
  printScorecards(printed, settled.length, options.json === true, context.console);
  return worstExit(settled.map(({ status }) => exitOfSweep(status)));
}
