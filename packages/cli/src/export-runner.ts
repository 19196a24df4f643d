import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { apiErrorSchema, DrivesweepError } from '@drivesweep/contracts';
import type { ExportStage } from '@drivesweep/contracts';
import { ApiRefusal } from './coordinator-client.ts';
import { jsonOf } from './json-text.ts';

/** Told after every task of a stage. */
export type OnTask = (progress: { readonly done: number; readonly of: number }) => void;

/** Does all tasks of one stage of an export that was prepared in its target. */
export type StageRunner = (stage: ExportStage, onTask: OnTask) => Promise<void>;

/**
 * Does the tasks in `workers` processes of the metrics service on this machine: the same program that does them in the
 * cluster. Errors: those that it reports; INTERNAL when one dies.
 */
export function localStageRunner(out: string, workers: number, signal: AbortSignal): StageRunner {
  return async (stage, onTask) => {
    const shares = stage === 'survey' || stage === 'shard' ? workers : 1;
    let done = 0;
    const onLine = (of: number) => onTask({ done: ++done, of });
    // When one fails, the others are stopped before its error is told.
    const failed = new AbortController();
    const either = AbortSignal.any([signal, failed.signal]);
    const running = Array.from({ length: shares }, (_, i) =>
      runShare(['--out', out, '--stage', stage, '--share', `${i}/${shares}`], either, onLine).catch(
        (thrown: unknown) => {
          failed.abort(thrown);
          throw thrown;
        },
      ),
    );
    await Promise.allSettled(running);
    await Promise.all(running);
  };
}

/**
 * A stage works through memory that V8 collects often: it may not forget each time what it compiled, and its helper
 * threads only take turns with the other workers. And WebAssembly is compiled again only where it works for long.
 * Together a fifth of the processor time.
 */
const NODE_FLAGS = [
  '--no-flush-bytecode',
  '--single-threaded-gc',
  '--wasm-tiering-budget=100000000',
];

async function runShare(
  args: readonly string[],
  signal: AbortSignal,
  onTask: (of: number) => void,
): Promise<void> {
  const main = fileURLToPath(import.meta.resolve('@drivesweep/metrics/main'));
  const child = spawn(process.execPath, [...NODE_FLAGS, main, 'export', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  const ended = new Promise<string | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, by) =>
      resolve(code === 0 ? null : (by ?? `exit code ${code ?? 'unknown'}`)),
    );
  });
  let last = '';
  for await (const line of createInterface({ input: child.stdout })) {
    last = line;
    const of = ofTask(jsonOf(line));
    if (of !== null) onTask(of);
  }
  const how = await ended;
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  if (how === null) return;
  const refusal = apiErrorSchema.safeParse(jsonOf(last));
  if (refusal.success) throw new ApiRefusal(refusal.data);
  throw new DrivesweepError('INTERNAL', `the metrics service ended with ${how}`);
}

function ofTask(value: unknown): number | null {
  const of: unknown =
    typeof value === 'object' && value !== null && 'of' in value ? value.of : null;
  return typeof of === 'number' ? of : null;
}
