import { basename } from 'node:path/posix';
import { keys } from '@drivesweep/contracts';
import type { Commit, ObjectStore, Shard } from '@drivesweep/contracts';
import { readCommit } from '@drivesweep/object-store';
import { forEachBounded } from './bounded.ts';
import type { PlanReader } from './plan-reader.ts';

const READS_AT_ONCE = 32;

/** Reports each shard of the plan whose predictions are committed: one LIST, and one read per commit. */
export async function loadPredictions(
  store: ObjectStore,
  plan: PlanReader,
  signal: AbortSignal,
  onCommit: (index: number, commit: Commit) => void,
): Promise<void> {
  const { sweepId } = plan.index;
  await eachListed(store, plan, keys.predictionCommits(sweepId), signal, async (shard) => {
    const commit = await readCommit(store, keys.predictionCommit(sweepId, shard.shardId));
    if (commit) onCommit(shard.index, commit);
  });
}

/** Reports each shard of the plan whose scores are committed: one LIST. */
export async function loadScores(
  store: ObjectStore,
  plan: PlanReader,
  scoringId: string,
  signal: AbortSignal,
  onCommit: (index: number) => void,
): Promise<void> {
  const prefix = keys.scoreCommits(plan.index.sweepId, scoringId);
  await eachListed(store, plan, prefix, signal, (shard) => {
    onCommit(shard.index);
    return Promise.resolve();
  });
}

async function eachListed(
  store: ObjectStore,
  plan: PlanReader,
  prefix: string,
  signal: AbortSignal,
  work: (shard: Shard) => Promise<void>,
): Promise<void> {
  const listed = new Set<string>();
  for await (const { key } of store.list(prefix)) listed.add(basename(key, '.json'));
  for (let number = 0; number < plan.index.chunks.length && listed.size > 0; number += 1) {
    signal.throwIfAborted();
    const shards = (await plan.chunk(number)).filter((shard) => listed.delete(shard.shardId));
    await forEachBounded(shards, READS_AT_ONCE, work);
  }
}
