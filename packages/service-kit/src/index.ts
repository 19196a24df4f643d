export { accessOf, apiEnv } from './access.ts';
export type { Access } from './access.ts';
export { apiErrorOf, IssuesError, parseBody, statusOf } from './api-error.ts';
export {
  httpEnv,
  loadConfig,
  logEnv,
  queueEnv,
  queueTimingEnv,
  queueTimingOf,
  rootsEnv,
  storeEnv,
  wholeNumber,
} from './config.ts';
export type { Environment, LogLevel } from './config.ts';
export { createHttpServer } from './http-server.ts';
export type { FastifyInstance, Health, HttpServer, HttpServerOptions } from './http-server.ts';
export { createLogger } from './logger.ts';
export type { Logger } from './logger.ts';
export { createMetrics, STAGE_SECONDS_BUCKETS } from './metrics.ts';
export type { Counter, Gauge, Histogram, Metrics } from './metrics.ts';
export { openTracing, ROOT_SPAN } from './tracing.ts';
export type { ShardSpan, Tracing } from './tracing.ts';
export { runService } from './run-service.ts';
export type {
  ProcessHost,
  RunningService,
  RunServiceOptions,
  ServiceContext,
} from './run-service.ts';
export { describeSettings } from './settings.ts';
export type { Setting } from './settings.ts';
