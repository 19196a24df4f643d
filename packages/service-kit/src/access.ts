import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { DrivesweepError } from '@drivesweep/contracts';
import { wholeNumber } from './config.ts';

const TOKEN = /^[\x21-\x7e]{16,512}$/;
const EXPECTED = 'expected 16 to 512 printable characters without spaces';
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** Who may use the API of a service, and how much. */
export const apiEnv = {
  DRIVESWEEP_API_TOKEN: z
    .string()
    .regex(TOKEN, EXPECTED)
    .optional()
    .describe('Bearer token that the API asks for; needed when it can be reached from elsewhere'),
  DRIVESWEEP_API_TOKEN_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('File that holds the bearer token, in place of DRIVESWEEP_API_TOKEN'),
  DRIVESWEEP_API_REQUESTS_PER_S: wholeNumber({ min: 1, max: 10_000 })
    .default(50)
    .describe('Requests per second that one address may make; twice as many at once'),
};

/** What guards an API; without a token everybody may use it. */
export interface Access {
  readonly token: string | null;
  readonly requestsPerS: number;
}

interface AccessConfig {
  readonly DRIVESWEEP_API_TOKEN?: string | undefined;
  readonly DRIVESWEEP_API_TOKEN_FILE?: string | undefined;
  readonly DRIVESWEEP_API_REQUESTS_PER_S: number;
  readonly DRIVESWEEP_HTTP_HOST: string;
}

/**
 * The access rules of a service, with its token read from the environment or from a file.
 * Throws CONFIG_INVALID, never with the token: both are set, the file does not hold one, or there is none although other
 * machines can reach the service.
 */
export function accessOf(config: AccessConfig): Access {
  const { DRIVESWEEP_API_TOKEN: token, DRIVESWEEP_API_TOKEN_FILE: file } = config;
  if (token !== undefined && file !== undefined) {
    throw invalid('DRIVESWEEP_API_TOKEN and DRIVESWEEP_API_TOKEN_FILE are both set');
  }
  const found = token ?? (file === undefined ? null : readToken(file));
  if (found === null && !LOOPBACK.test(config.DRIVESWEEP_HTTP_HOST)) {
    throw invalid(
      `DRIVESWEEP_HTTP_HOST=${config.DRIVESWEEP_HTTP_HOST} can be reached from other machines and there is no token`,
    );
  }
  return { token: found, requestsPerS: config.DRIVESWEEP_API_REQUESTS_PER_S };
}

/** Whether an Authorization header carries the token; takes the same time wherever they differ. */
export function isAuthorized(header: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(given), digest(token));
}

/** Digests have one length, which is what timingSafeEqual needs, and hide that of the token. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function readToken(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw invalid(`DRIVESWEEP_API_TOKEN_FILE: ${file} cannot be read`, cause);
  }
  if (TOKEN.test(text)) return text;
  throw invalid(`DRIVESWEEP_API_TOKEN_FILE: ${file}: ${EXPECTED}`);
}

function invalid(message: string, cause?: unknown): DrivesweepError {
  return new DrivesweepError('CONFIG_INVALID', message, {
    hint: 'Set DRIVESWEEP_API_TOKEN_FILE to a file with a long random token, or DRIVESWEEP_API_TOKEN.',
    cause,
  });
}
