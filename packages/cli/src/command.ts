import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DrivesweepError } from '@drivesweep/contracts';
import { parseStoreUri } from '@drivesweep/object-store';
import type { Console } from './console.ts';
import type { ExitCode } from './exit-code.ts';
import { absoluteUri } from './sweep-file.ts';

/** What every command is given. */
export interface CommandContext {
  readonly console: Console;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told how the command ended. */
  readonly end: (code: ExitCode) => void;
}

const DEFAULT_STORE = './drivesweep-store';
const DEFAULT_API = 'http://127.0.0.1:7717';

export const STORE_HELP = `folder or s3:// URI (default: DRIVESWEEP_STORE or ${DEFAULT_STORE})`;
export const API_HELP = `coordinator (default: DRIVESWEEP_API or ${DEFAULT_API})`;

/** The store of a command, absolute. Throws STORE_URI_INVALID. */
export function storeOf(option: string | undefined, env: CommandContext['env']): string {
  const uri = option ?? (env['DRIVESWEEP_STORE'] || DEFAULT_STORE);
  parseStoreUri(uri);
  return absoluteUri(uri, resolve('.'));
}

/** The coordinator's URL. Throws USAGE. */
export function apiOf(option: string | undefined, env: CommandContext['env']): string {
  const url = option ?? (env['DRIVESWEEP_API'] || DEFAULT_API);
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new DrivesweepError('USAGE', `--api: expected http://host:port, found ${url}`);
  }
  return url;
}

/**
 * The token for the coordinator's API: DRIVESWEEP_API_TOKEN, or what the file DRIVESWEEP_API_TOKEN_FILE holds; null when
 * neither is set. Never an option, because options are seen by everybody on the machine. Throws USAGE.
 */
export function tokenOf(env: CommandContext['env']): string | null {
  const { DRIVESWEEP_API_TOKEN: token, DRIVESWEEP_API_TOKEN_FILE: file } = env;
  if (token) return token;
  if (!file) return null;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new DrivesweepError('USAGE', `DRIVESWEEP_API_TOKEN_FILE: cannot read ${file}`, { cause });
  }
}

/** A whole number of an option. Throws USAGE with the option's name. */
export function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  const expected = `a whole number from ${min} to ${max}`;
  throw new DrivesweepError('USAGE', `${option}: expected ${expected}, found ${text}`);
}
