import { ChildProcess } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DrivesweepError, NO_REALTIME } from '@drivesweep/contracts';
import { buildSpec } from '@drivesweep/testkit';
import { EngineHost } from './engine-host.ts';
import type { EngineReport, EngineRequest } from './protocol.ts';

const SHARD = { index: 0, shardId: 'a'.repeat(16), driveId: 'd', t0Us: [0], verdict: null };
const ANSWER = { rows: [], provider: 'cpu', software: {}, realtime: NO_REALTIME };
const LIMITS = { startMs: 1000, silentMs: 500, deadlineMs: 5000, restMs: 100, longestRestMs: 400 };

/** An engine process that does what the test says. */
class FakeProcess extends ChildProcess {
  readonly heard: EngineRequest[] = [];

  override send(message: EngineRequest): boolean {
    this.heard.push(message);
    if (message.kind === 'close') this.emit('exit', 0, null);
    return true;
  }

  override kill(signal: NodeJS.Signals): boolean {
    this.emit('exit', null, signal);
    return true;
  }

  say(report: EngineReport): void {
    this.emit('message', report);
  }
}

let engines: FakeProcess[];
let crashes: string[];
let unfit: string[];
let shrunk: number[];
let host: EngineHost;

beforeEach(() => {
  vi.useFakeTimers();
  engines = [];
  crashes = [];
  unfit = [];
  shrunk = [];
  host = new EngineHost({
    env: {},
    limits: LIMITS,
    onBeat: () => undefined,
    onStart: () => undefined,
    onCrash: (why) => crashes.push(why),
    onOutOfMemory: ({ limit }) => shrunk.push(limit),
    onUnfit: ({ code }) => unfit.push(code),
    spawn: () => {
      const engine = new FakeProcess();
      engines.push(engine);
      return engine;
    },
  });
});
afterEach(async () => {
  await host.stop();
  vi.useRealTimers();
});

const compute = (signal = new AbortController().signal) => {
  const answer = host.compute(buildSpec(), SHARD, signal);
  answer.catch(() => undefined);
  return answer;
};

