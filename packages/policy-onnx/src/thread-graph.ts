import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DrivesweepError } from '@drivesweep/contracts';
import { deferred } from './deferred.ts';
import type { Deferred } from './deferred.ts';
import type { GraphInfo, GraphOptions, GraphRunner, OpenGraph, TensorData } from './graph.ts';
import { probeModel } from './provider.ts';
import type { PlainError, ThreadAnswer, ThreadRequest } from './thread-protocol.ts';

type RunSeconds = ((seconds: number) => void) | undefined;
type Outputs = Readonly<Record<string, TensorData>>;

/** The compiled entry: Node 20 cannot run TypeScript, so sources under test use what was built from them. */
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? '../dist/inference-thread.js' : './inference-thread.js',
  import.meta.url,
);

/**
 * Loads a graph in a worker thread of its own, so that neither loading nor a run blocks this thread. Several runs may be
 * asked for ahead: then the thread goes from one to the next without waiting for this one.
 * Errors: those of openGraphHere; POLICY_RUN_FAILED for every open run when the thread dies.
 */
export const openGraphInThread: OpenGraph = async (options) => {
  // No options of this process: one that resolves packages to their TypeScript sources must not pass it on.
  const thread = new Worker(ENTRY, { workerData: options, execArgv: [] });
  const opened = deferred<GraphInfo>();
  const closed = deferred<undefined>();
  const waiting = new Map<number, Deferred<Outputs> & { onSeconds?: RunSeconds }>();
  let nextId = 0;

  const failAll = (error: DrivesweepError) => {
    opened.reject(error);
    for (const run of waiting.values()) run.reject(error);
    waiting.clear();
  };
  thread.on('message', (answer: ThreadAnswer) => {
    switch (answer.kind) {
      case 'ready':
        opened.resolve(answer.info);
        return;
      case 'closed':
        return;
      case 'outputs':
        waiting.get(answer.id)?.onSeconds?.(answer.seconds);
        waiting.get(answer.id)?.resolve(answer.outputs);
        waiting.delete(answer.id);
        return;
      case 'failed':
        if (answer.id === null) {
          failAll(errorOf(answer.error));
          return;
        }
        waiting.get(answer.id)?.reject(errorOf(answer.error));
        waiting.delete(answer.id);
    }
  });
  thread.on('error', (cause) =>
    failAll(died(options.path, cause instanceof Error ? cause.message : String(cause))),
  );
  thread.on('exit', (code) => {
    failAll(died(options.path, `exit code ${code}`));
    closed.resolve(undefined);
  });

  const ask = (request: ThreadRequest, transfer: ArrayBuffer[] = []) =>
    thread.postMessage(request, transfer);
  const info = await opened.promise;
  return {
    info,
    run(feeds, fetches, onSeconds) {
      const id = nextId++;
      const run = deferred<Outputs>();
      waiting.set(id, { ...run, onSeconds });
      const whole = Object.fromEntries(
        Object.entries(feeds).map(([name, tensor]) => [name, ownBuffer(tensor)]),
      );
      const buffers = Object.values(whole).map((tensor) => tensor.data.buffer);
      ask(
        { kind: 'run', id, feeds: whole, fetches },
        buffers.filter((buffer) => buffer instanceof ArrayBuffer),
      );
      return run.promise;
    },
    async close() {
      ask({ kind: 'close' });
      await closed.promise;
    },
  } satisfies GraphRunner;
};

/**
 * Throws PROVIDER_UNAVAILABLE, with how to get it, when the execution provider cannot run a graph here. For the start of a
 * process: later every graph is loaded with it anyway.
 */
export async function probeProvider(
  options: Omit<GraphOptions, 'path'> & { readonly cacheDir: string },
): Promise<void> {
  const { cacheDir, ...rest } = options;
  const path = join(cacheDir, `probe-${process.pid}.onnx`);
  await mkdir(cacheDir, { recursive: true });
  await writeFile(path, probeModel());
  try {
    const graph = await openGraphInThread({ ...rest, path });
    await graph.close();
  } finally {
    await rm(path, { force: true });
  }
}

/** A tensor that shares its buffer with nothing, so that the buffer can be transferred. */
function ownBuffer(tensor: TensorData): TensorData {
  const { data } = tensor;
  return data.byteLength === data.buffer.byteLength ? tensor : { ...tensor, data: data.slice() };
}

function errorOf({ code, message, hint }: PlainError): DrivesweepError {
  return new DrivesweepError(code, message, hint === undefined ? {} : { hint });
}

function died(path: string, why: string): DrivesweepError {
  return new DrivesweepError('POLICY_RUN_FAILED', `the inference thread of ${path} ended: ${why}`);
}
