import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import { asDrivesweepError, DrivesweepError } from '@drivesweep/contracts';
import type { Access } from './access.ts';
import { apiErrorOf, statusOf } from './api-error.ts';
import { guardRoutes } from './guard-routes.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

export type { FastifyInstance } from 'fastify';

const BODY_LIMIT_BYTES = 8 * 1024 * 1024;
/** A request that is not all there by then is given up: nobody holds a connection open by sending slowly. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Whether the process should get work (ok), and if not, why, in words for a person. */
export interface Health {
  readonly ok: boolean;
  readonly reasons: readonly string[];
}

export interface HttpServer {
  /** Add routes to it before `listen`. */
  readonly app: FastifyInstance;
  /** Starts to listen and returns the port, which matters when 0 was asked for. */
  listen(): Promise<number>;
  close(): Promise<void>;
}

export interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  readonly metrics: Metrics;
  /** Whether it should get work. */
  readonly health: () => Health | Promise<Health>;
  /** Whether it would go on by itself; when not, it must be started again. Always, when it is not given. */
  readonly live?: () => Health;
  /** Who may ask for more than health and metrics; everybody when it is not given. */
  readonly access?: Access;
  readonly logger: Logger;
}

/** What probes and Prometheus ask for, without a token. */
const OPEN_PATHS = ['/metrics', '/healthz', '/livez'];

const ALIVE: Health = { ok: true, reasons: [] };

/**
 * The HTTP server that every service has: GET /metrics for Prometheus, GET /healthz and GET /livez (200 or 503 with
 * reasons) for probes, and every error as an ApiError without a stack. Faults of our own are logged in full and told to the caller only by their code.
 */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const app: FastifyInstance = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: true,
    requestTimeout: REQUEST_TIMEOUT_MS,
  });
  if (options.access) guardRoutes(app, options.access, OPEN_PATHS);
  app.get('/metrics', async (_request, reply) => {
    const { contentType, body } = await options.metrics.render();
    return reply.type(contentType).send(body);
  });
  app.get('/healthz', async (_request, reply) => {
    const health = await options.health();
    return reply.status(health.ok ? 200 : 503).send(health);
  });
  app.get('/livez', async (_request, reply) => {
    const health = options.live?.() ?? ALIVE;
    return reply.status(health.ok ? 200 : 503).send(health);
  });
  app.setNotFoundHandler((request, reply) => {
    const error = new DrivesweepError('USAGE', `no such address: ${request.method} ${request.url}`);
    return reply.status(404).send(apiErrorOf(error));
  });
  app.setErrorHandler((thrown, request, reply) => {
    const status = clientStatusOf(thrown);
    const error =
      status === undefined
        ? asDrivesweepError(thrown)
        : new DrivesweepError('USAGE', messageOf(thrown));
    if (error.code === 'INTERNAL') {
      options.logger.error(
        { err: thrown, method: request.method, url: request.url },
        'request failed',
      );
    }
    return reply.status(status ?? statusOf(error)).send(apiErrorOf(error));
  });
  return {
    app,
    async listen() {
      await app.listen({ host: options.host, port: options.port });
      const address = app.server.address();
      if (address === null || typeof address === 'string')
        throw new DrivesweepError('INTERNAL', 'the HTTP server has no address');
      return address.port;
    },
    close: () => app.close(),
  };
}

/** The status that fastify gives to a request that it refused itself: not JSON, too large, wrong media type. */
function clientStatusOf(thrown: unknown): number | undefined {
  if (thrown instanceof DrivesweepError || !(thrown instanceof Error)) return undefined;
  const status = 'statusCode' in thrown ? thrown.statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
