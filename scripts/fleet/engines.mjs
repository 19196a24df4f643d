// Simulated engines: consumers of the real queue that sleep where a GPU would compute, and commit for real.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { keys, predictionJobSchema, QUEUES } from '@drivesweep/contracts';
import { commitPart, openObjectStore, readCommit } from '@drivesweep/object-store';
import { openJobConsumer } from '@drivesweep/queue-bullmq';

/** As the worker does: one shard is computed while the next is made ready. */
const SHARDS_AT_A_TIME = 2;

/**
 * Starts so many engines. Each computes one shard at a time, `windowMs` for every window, and commits beside it.
 * `spans` grows by one `{engine, fromMs, toMs}` per shard.
 */
export function startEngines({ count, redisUrl, storeUri, sweepId, windows, windowMs }) {
  const store = openObjectStore(storeUri);
  const spans = [];
  const consumers = Array.from({ length: count }, (_, engine) => {
    let last = Promise.resolve();
    /** The engine is one: what comes while it computes waits. */
    const compute = () => {
      const turn = last.then(async () => {
        const fromMs = performance.now();
        await sleep(windows * windowMs);
        spans.push({ engine, fromMs, toMs: performance.now() });
      });
      last = turn;
      return turn;
    };
    return openJobConsumer({
      redisUrl,
      prefix: 'drivesweep',
      queue: QUEUES.predictions,
      schema: predictionJobSchema,
      concurrency: SHARDS_AT_A_TIME,
      handler: async ({ shardId }, { attempt }) => {
        const commitKey = keys.predictionCommit(sweepId, shardId);
        const done = await readCommit(store, commitKey);
        if (done) return { rows: done.rows, resumed: true };
        await compute();
        const rows = { expected: windows, ok: windows, error: 0, skipped: 0 };
        const nonce = randomUUID().slice(0, 8);
        await commitPart({
          store,
          commitKey,
          part: {
            key: keys.predictionPart(sweepId, shardId, attempt, nonce),
            bytes: new Uint8Array(64),
          },
          commit: {
            schema: 'commit/1',
            sweepId,
            shardId,
            rows,
            errors: {},
            writer: `engine-${engine}/${attempt}/${nonce}`,
            attempt,
            committedAt: new Date().toISOString(),
            provider: 'none',
            software: {},
          },
        });
        return { rows, resumed: false };
      },
    });
  });
  return { spans, stop: () => Promise.all(consumers.map((consumer) => consumer.stop(1_000))) };
}

/**
 * Share of the time between two moments in which the engines computed. A shard counts for the time that it should take:
 * what a sleep is late, because this machine is busy, is counted as idle.
 */
export function busyRatio({ spans, engines, shardMs, fromMs, toMs }) {
  const busy = spans.reduce((sum, span) => {
    const inside = Math.max(0, Math.min(span.toMs, toMs) - Math.max(span.fromMs, fromMs));
    return sum + inside * Math.min(1, shardMs / (span.toMs - span.fromMs));
  }, 0);
  return busy / (engines * (toMs - fromMs));
}
