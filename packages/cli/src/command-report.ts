import type { Command } from 'commander';
import { DrivesweepError } from '@drivesweep/contracts';
import { openObjectStore, s3OptionsFromEnv } from '@drivesweep/object-store';
import { apiOf, storeOf, STORE_HELP, tokenOf } from './command.ts';
import type { CommandContext } from './command.ts';
import { createCoordinatorClient } from './coordinator-client.ts';
import { EXIT } from './exit-code.ts';
import { findRemoteSweep, findStoredSweep } from './find-sweep.ts';
import { printScorecards } from './print-scorecard.ts';
import type { PrintedSweep } from './print-scorecard.ts';
import { fetchReport } from './report-page.ts';
import { runScoring } from './run-scoring.ts';
import { readSealedSweep } from './sealed-sweep.ts';
import { readScorecard } from './stored-scorecard.ts';

const SWEEP_HELP = 'id of the sweep, the start of it, or the name of the sweep';

interface ReportOptions {
  readonly store?: string;
  readonly api?: string;
  readonly json?: true;
  /** True without a file. */
  readonly html?: string | true;
}

/** `report` reads scorecards, `score` makes them again from the parts. */
export function addReportCommands(program: Command, context: CommandContext): void {
  program
    .command('report')
    .summary('print the scorecard of sweeps')
    .description('Prints the scorecards of sealed sweeps, several side by side.')
    .argument('<sweep...>', SWEEP_HELP)
    .option('--store <uri>', STORE_HELP)
    .option('--api <url>', 'ask a coordinator instead of reading the store')
    .option('--json', 'print the scorecard as one JSON document')
    .option('--html [file]', 'print where the page of the sweep lies; with a file, copy it there')
    .addHelpText(
      'after',
      `
Examples:
  drivesweep report comma-constant-velocity --html report.html
  drivesweep report comma-constant-velocity
  drivesweep report sw-01234 sw-56789 --store s3://bucket/sweeps
  drivesweep report sw-0123456789abcdef --json | jq .metrics`,
    )
    .action(async (wanted: string[], options: ReportOptions) => {
      if (options.html !== undefined) {
        context.console.result(await fetchPage(wanted, options, options.html, context));
        context.end(EXIT.complete);
        return;
      }
      const printed = await Promise.all(
        wanted.map((one) =>
          options.api === undefined
            ? fromStore(one, storeOf(options.store, context.env), context)
            : fromApi(one, apiOf(options.api, context.env), tokenOf(context.env)),
        ),
      );
      printScorecards(printed, wanted.length, options.json === true, context.console);
      context.end(EXIT.complete);
    });

  program
    .command('score')
    .summary('score a sealed sweep again from its parts')
    .description(
      'Scores a sealed sweep again from its parts, without the policy: checks that the scores that are there are\n' +
        'the same, writes those that are not, and prints the scorecard.',
    )
    .argument('<sweep>', SWEEP_HELP)
    .option('--store <uri>', STORE_HELP)
    .option('--json', 'print the scorecard as one JSON document')
    .addHelpText('after', '\nExample:\n  drivesweep score sw-0123456789abcdef --store ./store')
    .action(async (wanted: string, options: ReportOptions) => {
      const storeUri = storeOf(options.store, context.env);
      const sweepId = await findStoredSweep(wanted, storeAt(storeUri, context));
      await runScoring(storeUri, sweepId);
      const printed = await fromStore(sweepId, storeUri, context);
      printScorecards([printed], 1, options.json === true, context.console);
      context.end(EXIT.complete);
    });
}

async function fetchPage(
  [wanted, ...others]: readonly string[],
  { api, json, store: uri }: ReportOptions,
  html: string | true,
  context: CommandContext,
): Promise<string> {
  if (wanted === undefined || others.length > 0) {
    throw new DrivesweepError('USAGE', '--html: a page is of one sweep; name only one');
  }
  if (api !== undefined || json === true) {
    throw new DrivesweepError('USAGE', '--html reads the store: leave out --api and --json');
  }
  const store = storeAt(storeOf(uri, context.env), context);
  const sweepId = await findStoredSweep(wanted, store);
  return fetchReport(store, sweepId, html === true ? null : html);
}

function storeAt(storeUri: string, context: CommandContext) {
  return openObjectStore(storeUri, { s3: s3OptionsFromEnv(context.env) });
}

async function fromStore(
  wanted: string,
  storeUri: string,
  context: CommandContext,
): Promise<PrintedSweep> {
  const store = storeAt(storeUri, context);
  const sweepId = await findStoredSweep(wanted, store);
  const scorecard = await readScorecard(store, sweepId);
  const { manifest } = await readSealedSweep(store, sweepId);
  const filesAt = `${storeUri}/sweeps/${sweepId}`;
  return { scorecard, filesAt, realtime: manifest.realtime };
}

async function fromApi(wanted: string, url: string, token: string | null): Promise<PrintedSweep> {
  const client = createCoordinatorClient(() => url, token);
  const scorecard = await client.scorecard(await findRemoteSweep(client, wanted));
  return { scorecard, filesAt: null };
}
