import { once } from 'node:events';
import type { Command } from 'commander';
import { storeOf, STORE_HELP, wholeNumber } from './command.ts';
import type { CommandContext } from './command.ts';
import { EXIT } from './exit-code.ts';
import { listenForInterrupts } from './interrupts.ts';
import { startLocalCluster } from './local-cluster.ts';
import { createLogFolder, removeLogFolder } from './log-folder.ts';

const EXAMPLE = `
Example:
  drivesweep up --store ./store --workers 2 &
  drivesweep submit sweep.yaml
  drivesweep watch sw-0123456789abcdef`;

interface UpOptions {
  readonly store?: string;
  readonly workers: string;
  readonly port: string;
}

export function addUpCommand(program: Command, context: CommandContext): void {
  program
    .command('up')
    .summary('keep a local cluster running')
    .description('Starts a local cluster and keeps it until Ctrl-C; prints the URL of its API.')
    .option('--store <uri>', STORE_HELP)
    .option('--workers <n>', 'worker processes', '1')
    .option('--port <n>', 'port of the API on 127.0.0.1; 0 for any free one', '7717')
    .addHelpText('after', EXAMPLE)
    .action(async (options: UpOptions) => {
      await up(options, context);
      context.end(EXIT.complete);
    });
}

async function up(options: UpOptions, context: CommandContext): Promise<void> {
  const { console } = context;
  const storeUri = storeOf(options.store, context.env);
  const workers = wholeNumber('--workers', options.workers, 1, 256);
  const apiPort = wholeNumber('--port', options.port, 0, 65_535);
  const say = (text: string) => console.say(text);
  const interrupts = listenForInterrupts(say, 'sweeps go on when it is up again');
  const logFolder = createLogFolder(storeUri);
  console.say(`logs: ${logFolder}`);
  try {
    const cluster = await startLocalCluster({
      storeUri,
      workers,
      apiPort,
      logFolder,
      say,
      signal: interrupts.signal,
      onKillable: (kill) => (interrupts.atOnce = kill),
    });
    try {
      for (const [name, url] of cluster.endpoints()) console.say(`${name}: ${url}/metrics`);
      console.result(cluster.apiUrl());
      if (!interrupts.signal.aborted) {
        await Promise.race([once(interrupts.signal, 'abort'), cluster.failed]);
      }
    } finally {
      await cluster.stop();
    }
    removeLogFolder(logFolder);
  } finally {
    interrupts.release();
  }
}
