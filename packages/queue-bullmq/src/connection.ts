import { Redis } from 'ioredis';
import { DrivesweepError } from '@drivesweep/contracts';

/**
 * How a connection behaves while Redis is away.
 * patient: commands wait until Redis is back, however long (workers, which have nothing else to do).
 * prompt:  commands fail at once (producers, whose callers must know).
 */
export type ConnectionTemper = 'patient' | 'prompt';

const LONGEST_RECONNECT_MS = 1_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** The options of ioredis that we set: plain, so that BullMQ takes them too. */
export type RedisSettings = Address & Behaviour;

type Address =
  | { readonly path: string }
  | {
      readonly host: string;
      readonly port: number;
      readonly db: number;
      readonly username?: string;
      readonly password?: string;
      readonly tls?: object;
    };

interface Behaviour {
  readonly connectTimeout: number;
  readonly retryStrategy: (times: number) => number;
  readonly maxRetriesPerRequest: number | null;
  readonly enableOfflineQueue: boolean;
}

/**
 * Options for ioredis from `redis://[user:password@]host:port[/db]`, `rediss://...`, or the path of a unix socket,
 * plain or as `unix:/path`. Throws CONFIG_INVALID without repeating the URL, which may hold a password.
 */
export function redisOptions(url: string, temper: ConnectionTemper): RedisSettings {
  return { ...addressOf(url), ...behaviourOf(temper) };
}

/**
 * A connection of our own beside those that BullMQ keeps: for presence and cancellation. Commands that come before the
 * first connection wait for it; a prompt one gives them up at the first attempt that fails.
 */
export function connectRedis(url: string, temper: ConnectionTemper): Redis {
  return new Redis({ ...redisOptions(url, temper), enableOfflineQueue: true });
}

/** Whether a place is a unix socket, and which: `unix:///run/redis.sock` and `/run/redis.sock` are the same. */
function addressOf(url: string): Address {
  const socket = /^(?:unix:(?:\/\/)?)?(\/.*)$/.exec(url)?.[1];
  if (socket !== undefined) return { path: socket };
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^rediss?:$/.test(parsed.protocol) || parsed.hostname === '') {
    throw new DrivesweepError('CONFIG_INVALID', 'the place of Redis is not understood', {
      hint: 'Use redis://host:port, rediss://host:port or the path of a unix socket.',
    });
  }
  return {
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: parsed.port === '' ? 6379 : Number(parsed.port),
    db: Number(/^\/(\d+)$/.exec(parsed.pathname)?.[1] ?? 0),
    ...(parsed.username === '' ? {} : { username: decodeURIComponent(parsed.username) }),
    ...(parsed.password === '' ? {} : { password: decodeURIComponent(parsed.password) }),
    ...(parsed.protocol === 'rediss:' ? { tls: {} } : {}),
  };
}

function behaviourOf(temper: ConnectionTemper): Behaviour {
  return {
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: (times) => Math.min(50 * times, LONGEST_RECONNECT_MS),
    maxRetriesPerRequest: temper === 'patient' ? null : 1,
    enableOfflineQueue: temper === 'patient',
  };
}
