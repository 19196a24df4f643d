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
  const answer = await engine.compute(engineSweep(spec), shard, attempt.signal);
  // A lock that was lost or a process that stops is no reason to throw finished work away: the commit decides.
  const { commit, outcome } = await write(spec, shard, answer, attempt, tools);
  telemetry.commits.inc({ outcome });
  if (outcome === 'committed') telemetry.countWindows(commit.rows);
  return { rows: commit.rows, resumed: false };
}

async function write(
  spec: SweepSpec,
  shard: Shard,
  answer: ShardAnswer,
  { attempt }: JobAttempt,
  { store, telemetry, workerId }: PredictionJobTools,
): ReturnType<typeof commitPart> {
  const { sweepId } = spec;
  const { shardId } = shard;
  const { rows, provider, software } = answer;
  const nonce = randomUUID().slice(0, 8);
  const startedMs = performance.now();
  const bytes = encodePredictionPart(rows, {
    schemaVersion: PREDICTION_SCHEMA_VERSION,
    sweepId,
    shardId,
    bundleSha256: spec.policy.bundleSha256,
    provider,
    stepUs: spec.stepUs,
    software,
  });
  telemetry.observeStage('encode', (performance.now() - startedMs) / 1000);
  return commitPart({
    store,
    commitKey: keys.predictionCommit(sweepId, shardId),
    part: { key: keys.predictionPart(sweepId, shardId, attempt, nonce), bytes },
    commit: {
      schema: 'commit/1',
      sweepId,
      shardId,
      ...countRows(shard.t0Us.length, rows),
      writer: `${workerId}/${attempt}/${nonce}`,
      attempt,
      committedAt: new Date().toISOString(),
      provider,
      software: { ...software },
    },
  });
}

function engineSweep(spec: SweepSpec): EngineSweep {
  const { sweepId, policy, dataset, samples, seed } = spec;
  const { historySteps, horizonSteps, stepUs, acceptLicences } = spec;
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
  };
}
