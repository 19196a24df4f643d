import { describe, expect, it } from 'vitest';
import { DrivesweepError, NO_REALTIME } from '@drivesweep/contracts';
import { buildSpec } from '@drivesweep/testkit';
import { HeldShards } from './held-shards.ts';

const SHARD = { index: 0, shardId: 'a'.repeat(16), driveId: 'd', t0Us: [0], verdict: null };
const GONE = new DrivesweepError('ENGINE_CRASHED', 'gone');
const ANSWER = { rows: [], provider: 'none', software: {}, realtime: NO_REALTIME };

function add(held: HeldShards, nowMs = 0) {
  const one = held.add((id) => ({ kind: 'compute', id, sweep: buildSpec(), shard: SHARD }), nowMs);
  one.answer.catch(() => undefined);
  return one;
}

describe('HeldShards', () => {
  it('gives each request to an engine once', () => {
    const held = new HeldShards();
    const one = add(held);
    expect(held.isSent(one.id)).toBe(false);
    expect(held.takeWaiting(0).map(({ id }) => id)).toEqual([one.id]);
    expect(held.isSent(one.id)).toBe(true);
    expect(held.takeWaiting(0)).toEqual([]);
  });

  it('settles a shard with its answer, and knows it no more', async () => {
    const held = new HeldShards();
    const one = add(held);
    held.answer(one.id, ANSWER, 0);
    await expect(one.answer).resolves.toBe(ANSWER);
    expect(held.size).toBe(0);
    held.answer(one.id, ANSWER, 0);
  });

  it('fails all, sent or not', async () => {
    const held = new HeldShards();
    const shards = [add(held), add(held)];
    held.failAll(GONE, 0);
    const settled = await Promise.allSettled(shards.map(({ answer }) => answer));
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('knows since when the oldest shard makes no progress', () => {
    const held = new HeldShards();
    const one = add(held, 0);
    expect(held.oldestIdleSinceMs()).toBeNull();
    held.takeWaiting(10);
    expect(held.oldestIdleSinceMs()).toBe(10);
    held.progress([{ id: one.id, windows: 1 }], 20);
    held.progress([{ id: one.id, windows: 1 }], 30);
    expect(held.oldestIdleSinceMs()).toBe(20);
  });

  it('starts the clock of a shard anew when the one before it is done', () => {
    const held = new HeldShards();
    const [first] = [add(held), add(held)];
    held.takeWaiting(0);
    held.answer(first.id, ANSWER, 5000);
    expect(held.oldestIdleSinceMs()).toBe(5000);
  });

  it('blames the only shard that a dead engine had', async () => {
    const held = new HeldShards();
    const one = add(held);
    held.takeWaiting(0);
    const waiting = add(held);
    held.blame(GONE, 0);
    await expect(one.answer).rejects.toBe(GONE);
    expect(held.takeWaiting(0).map(({ id }) => id)).toEqual([waiting.id]);
  });

  it('blames none of several, but gives them out one by one until they have proved themselves', () => {
    const held = new HeldShards();
    const [a, b] = [add(held), add(held)];
    held.takeWaiting(0);
    held.blame(GONE, 0);
    const c = add(held);
    const next = () => held.takeWaiting(0).map(({ id }) => id);
    expect(next()).toEqual([a.id]);
    expect(next()).toEqual([]);
    held.answer(a.id, ANSWER, 0);
    expect(next()).toEqual([b.id]);
    held.answer(b.id, ANSWER, 0);
    expect(next()).toEqual([c.id]);
  });

  it('gives all that it had to the next one when an engine ended as it had announced', () => {
    const held = new HeldShards();
    const [a, b] = [add(held), add(held)];
    const next = () => held.takeWaiting(0).map(({ id }) => id);
    next();
    held.takeBack();
    expect(next()).toEqual([a.id, b.id]);
  });

  it('lets nobody wait for an engine that dies before it has anything to do', async () => {
    const held = new HeldShards();
    const one = add(held);
    held.blame(GONE, 0);
    await expect(one.answer).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });
});
