import { randomUUID } from 'node:crypto';
import { asDrivesweepError, keys, PREDICTION_SCHEMA_VERSION } from '@drivesweep/contracts';
import type {
  JobAttempt,
  JobHandler,
  JobResult,
  ObjectStore,
  PredictionJob,
  Shard,
  SweepSpec,
} from '@drivesweep/contracts';
import { commitPart, readCommit } from '@drivesweep/object-store';
import { encodePredictionPart } from '@drivesweep/parquet-io';
import type { EngineSweep, ShardAnswer } from './protocol.ts';
import { countRows } from './row-counts.ts';
import { ShardWatch } from './shard-watch.ts';
import type { ShardEvent } from './shard-watch.ts';
import { SweepDocuments } from './sweep-documents.ts';
import type { Telemetry } from './telemetry.ts';
import { TimedStore } from './timed-store.ts';

/** What computes shards: the engine process. */
export interface ShardComputer {
  compute(sweep: EngineSweep, shard: Shard, signal: AbortSignal): Promise<ShardAnswer>;
}

export interface PredictionJobTools {
  readonly store: ObjectStore;
  readonly engine: ShardComputer;
  readonly telemetry: Telemetry;
  readonly workerId: string;
  /** Told what becomes of each shard, for logs and traces. */
  readonly onShard?: (event: ShardEvent) => void;
}

/**
 * Handles one shard: nothing when it has a commit; else compute, write the part, commit it. The first commit of a shard
 * stands, whoever made it, so a job that runs twice gives the same answer twice and one set of rows.
 */
export function createPredictionJobHandler(tools: PredictionJobTools): JobHandler<PredictionJob> {
  const { telemetry } = tools;
  const documents = new SweepDocuments(tools.store);
  const store = new TimedStore(tools.store, telemetry.observeStage);
  return async (job, attempt) => {
    telemetry.shardsInFlight.inc();
    try {
      return await handle(job, attempt, documents, { ...tools, store });
    } catch (thrown) {
      telemetry.failures.inc({ code: asDrivesweepError(thrown).code });
      throw thrown;
    } finally {
      telemetry.shardsInFlight.dec();
    }
  };
}

async function handle(
  job: PredictionJob,
  attempt: JobAttempt,
  documents: SweepDocuments,
  tools: PredictionJobTools,
): Promise<JobResult> {
  const { store, engine, telemetry } = tools;
  const commitKey = keys.predictionCommit(job.sweepId, job.shardId);
  const existing = await readCommit(store, commitKey);
  if (existing) {
    telemetry.commits.inc({ outcome: 'resumed' });
    return { rows: existing.rows, resumed: true };
  }
  const [spec, shard] = await Promise.all([documents.spec(job.sweepId), documents.shard(job)]);
  const watch = new ShardWatch(job, shard, attempt, tools.onShard);
  try {
    const answer = await watch.step('compute', () =>
      engine.compute(engineSweep(spec), shard, attempt.signal),
    );
    telemetry.windowsComputed.inc(answer.rows.length);
    watch.computed(answer.seconds);
    // A lock that was lost or a process that stops is no reason to throw finished work away: the commit decides.
    const { commit, outcome } = await write(spec, shard, answer, attempt, watch, tools);
    telemetry.commits.inc({ outcome });
    if (outcome === 'committed') {
      telemetry.countWindows(commit.rows);
      telemetry.countRealtime(answer.realtime);
    }
    watch.ended(outcome, commit.rows);
    return { rows: commit.rows, resumed: false };
  } catch (thrown) {
    watch.failed(asDrivesweepError(thrown));
    throw thrown;
  }
}

async function write(
  spec: SweepSpec,
  shard: Shard,
  answer: ShardAnswer,
  { attempt }: JobAttempt,
  watch: ShardWatch,
  { store, telemetry, workerId }: PredictionJobTools,
): ReturnType<typeof commitPart> {
  const { sweepId } = spec;
  const { shardId } = shard;
  const { rows, provider, software, realtime } = answer;
  const nonce = randomUUID().slice(0, 8);
  const startedMs = performance.now();
  const bytes = await watch.step('encode', () =>
    encodePredictionPart(rows, {
      schemaVersion: PREDICTION_SCHEMA_VERSION,
      sweepId,
      shardId,
      bundleSha256: spec.policy.bundleSha256,
      provider,
      stepUs: spec.stepUs,
      software,
    }),
  );
  telemetry.observeStage('encode', (performance.now() - startedMs) / 1000);
  const part = { key: keys.predictionPart(sweepId, shardId, attempt, nonce), bytes };
  const commit = {
    schema: 'commit/1' as const,
    sweepId,
    shardId,
    ...countRows(shard.t0Us.length, rows),
    writer: `${workerId}/${attempt}/${nonce}`,
    attempt,
    committedAt: new Date().toISOString(),
    provider,
    software: { ...software },
    realtime,
  };
  const commitKey = keys.predictionCommit(sweepId, shardId);
  return watch.step('commit', () => commitPart({ store, commitKey, part, commit }));
}

function engineSweep(spec: SweepSpec): EngineSweep {
  const { sweepId, policy, dataset, samples, seed } = spec;
  const { historySteps, horizonSteps, stepUs, acceptLicences, navigation } = spec;
  return {
    sweepId,
    policy,
    dataset,
    samples,
    seed,
    historySteps,
    horizonSteps,
    stepUs,
    acceptLicences,
    navigation,
  };
}
