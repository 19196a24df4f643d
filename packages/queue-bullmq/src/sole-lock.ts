import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { DrivesweepError } from '@drivesweep/contracts';
import { connectRedis } from './connection.ts';

/*
 * One process at a time does a work: it holds a key of Redis that dies by itself.
 *
 *   WAITING  the key is another's
 *      | it is free -> HELD
 *      | its holder is a dead process of this machine, or this very container before it was started again -> HELD
 *      | still another's after waitMs -> ALREADY_RUNNING
 *   HELD     renewed three times in its life
 *      | Redis is away -> HELD (nobody else can get it either)
 *      | the key is gone (Redis was wiped, or we were silent too long) -> taken again: HELD
 *      | it is another's -> LOST, which is told once; the process must end
 *   any, release -> the key is removed, if it is ours
 *
 * There is no fencing token, because nothing needs one: whatever a coordinator writes into the store is put only if
 * absent or says the same whoever says it, and jobs are added under ids of their own. What the lock prevents is that two
 * of them quarantine, cancel and answer from different memories.
 */

/** A process, by the name of its machine and its number there. */
interface Process {
  readonly host: string;
  readonly pid: number;
}

export interface SoleLockOptions {
  readonly redisUrl: string;
  readonly prefix: string;
  /** What is done, in one word: part of the key and of messages. */
  readonly work: string;
  /** Who asks; this process when it is not given. */
  readonly self?: Process;
  /** How long a holder that is silent keeps it. */
  readonly lifeMs?: number;
  /** How long to wait for another holder to go. */
  readonly waitMs: number;
  readonly onWait: (holder: string) => void;
  /** Another process has it; this one must stop at once. */
  readonly onLost: (error: DrivesweepError) => void;
}

export interface SoleLock {
  release(): Promise<void>;
}

const LIFE_MS = 15_000;
const TRY_AGAIN_MS = 250;

/** KEYS: lock; ARGV: mine, life in ms, a holder that may be replaced (or ''). Returns the holder after it. */
const TAKE = `
local held = redis.call('GET', KEYS[1])
if held == false or held == ARGV[1] or held == ARGV[3] then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return ARGV[1]
end
return held`;

/** KEYS: lock; ARGV: mine. */
const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`;

/**
 * Waits until this process alone does the work.
 * Errors: ALREADY_RUNNING after `waitMs`, QUEUE_UNAVAILABLE when Redis does not answer in that time.
 */
export async function takeSoleLock(options: SoleLockOptions): Promise<SoleLock> {
  const key = `${options.prefix}:sole:${options.work}`;
  const redis = connectRedis(options.redisUrl, 'patient');
  redis.on('error', () => undefined);
  const self = options.self ?? { host: hostname(), pid: process.pid };
  const mine = `${self.host} ${self.pid} ${randomUUID()}`;
  try {
    await waitFor(redis, key, { mine, self }, options);
  } catch (thrown) {
    redis.disconnect();
    throw thrown;
  }
  const renewing = renewWhileHeld(redis, key, mine, options);
  return {
    async release() {
      clearInterval(renewing);
      const released = redis.eval(RELEASE, 1, key, mine).catch(() => undefined);
      await Promise.race([released, sleep(1_000)]);
      redis.disconnect();
    },
  };
}

async function waitFor(
  redis: Redis,
  key: string,
  { mine, self }: { readonly mine: string; readonly self: Process },
  { work, lifeMs = LIFE_MS, waitMs, onWait }: SoleLockOptions,
): Promise<void> {
  const giveUpAt = performance.now() + waitMs;
  let dead = '';
  let told = '';
  for (;;) {
    const left = Math.max(1, giveUpAt - performance.now());
    const holder = await answerWithin(left, take(redis, key, mine, lifeMs, dead));
    if (holder === mine) return;
    dead = isDead(holder, self) ? holder : '';
    if (dead !== '') continue;
    if (told !== holder) onWait(holder);
    told = holder;
    if (performance.now() > giveUpAt) throw taken(work, holder);
    await sleep(TRY_AGAIN_MS);
  }
}

function renewWhileHeld(
  redis: Redis,
  key: string,
  mine: string,
  { work, lifeMs = LIFE_MS, onLost }: SoleLockOptions,
): NodeJS.Timeout {
  let asking = false;
  const renew = async () => {
    if (asking) return;
    asking = true;
    const holder = await take(redis, key, mine, lifeMs, '').catch(() => mine);
    asking = false;
    if (holder === mine) return;
    clearInterval(renewing);
    onLost(taken(work, holder));
  };
  const renewing = setInterval(() => void renew(), lifeMs / 3);
  renewing.unref();
  return renewing;
}

async function take(redis: Redis, key: string, mine: string, lifeMs: number, dead: string) {
  return String(await redis.eval(TAKE, 1, key, mine, lifeMs, dead));
}

/**
 * Whether a holder is known to be gone: a process of this machine that is no more, or one that had our own number, which
 * is what the process of a container had before the container was started again.
 */
function isDead(holder: string, self: Process): boolean {
  const [host, pid = ''] = holder.split(' ');
  if (host !== self.host || !/^\d+$/.test(pid)) return false;
  if (Number(pid) === self.pid) return true;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH';
  }
}

async function answerWithin<T>(waitMs: number, answer: Promise<T>): Promise<T> {
  const waiting = new AbortController();
  const late = sleep(Math.max(waitMs, 1_000), undefined, { signal: waiting.signal }).then(() => {
    throw new DrivesweepError('QUEUE_UNAVAILABLE', 'Redis does not answer', {
      hint: 'Look at DRIVESWEEP_REDIS_URL, and whether Redis is up.',
    });
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } finally {
    waiting.abort();
  }
}

function taken(work: string, holder: string): DrivesweepError {
  const [host = '', pid = ''] = holder.split(' ');
  return new DrivesweepError(
    'ALREADY_RUNNING',
    `the ${work} of this queue is process ${pid} on ${host}; there can be only one`,
    { hint: 'Stop the other one, or give this one a DRIVESWEEP_QUEUE_PREFIX of its own.' },
  );
}
