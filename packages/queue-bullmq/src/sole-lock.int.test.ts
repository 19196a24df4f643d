import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DrivesweepError } from '@drivesweep/contracts';
import { startRedisServer } from '@drivesweep/testkit';
import type { RedisServer } from '@drivesweep/testkit';
import { takeSoleLock } from './sole-lock.ts';
import type { SoleLock, SoleLockOptions } from './sole-lock.ts';

const LIFE_MS = 600;

let redis: RedisServer;
const locks: SoleLock[] = [];
beforeAll(async () => {
  redis = await startRedisServer();
});
afterAll(() => redis.stop());
beforeEach(() => redis.flush());
afterEach(async () => {
  await Promise.all(locks.splice(0).map((lock) => lock.release()));
});

/** A process on a machine of its own, unless `changes` say otherwise. */
async function take(host: string, changes: Partial<SoleLockOptions> = {}) {
  const lost: DrivesweepError[] = [];
  const waitedFor: string[] = [];
  const lock = await takeSoleLock({
    redisUrl: redis.url,
    prefix: 'test',
    work: 'coordinator',
    self: { host, pid: 1 },
    lifeMs: LIFE_MS,
    waitMs: 0,
    onWait: (holder) => waitedFor.push(holder),
    onLost: (error) => lost.push(error),
    ...changes,
  });
  locks.push(lock);
  return { lock, lost, waitedFor };
}

describe('the lock of the only coordinator', () => {
  it('refuses a second one, and says where the first is', async () => {
    await take('pod-a');
    await expect(take('pod-b')).rejects.toMatchObject({
      code: 'ALREADY_RUNNING',
      message: expect.stringContaining('process 1 on pod-a') as string,
    });
  });

  it('stays with its holder for as long as that lives', async () => {
    const { lost } = await take('pod-a');
    await expect(take('pod-b', { waitMs: 3 * LIFE_MS })).rejects.toMatchObject({
      code: 'ALREADY_RUNNING',
    });
    expect(lost).toEqual([]);
  });

  it('goes to one that waits as soon as it is released', async () => {
    const first = await take('pod-a');
    const second = take('pod-b', { waitMs: 10_000 });
    await sleep(50);
    await first.lock.release();
    expect((await second).waitedFor).toEqual([expect.stringMatching(/^pod-a 1 /)]);
  });

  it('dies with a holder on another machine that says nothing any more', async () => {
    // Renewed so rarely that it runs out first, as for a process that was stopped.
    const silent = await take('pod-a', { lifeMs: 60_000 });
    await redis.command(['PEXPIRE', 'test:sole:coordinator', '100']);
    const second = await take('pod-b', { waitMs: 10_000 });
    expect(second.waitedFor).toHaveLength(1);
    expect(silent.lost).toEqual([]);
  });

  it('tells a holder that slept too long that it was replaced, and leaves the new one alone', async () => {
    const slept = await take('pod-a');
    await redis.command(['SET', 'test:sole:coordinator', 'pod-b 1 other']);
    await vi.waitFor(() => expect(slept.lost).toHaveLength(1), { timeout: 5000 });
    expect(slept.lost[0]).toMatchObject({ code: 'ALREADY_RUNNING' });
    await slept.lock.release();
    expect(await redis.command(['GET', 'test:sole:coordinator'])).toContain('pod-b 1 other');
  });

  it('is taken again when Redis was wiped', async () => {
    const { lost } = await take('pod-a');
    await redis.flush();
    await vi.waitFor(
      async () =>
        expect(await redis.command(['GET', 'test:sole:coordinator'])).toContain('pod-a 1 '),
      { timeout: 5000 },
    );
    expect(lost).toEqual([]);
  });

  it('passes at once to the container that was started again, and from a dead process of this machine', async () => {
    await take('pod-a', { lifeMs: 60_000 });
    expect((await take('pod-a', { lifeMs: 60_000 })).waitedFor).toEqual([]);
    await redis.flush();

    const dead = spawn('true');
    await once(dead, 'exit');
    const host = hostname();
    await take('x', { self: { host, pid: dead.pid ?? 0 }, lifeMs: 60_000 });
    expect((await take('x', { self: { host, pid: process.pid } })).waitedFor).toEqual([]);
  });

  it('keeps queues with other prefixes apart', async () => {
    await take('pod-a');
    expect((await take('pod-b', { prefix: 'other' })).waitedFor).toEqual([]);
  });

  it('says that Redis does not answer', async () => {
    await expect(take('pod-a', { redisUrl: 'redis://127.0.0.1:1' })).rejects.toMatchObject({
      code: 'QUEUE_UNAVAILABLE',
    });
  });
});
