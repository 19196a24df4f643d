import { pino } from 'pino';
import type { Logger } from 'pino';
import type { LogLevel } from './config.ts';

export type { Logger } from 'pino';

const STDERR = 2;

/** JSON lines on standard error, written at once so that the last line before a crash is there. */
export function createLogger(options: {
  readonly service: string;
  readonly level: LogLevel;
}): Logger {
  return pino(
    {
      level: options.level,
      base: { service: options.service, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ fd: STDERR, sync: true }),
  );
}
