import { asDrivesweepError, exportJobSchema, QUEUES, scoreJobSchema } from '@drivesweep/contracts';
import { openObjectStore, probePutIfAbsent, s3OptionsFromEnv } from '@drivesweep/object-store';
import { openJobConsumer } from '@drivesweep/queue-bullmq';
import type { ConsumerEvent } from '@drivesweep/queue-bullmq';
import {
  accessOf,
  createHttpServer,
  createMetrics,
  openTracing,
  queueTimingOf,
} from '@drivesweep/service-kit';
import type { Health, Logger, RunningService, ServiceContext } from '@drivesweep/service-kit';
import { addRoutes } from './api.ts';
import { readServiceConfig } from './config.ts';
import { createExportJobHandler } from './export/handle-export-job.ts';
import { createScoreJobHandler } from './handle-score-job.ts';
import { createReporter } from './report-scored.ts';
import { addScoreGauges } from './score-gauges.ts';
import { SealedScores } from './sealed-scores.ts';
import { createTelemetry } from './telemetry.ts';

/** Scoring is quick and waits for the store most of the time. */
const CONCURRENCY = 4;
/** Exporting keeps a core busy. */
const EXPORTS_AT_ONCE = 1;
/** How often the store is looked at for sweeps that were sealed. */
const LOOK_FOR_SEALS_MS = 60_000;
/** Longer than a lock lives: a consumer that is silent for so long is stuck. */
const SILENT_MS = 120_000;

/** Starts the service: jobs of the queues `scores` and `exports` in; scores, scorecards, reports and datasets out. */
export async function serve({ env, logger }: ServiceContext): Promise<RunningService> {
  const config = readServiceConfig(env);
  const access = accessOf(config);
  const store = openObjectStore(config.DRIVESWEEP_STORE, { s3: s3OptionsFromEnv(env) });
  await probePutIfAbsent(store);
  const metrics = createMetrics({ service: 'metrics' });
  const telemetry = createTelemetry(metrics);
  const tracing = openTracing(env, 'metrics', (why) => logger.warn({ why }, 'traces'));
  const scores = new SealedScores(store);
  addScoreGauges(metrics, scores);
  const look = () =>
    scores.refresh().catch((thrown: unknown) => {
      logger.warn({ code: asDrivesweepError(thrown).code }, 'cannot look for sealed sweeps');
    });
  const looking = setInterval(() => void look(), LOOK_FOR_SEALS_MS);
  void look();
  const report = createReporter(env, (sweepId, failure) => {
    telemetry.reports.inc({ result: failure === null ? 'written' : 'failed' });
    if (failure === null) logger.info({ sweepId }, 'report written');
    else logger.warn({ sweepId, code: failure.code, error: failure.message }, 'no report');
  });
  const queue = {
    redisUrl: config.DRIVESWEEP_REDIS_URL,
    prefix: config.DRIVESWEEP_QUEUE_PREFIX,
    timing: queueTimingOf(config),
    onEvent(event: ConsumerEvent) {
      telemetry.jobEvents.inc({ event: event.kind });
      logEvent(logger, event);
    },
  };
  const consumer = openJobConsumer({
    ...queue,
    queue: QUEUES.scores,
    schema: scoreJobSchema,
    concurrency: CONCURRENCY,
    handler: createScoreJobHandler(store, telemetry, report, tracing),
  });
  const exporter = openJobConsumer({
    ...queue,
    queue: QUEUES.exports,
    schema: exportJobSchema,
    concurrency: EXPORTS_AT_ONCE,
    handler: createExportJobHandler(env),
  });
  const http = createHttpServer({
    host: config.DRIVESWEEP_HTTP_HOST,
    port: config.DRIVESWEEP_HTTP_PORT,
    metrics,
    health: () => healthOf(consumer.idleMs()),
    live: () => healthOf(consumer.idleMs()),
    access,
    logger,
  });
  addRoutes(http, store, scores);
  const httpPort = await http.listen();
  return {
    httpPort,
    async stop(graceMs) {
      clearInterval(looking);
      await Promise.all([consumer.stop(graceMs), exporter.stop(graceMs)]);
      await tracing.close();
      await http.close();
    },
  };
}

function healthOf(idleMs: number): Health {
  if (idleMs < SILENT_MS) return { ok: true, reasons: [] };
  return { ok: false, reasons: [`no sign of life from Redis for ${Math.round(idleMs / 1000)} s`] };
}

function logEvent(logger: Logger, event: ConsumerEvent): void {
  const { kind } = event;
  if (kind === 'failed' || kind === 'connection-error') {
    logger.warn({ ...event, error: event.error.message }, kind);
  } else {
    logger.info(event, kind);
  }
}
