import type { Redis } from 'ioredis';

/** A note of a cancelled sweep outlives every job of it that may still be in Redis. */
const NOTE_S = 7 * 24 * 3600;

const noteKey = (prefix: string, sweepId: string) => `${prefix}:cancelled:${sweepId}`;
const channel = (prefix: string) => `${prefix}:cancel`;

/** Leaves a note for workers that take a job later, and tells those that are at work. */
export async function announceCancel(redis: Redis, prefix: string, sweepId: string): Promise<void> {
  await redis.set(noteKey(prefix, sweepId), '1', 'EX', NOTE_S);
  await redis.publish(channel(prefix), sweepId);
}

export async function clearCancel(redis: Redis, prefix: string, sweepId: string): Promise<void> {
  await redis.del(noteKey(prefix, sweepId));
}

export async function isCancelled(redis: Redis, prefix: string, sweepId: string): Promise<boolean> {
  return (await redis.exists(noteKey(prefix, sweepId))) === 1;
}

/**
 * Calls back for each cancelled sweep. A message that was sent while the connection was down is lost, so `onReconnect` is
 * called whenever the connection is up again: look at the notes then. The connection can do nothing else afterwards.
 */
export async function watchCancels(
  subscriber: Redis,
  prefix: string,
  onCancel: (sweepId: string) => void,
  onReconnect: () => void,
): Promise<void> {
  subscriber.on('message', (_channel, sweepId) => onCancel(sweepId));
  subscriber.on('ready', onReconnect);
  await subscriber.subscribe(channel(prefix));
}
