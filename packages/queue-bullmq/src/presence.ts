import type { Redis } from 'ioredis';

/** Missed beats after which a consumer counts as gone. */
const BEATS_TO_LIVE = 3;

/** Redis' own clock is used, so that the clocks of workers do not matter. KEYS: set; ARGV: consumer. */
const BEAT = `
redis.call('ZADD', KEYS[1], redis.call('TIME')[1], ARGV[1])
redis.call('EXPIRE', KEYS[1], 3600)
return 1`;

/** KEYS: set; ARGV: seconds to live. */
const COUNT = `
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', redis.call('TIME')[1] - ARGV[1])
return redis.call('ZCARD', KEYS[1])`;

export function presenceKey(prefix: string, queue: string): string {
  return `${prefix}:${queue}:present`;
}

/** Says that a consumer is there. Works where a managed Redis hides CLIENT LIST. */
export async function beat(redis: Redis, key: string, consumerId: string): Promise<void> {
  await redis.eval(BEAT, 1, key, consumerId);
}

export async function leave(redis: Redis, key: string, consumerId: string): Promise<void> {
  await redis.zrem(key, consumerId);
}

/** How many consumers said in time that they are there. */
export async function countPresent(redis: Redis, key: string, beatMs: number): Promise<number> {
  const seconds = Math.max(2, Math.ceil((BEATS_TO_LIVE * beatMs) / 1000));
  return Number(await redis.eval(COUNT, 1, key, seconds));
}
