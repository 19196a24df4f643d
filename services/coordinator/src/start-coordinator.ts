import { QUEUES } from '@drivesweep/contracts';
import type { ExportJob, PredictionJob, ScoreJob } from '@drivesweep/contracts';
import {
  openObjectStore,
  parseRoots,
  probePutIfAbsent,
  restrictToRoots,
  s3OptionsFromEnv,
} from '@drivesweep/object-store';
import { openJobProducer, takeSoleLock } from '@drivesweep/queue-bullmq';
import {
  accessOf,
  createHttpServer,
  createMetrics,
  openTracing,
  queueTimingOf,
} from '@drivesweep/service-kit';
import type { Health, RunningService, ServiceContext } from '@drivesweep/service-kit';
import { addRoutes, countRequests } from './api.ts';
import { readConfig } from './config.ts';
import { Coordinator } from './coordinator.ts';
import { addGauges } from './gauges.ts';
import { SweepStore } from './sweep-store.ts';
import { createTelemetry } from './telemetry.ts';

/** A loop that has not turned for so long is stuck. */
const STUCK_MS = 120_000;
/** How long to wait for another coordinator to go: longer than the lock of one that was killed elsewhere lives. */
const WAIT_FOR_OTHER_MS = 45_000;

/**
 * Starts the coordinator: sweeps in over HTTP, jobs out over Redis, everything that matters in the store. There is only
 * one at a time for a queue: another waits, and then gives up.
 */
export async function startCoordinator(context: ServiceContext): Promise<RunningService> {
  const { env, logger, fatal } = context;
  const config = readConfig(env);
  const access = accessOf(config);
  const s3 = s3OptionsFromEnv(env);
  const openSource = restrictToRoots(parseRoots(config.DRIVESWEEP_ALLOWED_ROOTS), (uri) =>
    openObjectStore(uri, { s3 }),
  );
  const store = openObjectStore(config.DRIVESWEEP_STORE, { s3 });
  await probePutIfAbsent(store);

  const place = {
    redisUrl: config.DRIVESWEEP_REDIS_URL,
    prefix: config.DRIVESWEEP_QUEUE_PREFIX,
    timing: queueTimingOf(config),
  };
  const predictions = openJobProducer<PredictionJob>({ ...place, queue: QUEUES.predictions });
  const scores = openJobProducer<ScoreJob>({ ...place, queue: QUEUES.scores });
  // Exports are given out by whoever asks for one; here they are only counted.
  const exports = openJobProducer<ExportJob>({ ...place, queue: QUEUES.exports });
  const metrics = createMetrics({ service: 'coordinator' });
  const tracing = openTracing(env, 'coordinator', (why) => logger.warn({ why }, 'traces'));
  const coordinator = new Coordinator({
    store: new SweepStore(store),
    openStore: openSource,
    predictions,
    scores,
    jobsPerWorker: config.DRIVESWEEP_JOBS_PER_WORKER,
    logger,
    telemetry: createTelemetry(metrics),
    tracing,
  });
  addGauges(metrics, {
    coordinator,
    queues: { predictions, scores, exports },
    deadlineS: config.DRIVESWEEP_DEADLINE_S,
    nowMs: () => performance.now(),
  });
  const http = createHttpServer({
    host: config.DRIVESWEEP_HTTP_HOST,
    port: config.DRIVESWEEP_HTTP_PORT,
    metrics,
    health: () => healthOf(coordinator),
    live: () => healthOf(coordinator),
    access,
    logger,
  });
  countRequests(http.app, metrics);
  addRoutes(http.app, coordinator);

  const lock = await takeSoleLock({
    ...place,
    work: 'coordinator',
    waitMs: WAIT_FOR_OTHER_MS,
    onWait: (holder) =>
      logger.warn({ holder }, 'another coordinator is there: waiting for it to go'),
    onLost: fatal,
  });
  await coordinator.start();
  const httpPort = await http.listen();
  return {
    httpPort,
    async stop() {
      await http.close();
      await coordinator.stop();
      await tracing.close();
      await lock.release();
      await Promise.all([predictions, scores, exports].map((producer) => producer.close()));
    },
  };
}

/** Redis being away is said, but is no reason to restart a coordinator: it goes on when Redis is back. */
function healthOf(coordinator: Coordinator): Health {
  const stuckMs = coordinator.idleMs();
  const stuck = stuckMs > STUCK_MS;
  return {
    ok: !stuck,
    reasons: [
      ...(stuck ? [`no turn for ${Math.round(stuckMs / 1000)} s`] : []),
      ...(coordinator.queueTrouble === null ? [] : [coordinator.queueTrouble]),
    ],
  };
}
