import { asDrivesweepError } from '@drivesweep/contracts';
import type { DrivesweepError } from '@drivesweep/contracts';
import { logEnv } from './config.ts';
import type { Environment } from './config.ts';
import { createLogger } from './logger.ts';
import type { Logger } from './logger.ts';
import { secretsIn } from './secrets.ts';

const DEFAULT_GRACE_MS = 25_000;
/** How much longer than its grace a service gets before the process ends without it. */
const MARGIN_MS = 2_000;

/** A service that has started. */
export interface RunningService {
  readonly httpPort: number;
  /** Gives work back and closes; should return within `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

export interface ServiceContext {
  readonly env: Environment;
  readonly logger: Logger;
  /** Ends the process with this error, after an attempt to stop: for a fault that shows up later than start-up. */
  readonly fatal: (error: unknown) => void;
  /** Ends the process in good order, as SIGTERM does: for a service whose work is done. */
  readonly end: (why: string) => void;
}

/** The part of Node's `process` that a service lives in; a test gives its own. */
export interface ProcessHost {
  readonly env: Environment;
  on(event: string, listener: (...values: unknown[]) => void): unknown;
  exit(code: number): void;
  /** There when the process was forked with IPC. */
  readonly send?: ((message: { type: 'ready'; httpPort: number }) => unknown) | undefined;
}

export interface RunServiceOptions {
  readonly service: string;
  readonly graceMs?: number;
  readonly host?: ProcessHost;
  readonly logger?: Logger;
}

/**
 * Runs a service from start to exit.
 *
 * starting -> running -> stopping -> exit 0
 * - SIGTERM, SIGINT, or a parent that forked us and is gone: stop, for at most `graceMs` and a margin, then exit.
 * - a second signal: exit 1 at once.
 * - an error: logged with its code; exit 2 for CONFIG_INVALID, else 1.
 * When forked with IPC the parent is sent `{type: 'ready', httpPort}` once the service runs.
 */
export async function runService(
  options: RunServiceOptions,
  start: (context: ServiceContext) => Promise<RunningService>,
): Promise<void> {
  const host = options.host ?? process;
  const graceMs = options.graceMs ?? DEFAULT_GRACE_MS;
  const level = logEnv.DRIVESWEEP_LOG_LEVEL.safeParse(
    host.env['DRIVESWEEP_LOG_LEVEL'] || undefined,
  );
  const logger =
    options.logger ??
    createLogger({
      service: options.service,
      level: level.success ? level.data : 'info',
      secrets: secretsIn(host.env),
    });

  let starting: Promise<RunningService> | undefined;
  let stopping = false;

  const stop = async (exitCode: number): Promise<void> => {
    stopping = true;
    const timer = setTimeout(() => {
      logger.error({ graceMs }, 'did not stop in time');
      host.exit(1);
    }, graceMs + MARGIN_MS);
    timer.unref();
    try {
      const service = await starting;
      await service?.stop(graceMs);
      logger.info('stopped');
      host.exit(exitCode);
    } catch (thrown) {
      logger.error({ err: thrown }, 'failed while stopping');
      host.exit(exitCode === 0 ? 1 : exitCode);
    } finally {
      clearTimeout(timer);
    }
  };
  const shutDown = (why: string): void => {
    if (stopping) {
      logger.warn({ why }, 'stopping at once');
      host.exit(1);
      return;
    }
    logger.info({ why }, 'stopping');
    void stop(0);
  };
  const fail = (thrown: unknown): void => {
    const error = asDrivesweepError(thrown);
    logFatal(logger, error);
    if (!stopping) void stop(exitCodeOf(error));
  };

  host.on('SIGTERM', () => shutDown('SIGTERM'));
  host.on('SIGINT', () => shutDown('SIGINT'));
  host.on('disconnect', () => {
    if (!stopping) shutDown('the parent process is gone');
  });
  host.on('uncaughtException', fail);
  host.on('unhandledRejection', fail);

  try {
    starting = start({ env: host.env, logger, fatal: fail, end: shutDown });
    const service = await starting;
    logger.info({ httpPort: service.httpPort }, 'ready');
    host.send?.({ type: 'ready', httpPort: service.httpPort });
  } catch (thrown) {
    const error = asDrivesweepError(thrown);
    logFatal(logger, error);
    host.exit(exitCodeOf(error));
  }
}

function exitCodeOf(error: DrivesweepError): number {
  return error.code === 'CONFIG_INVALID' ? 2 : 1;
}

function logFatal(logger: Logger, error: DrivesweepError): void {
  logger.fatal({ code: error.code, hint: error.hint, err: error }, error.message);
}
