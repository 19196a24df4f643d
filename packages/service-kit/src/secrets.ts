import type { Environment } from './config.ts';

/** Variables whose whole value is a secret. Those of AWS are read by its SDK, not by us. */
const SECRET_NAMES = ['DRIVESWEEP_API_TOKEN', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];
/** Variables that hold a URL, which may hold a password. */
const URL_NAMES = ['DRIVESWEEP_REDIS_URL', 'DRIVESWEEP_S3_ENDPOINT'];
/** What is shorter is too common to be hidden, and too short to be a secret. */
const SHORTEST = 4;

/** The secrets of an environment, also as they look inside a URL or a JSON string; the longest first. */
export function secretsIn(env: Environment): string[] {
  const passwords = URL_NAMES.map((name) => passwordOf(env[name] ?? ''));
  const secrets = [...SECRET_NAMES.map((name) => env[name] ?? ''), ...passwords];
  const spellings = secrets.flatMap((text) => [
    text,
    encodeURIComponent(text),
    JSON.stringify(text).slice(1, -1),
  ]);
  return [...new Set(spellings)]
    .filter((text) => text.length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
}

/** The text with every secret taken out. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((masked, secret) => masked.replaceAll(secret, '[secret]'), text);
}

function passwordOf(url: string): string {
  const written = /^[a-z0-9+.-]+:\/\/[^/@]*?:([^/]*)@/i.exec(url)?.[1] ?? '';
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}
