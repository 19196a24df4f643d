import { setTimeout as sleep } from 'node:timers/promises';

/** What BullMQ's classes can do when one is done with them. */
interface Closeable {
  close(): Promise<void>;
  disconnect(): Promise<void>;
}

/** Runs `work` and returns when it is done or the time is up; never throws. */
export async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  const timeUp = new AbortController();
  const timer = sleep(ms, undefined, { signal: timeUp.signal });
  await Promise.race([work, timer]).catch(() => undefined);
  timeUp.abort();
  await timer.catch(() => undefined);
}

/** Closes in good order for at most `ms` (Redis may be away), then drops the connections. */
export async function closeWithin(ms: number, things: readonly Closeable[]): Promise<void> {
  await atMost(ms, Promise.allSettled(things.map((thing) => thing.close())));
  await atMost(ms, Promise.allSettled(things.map((thing) => thing.disconnect())));
}
