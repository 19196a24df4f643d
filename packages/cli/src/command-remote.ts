import type { Command } from 'commander';
import type { SweepStatus } from '@drivesweep/contracts';
import { API_HELP, apiOf, tokenOf } from './command.ts';
import type { CommandContext } from './command.ts';
import { createCoordinatorClient } from './coordinator-client.ts';
import type { CoordinatorClient } from './coordinator-client.ts';
import { EXIT } from './exit-code.ts';
import { findRemoteSweep } from './find-sweep.ts';
import { listenForInterrupts } from './interrupts.ts';
import { loadSweepFile } from './load-sweep-file.ts';
import { jsonText } from './json-text.ts';
import { formatError } from './print-error.ts';
import { formatStatus, formatStatusList } from './print-status.ts';
import { createProgressView } from './progress-view.ts';
import { exitOfSweep, submitSweep, troubleOfSweep } from './run-sweeps.ts';
import { watchSweeps } from './watch-sweeps.ts';

const PATIENCE_MS = 30_000;

interface RemoteOptions {
  readonly api?: string;
  readonly json?: true;
}

/** The commands that speak to a running coordinator. */
export function addRemoteCommands(program: Command, context: CommandContext): void {
  const add = (name: string, summary: string, example: string) =>
    program
      .command(name)
      .summary(summary)
      .description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`)
      .option('--api <url>', API_HELP)
      .option('--json', 'print one JSON document')
      .addHelpText('after', `\nExample:\n  ${example}`);
  const clientOf = (options: RemoteOptions): CoordinatorClient => {
    const url = apiOf(options.api, context.env);
    return createCoordinatorClient(() => url, tokenOf(context.env));
  };
  const print = (options: RemoteOptions, value: unknown, text: string) =>
    context.console.result(options.json ? jsonText(value) : text);

  add('submit', 'submit a sweep and return at once', 'drivesweep submit sweep.yaml')
    .argument('<sweep.yaml>', 'sweep file')
    .action(async (path: string, options: RemoteOptions) => {
      const loaded = await loadSweepFile(path);
      const sweepId = await submitSweep(clientOf(options), loaded);
      print(options, { sweepId }, sweepId);
      context.end(EXIT.complete);
    });

  add('list', 'list the sweeps', 'drivesweep list --json').action(
    async (options: RemoteOptions) => {
      const sweeps = await clientOf(options).list();
      print(options, { sweeps }, formatStatusList(sweeps));
      context.end(EXIT.complete);
    },
  );

  const onSweep = (
    name: string,
    summary: string,
    act: (client: CoordinatorClient, sweepId: string) => Promise<SweepStatus>,
  ) =>
    add(name, summary, `drivesweep ${name} sw-0123456789abcdef`)
      .argument('<sweep>', 'id of the sweep, the start of it, or the name of the sweep')
      .action(async (wanted: string, options: RemoteOptions) => {
        const client = clientOf(options);
        const status = await act(client, await findRemoteSweep(client, wanted));
        print(options, status, formatStatus(status));
        context.end(EXIT.complete);
      });

  onSweep('status', 'show how a sweep gets on', (client, id) => client.status(id));
  onSweep('cancel', 'stop a sweep; what is done is kept', (client, id) => client.cancel(id));
  onSweep('resume', 'go on with a cancelled or partial sweep', (client, id) => client.resume(id));

  add('watch', 'follow a sweep until it ends', 'drivesweep watch sw-0123456789abcdef')
    .argument('<sweep>', 'id of the sweep, the start of it, or the name of the sweep')
    .action(async (wanted: string, options: RemoteOptions) => {
      const client = clientOf(options);
      const sweepId = await findRemoteSweep(client, wanted);
      const status = await watchOne(client, sweepId, context);
      const trouble = troubleOfSweep(status);
      if (trouble) context.console.say(formatError(trouble, false));
      print(options, status, formatStatus(status));
      context.end(exitOfSweep(status));
    });
}

async function watchOne(
  client: CoordinatorClient,
  sweepId: string,
  context: CommandContext,
): Promise<SweepStatus> {
  const view = createProgressView(context.console, () => performance.now());
  const interrupts = listenForInterrupts(view.say, 'the sweep goes on without being watched');
  try {
    const options = { client, view, signal: interrupts.signal, patienceMs: PATIENCE_MS };
    const [status] = await watchSweeps([sweepId], options);
    if (status === undefined) throw new Error('a watched sweep has no status');
    return status;
  } finally {
    view.end();
    interrupts.release();
  }
}