describe('EngineHost', () => {
  it('sends what was asked for while the engine was starting as soon as it is ready', async () => {
    const answer = compute();
    expect(engines[0]?.heard).toEqual([]);
    engines[0]?.say({ kind: 'ready' });
    expect(engines[0]?.heard).toMatchObject([{ kind: 'compute', id: 1 }]);
    engines[0]?.say({ kind: 'done', id: 1, answer: ANSWER });
    await expect(answer).resolves.toEqual(ANSWER);
  });

  it('hands on what the engine found, as it found it', async () => {
    engines[0]?.say({ kind: 'ready' });
    const answer = compute();
    const error = { code: 'LICENCE_NOT_ACCEPTED', message: 'no', hint: 'accept it' } as const;
    engines[0]?.say({ kind: 'failed', id: 1, error });
    await expect(answer).rejects.toMatchObject(error);
  });

  it('fails what a dead engine held, and gives the next shard to a new one', async () => {
    engines[0]?.say({ kind: 'ready' });
    const answer = compute();
    engines[0]?.emit('exit', null, 'SIGSEGV');
    await expect(answer).rejects.toMatchObject({ code: 'ENGINE_CRASHED' });
    expect(crashes).toEqual(['the engine ended by SIGSEGV']);
    const again = compute();
    await vi.advanceTimersByTimeAsync(200);
    engines[1]?.say({ kind: 'ready' });
    engines[1]?.say({ kind: 'done', id: 2, answer: ANSWER });
    await expect(again).resolves.toEqual(ANSWER);
  });

  it('asks again, one at a time, for the shards that a dead engine held together', async () => {
    engines[0]?.say({ kind: 'ready' });
    const answers = [compute(), compute()];
    engines[0]?.emit('exit', null, 'SIGSEGV');
    await vi.advanceTimersByTimeAsync(200);
    engines[1]?.say({ kind: 'ready' });
    expect(engines[1]?.heard).toMatchObject([{ kind: 'compute', id: 1 }]);
    engines[1]?.say({ kind: 'done', id: 1, answer: ANSWER });
    await expect(answers[0]).resolves.toEqual(ANSWER);
    expect(engines[1]?.heard[1]).toMatchObject({ kind: 'compute', id: 2 });
    engines[1]?.emit('exit', null, 'SIGSEGV');
    await expect(answers[1]).rejects.toMatchObject({ code: 'ENGINE_CRASHED' });
  });

  const ranOut = (limit: number, renew = true): EngineReport => ({
    kind: 'out-of-memory',
    policy: 'p',
    windows: 2 * limit,
    limit,
    limits: { 'p 6': limit },
    message: 'BFCArena',
    renew,
  });

  it('starts anew an engine that ends to free its device, with the limit and all its shards', async () => {
    engines[0]?.say({ kind: 'ready' });
    const answers = [compute(), compute()];
    engines[0]?.say(ranOut(4));
    engines[0]?.emit('exit', 0, null);
    expect([shrunk, crashes]).toEqual([[4], []]);
    expect(engines).toHaveLength(2);
    engines[1]?.say({ kind: 'ready' });
    expect(engines[1]?.heard).toMatchObject([
      { kind: 'limits', limits: { 'p 6': 4 } },
      { kind: 'compute', id: 1 },
      { kind: 'compute', id: 2 },
    ]);
    for (const id of [1, 2]) engines[1]?.say({ kind: 'done', id, answer: ANSWER });
    await expect(Promise.all(answers)).resolves.toEqual([ANSWER, ANSWER]);
  });

  it('counts as crashed an engine that ends for memory without a lower limit', async () => {
    engines[0]?.say({ kind: 'ready' });
    engines[0]?.say(ranOut(4, false));
    engines[0]?.say(ranOut(4));
    const answer = compute();
    engines[0]?.emit('exit', 0, null);
    await expect(answer).rejects.toMatchObject({ code: 'ENGINE_CRASHED' });
    expect(crashes).toHaveLength(1);
  });

  it('tells the engine after a crash what the one before knew of memory', async () => {
    engines[0]?.say({ kind: 'ready' });
    engines[0]?.say(ranOut(2, false));
    engines[0]?.emit('exit', null, 'SIGSEGV');
    await vi.advanceTimersByTimeAsync(200);
    engines[1]?.say({ kind: 'ready' });
    expect(engines[1]?.heard).toEqual([{ kind: 'limits', limits: { 'p 6': 2 } }]);
  });

  it('says when the engine can never work here', () => {
    const error = { code: 'PROVIDER_UNAVAILABLE', message: 'no GPU', hint: undefined } as const;
    engines[0]?.say({ kind: 'unfit', error });
    expect(unfit).toEqual(['PROVIDER_UNAVAILABLE']);
  });

  it('kills an engine that has gone silent and says so', async () => {
    engines[0]?.say({ kind: 'ready' });
    const answer = compute();
    await vi.advanceTimersByTimeAsync(700);
    await expect(answer).rejects.toThrow('no sign of life for 500 ms');
    expect(engines).toHaveLength(2);
  });

  it('asks the engine to stop a shard whose signal is aborted, and waits for its answer', async () => {
    engines[0]?.say({ kind: 'ready' });
    const abort = new AbortController();
    const answer = compute(abort.signal);
    abort.abort(new DrivesweepError('CANCELLED', 'the sweep was cancelled'));
    expect(engines[0]?.heard[1]).toMatchObject({
      kind: 'abort',
      id: 1,
      error: { code: 'CANCELLED' },
    });
    const error = {
      code: 'CANCELLED',
      message: 'the sweep was cancelled',
      hint: undefined,
    } as const;
    engines[0]?.say({ kind: 'failed', id: 1, error });
    await expect(answer).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('lets go at once of a shard that no engine has yet', async () => {
    const abort = new AbortController();
    const answer = compute(abort.signal);
    abort.abort(new DrivesweepError('CANCELLED', 'the sweep was cancelled'));
    await expect(answer).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(host.shards).toBe(0);
  });

  it('gives held shards back when it stops, and starts no engine again', async () => {
    engines[0]?.say({ kind: 'ready' });
    const answer = compute();
    await host.stop();
    await expect(answer).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await expect(compute()).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await vi.advanceTimersByTimeAsync(10_000);
    expect([engines.length, crashes]).toEqual([1, []]);
  });
});
