import { parentPort, workerData } from 'node:worker_threads';
import { asDrivesweepError, DrivesweepError } from '@drivesweep/contracts';
import { openGraphHere } from './ort-graph.ts';
import type { GraphOptions } from './graph.ts';
import type { ThreadAnswer, ThreadRequest } from './thread-protocol.ts';

/**
 * Entry of the thread that owns a graph. It answers requests in order and ends by itself after `close`: a thread that is
 * terminated while onnxruntime runs takes the whole process with it.
 */
async function main(options: GraphOptions): Promise<void> {
  const port = parentPort;
  if (!port) throw new DrivesweepError('INTERNAL', 'inference-thread is not a program of its own');
  const answer = (message: ThreadAnswer, transfer: ArrayBuffer[] = []) =>
    port.postMessage(message, transfer);
  try {
    const graph = await openGraphHere(options);
    const serve = async (request: ThreadRequest) => {
      if (request.kind === 'close') {
        await graph.close();
        answer({ kind: 'closed' });
        port.close();
        return;
      }
      try {
        let seconds = 0;
        const outputs = await graph.run(request.feeds, request.fetches, (s) => (seconds = s));
        const buffers = Object.values(outputs).map((tensor) => tensor.data.buffer);
        const transfer = [...new Set(buffers)].filter((buffer) => buffer instanceof ArrayBuffer);
        answer({ kind: 'outputs', id: request.id, outputs, seconds }, transfer);
      } catch (thrown) {
        answer({ kind: 'failed', id: request.id, error: plainError(thrown) });
      }
    };
    let turn = Promise.resolve();
    port.on('message', (request: ThreadRequest) => {
      turn = turn.then(() => serve(request));
    });
    answer({ kind: 'ready', info: graph.info });
  } catch (thrown) {
    answer({ kind: 'failed', id: null, error: plainError(thrown) });
    port.close();
  }
}

function plainError(thrown: unknown) {
  const { code, message, hint } = asDrivesweepError(thrown);
  return { code, message, hint };
}

await main(workerData as GraphOptions);
