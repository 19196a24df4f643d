import { z } from 'zod';
import { DrivesweepError } from '@drivesweep/contracts';

/** Environment of a process, as Node gives it. */
export type Environment = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A whole number that arrives as text. */
export function wholeNumber(range: { readonly min: number; readonly max: number }) {
  const expected = `expected a whole number from ${range.min} to ${range.max}`;
  return z
    .string()
    .regex(/^-?\d+$/, expected)
    .transform(Number)
    .pipe(z.int(expected).min(range.min, expected).max(range.max, expected));
}

const storeUri = z
  .string('expected a folder (file:///data or /data) or s3://bucket/prefix')
  .min(1, 'expected a folder (file:///data or /data) or s3://bucket/prefix');

const redisUrl = z
  .string('expected redis://host:port, rediss://host:port or the path of a unix socket')
  .regex(
    /^(rediss?:\/\/.+|(unix:(\/\/)?)?\/.+)$/,
    'expected redis://host:port, rediss://host:port or the path of a unix socket',
  );

/** Where the object store is: the truth of every sweep. */
export const storeEnv = {
  DRIVESWEEP_STORE: storeUri.describe('Folder or s3://bucket/prefix of the sweeps'),
};

/** Where Redis is, and the prefix of our keys in it. */
export const queueEnv = {
  DRIVESWEEP_REDIS_URL: redisUrl.describe(
    'redis://[user:password@]host:port, rediss://..., or the path of a unix socket',
  ),
  DRIVESWEEP_QUEUE_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_.{}-]{1,60}$/, 'expected letters, digits, "_", ".", "-" or a {hash tag}')
    .default('drivesweep')
    .describe('Prefix of our keys in Redis; one coordinator each'),
};

/** How long a worker that is silent keeps its shards: the lock of a job, and how often locks are looked at. */
export const queueTimingEnv = {
  DRIVESWEEP_LOCK_MS: wholeNumber({ min: 1_000, max: 3_600_000 })
    .default(60_000)
    .describe('How long a worker that is silent keeps its jobs; the same for every service'),
  DRIVESWEEP_STALLED_CHECK_MS: wholeNumber({ min: 100, max: 3_600_000 })
    .default(15_000)
    .describe('How often jobs of silent workers are looked for; the same for every service'),
};

/** The two settings of `queueTimingEnv`, as queues take them. */
export function queueTimingOf(config: {
  readonly DRIVESWEEP_LOCK_MS: number;
  readonly DRIVESWEEP_STALLED_CHECK_MS: number;
}): { readonly lockDurationMs: number; readonly stalledIntervalMs: number } {
  return {
    lockDurationMs: config.DRIVESWEEP_LOCK_MS,
    stalledIntervalMs: config.DRIVESWEEP_STALLED_CHECK_MS,
  };
}

/** Where the HTTP server of a service listens; port 0 is any free one. */
export const httpEnv = {
  DRIVESWEEP_HTTP_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on; 0.0.0.0 for every one'),
  DRIVESWEEP_HTTP_PORT: wholeNumber({ min: 0, max: 65_535 })
    .default(0)
    .describe('Port to listen on; 0 is any free one'),
};

/** What a service may read, whatever a sweep file names. */
export const rootsEnv = {
  DRIVESWEEP_ALLOWED_ROOTS: z
    .string()
    .optional()
    .describe(
      'Folders and s3:// prefixes that sweeps may read policies, datasets and lists from, parted by spaces or commas',
    ),
};

export const logEnv = {
  DRIVESWEEP_LOG_LEVEL: z
    .enum(LOG_LEVELS, { error: `expected one of ${LOG_LEVELS.join(', ')}` })
    .default('info')
    .describe(`Least level that is logged: ${LOG_LEVELS.join(', ')}`),
};

/**
 * Reads the settings of a service: the members of `schema` are the names of the variables. An empty variable counts
 * as one that is not set. Throws CONFIG_INVALID with every mistake at once; values are never part of the message,
 * because one of them may be a secret.
 */
export function loadConfig<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  env: Environment,
): z.output<z.ZodObject<Shape>> {
  const set = Object.fromEntries(
    Object.keys(schema.shape)
      .map((name) => [name, env[name]] as const)
      .filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(set);
  if (parsed.success) return parsed.data;
  const mistakes = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0] ?? 'the settings');
    return Object.hasOwn(set, name)
      ? `${name}: ${issue.message}`
      : `${name} is not set: ${issue.message}`;
  });
  throw new DrivesweepError('CONFIG_INVALID', mistakes.join('; '), {
    hint: 'Set these environment variables and start again.',
  });
}
