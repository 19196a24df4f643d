import { pino } from 'pino';
import type { Logger } from 'pino';
import type { LogLevel } from './config.ts';
import { maskSecrets } from './secrets.ts';

export type { Logger } from 'pino';

const STDERR = 2;

export interface LoggerOptions {
  readonly service: string;
  readonly level: LogLevel;
  /** Never written, wherever they come from: an error of a library may hold a password. */
  readonly secrets?: readonly string[];
  /** Takes each line; standard error when it is not given. */
  readonly write?: (line: string) => void;
}

/** JSON lines on standard error, written at once so that the last line before a crash is there. */
export function createLogger({ service, level, secrets = [], write }: LoggerOptions): Logger {
  const standardError = pino.destination({ fd: STDERR, sync: true });
  const out = write ?? ((line: string) => standardError.write(line));
  return pino(
    {
      level,
      base: { service, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => out(maskSecrets(line, secrets)) },
  );
}
