import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { predictionJobSchema, QUEUES } from '@drivesweep/contracts';
import { openObjectStore, probePutIfAbsent, s3OptionsFromEnv } from '@drivesweep/object-store';
import { openJobConsumer } from '@drivesweep/queue-bullmq';
import type { ConsumerEvent } from '@drivesweep/queue-bullmq';
import {
  createHttpServer,
  createMetrics,
  openTracing,
  queueTimingOf,
} from '@drivesweep/service-kit';
import type { Logger, RunningService, ServiceContext } from '@drivesweep/service-kit';
import { readWorkerConfig } from './config.ts';
import type { WorkerConfig } from './config.ts';
import { EngineHost } from './engine-host.ts';
import { createPredictionJobHandler } from './handle-prediction-job.ts';
import type { ShardEvent } from './shard-watch.ts';
import { traceShard } from './shard-trace.ts';
import { steppingOver } from './step-over.ts';
import { createTelemetry } from './telemetry.ts';
import { watchIdleness } from './watch-idleness.ts';
import { liveness, readiness } from './worker-health.ts';

/** One shard is computed while the next is read and decoded. */
const SHARDS_AT_A_TIME = 2;
/** After how long an engine that says nothing is killed. */
const ENGINE_SILENT_MS = 60_000;
/** How much of the grace is left for the engine after the jobs were given back. */
const ENGINE_GRACE_MS = 4_000;

/** Starts the worker: jobs of the queue `predictions` in, parts and commits out. */
export async function serve({ env, logger, fatal, end }: ServiceContext): Promise<RunningService> {
  const config = readWorkerConfig(env);
  const store = openObjectStore(config.DRIVESWEEP_STORE, { s3: s3OptionsFromEnv(env) });
  await probePutIfAbsent(store);
  await emptyScratch(config);
  const metrics = createMetrics({ service: 'gpu-worker' });
  const telemetry = createTelemetry(metrics);
  const tracing = openTracing(env, 'gpu-worker', (why) => logger.warn({ why }, 'traces'));
  const engine = new EngineHost({
    env: { ...env, DRIVESWEEP_WORKER_ID: config.DRIVESWEEP_WORKER_ID },
    limits: {
      startMs: config.DRIVESWEEP_ENGINE_START_S * 1000,
      silentMs: Math.min(ENGINE_SILENT_MS, config.DRIVESWEEP_ENGINE_DEADLINE_S * 1000),
      deadlineMs: config.DRIVESWEEP_ENGINE_DEADLINE_S * 1000,
      restMs: 250,
      longestRestMs: 15_000,
    },
    onBeat: telemetry.observeBeat,
    onStart: (enginePid) => logger.info({ enginePid }, 'the engine starts'),
    onOutOfMemory(found) {
      telemetry.ranOutOfMemory(found);
      const { policy, windows, limit, message, renew } = found;
      const what = 'the device has no memory for so many windows at a time: batches are halved';
      logger.warn({ policy, windows, limit, renew, message }, what);
    },
    onUnfit: fatal,
    onCrash(why) {
      telemetry.engineRestarts.inc();
      logger.error({ why }, 'the engine crashed');
    },
  });
  const consumer = openJobConsumer({
    redisUrl: config.DRIVESWEEP_REDIS_URL,
    prefix: config.DRIVESWEEP_QUEUE_PREFIX,
    timing: queueTimingOf(config),
    queue: QUEUES.predictions,
    schema: predictionJobSchema,
    concurrency: SHARDS_AT_A_TIME,
    handler: createPredictionJobHandler({
      store,
      engine: steppingOver(engine, (windowId, shardId) => {
        logger.error({ windowId, shardId }, 'a window that kills the engine was stepped over');
      }),
      telemetry,
      workerId: config.DRIVESWEEP_WORKER_ID,
      onShard(event) {
        logShard(logger, event);
        traceShard(tracing, config.DRIVESWEEP_WORKER_ID, event);
      },
    }),
    onEvent(event) {
      telemetry.jobEvents.inc({ event: event.kind });
      logEvent(logger, event);
    },
  });
  const http = createHttpServer({
    host: config.DRIVESWEEP_HTTP_HOST,
    port: config.DRIVESWEEP_HTTP_PORT,
    metrics,
    health: () => readiness(consumer.idleMs(), engine.phase),
    live: () => liveness(consumer.idleMs(), engine.silentMs, longestSilenceMs(config)),
    logger,
  });
  const httpPort = await http.listen();
  const exitIdleS = config.DRIVESWEEP_EXIT_IDLE_S;
  const idle = exitIdleS === undefined ? null : watchIdleness(engine, exitIdleS * 1000, end);
  return {
    httpPort,
    async stop(graceMs) {
      idle?.release();
      await consumer.stop(Math.max(0, graceMs - ENGINE_GRACE_MS));
      await engine.stop();
      await tracing.close();
      await http.close();
    },
  };
}

/** An engine may be silent, be killed, and start once: after that the worker cannot help it. */
function longestSilenceMs(config: WorkerConfig): number {
  return 2 * (ENGINE_SILENT_MS + config.DRIVESWEEP_ENGINE_START_S * 1000);
}

/** What a worker of this name left behind when it was killed. */
async function emptyScratch(config: WorkerConfig): Promise<void> {
  const folder = join(config.DRIVESWEEP_SCRATCH, config.DRIVESWEEP_WORKER_ID);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}

/** One line per event of a shard; `computed` only says that the engine is free again. */
function logShard(logger: Logger, event: ShardEvent): void {
  const { kind, shard } = event;
  if (kind === 'started') logger.info(shard, 'shard started');
  if (kind === 'computed') logger.debug(shard, 'shard computed');
  if (kind === 'ended') {
    const ms = event.endMs - event.startMs;
    logger.info({ ...shard, rows: event.rows, ms }, `shard ${event.outcome}`);
  }
  if (kind === 'failed') {
    const ms = event.endMs - event.startMs;
    logger.warn({ ...shard, code: event.code, error: event.message, ms }, 'shard failed');
  }
}

function logEvent(logger: Logger, event: ConsumerEvent): void {
  const { kind } = event;
  if (kind === 'failed' || kind === 'connection-error') {
    logger.warn({ ...event, error: event.error.message }, kind);
  } else {
    logger.info(event, kind);
  }
}
