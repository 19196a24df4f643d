import { describe, expect, it } from 'vitest';
import { DrivesweepError } from '@drivesweep/contracts';
import type { Policy, PolicyInput, PolicySample } from '@drivesweep/contracts';
import { BatchLimits } from '../batch-limits.ts';
import { Inference } from './inference.ts';
import type { FinishedRun, InferenceEvents, InferenceOptions, OutOfMemory } from './inference.ts';

const PARAMETERS = { samples: 1, seed: 0, horizonSteps: 1, stepUs: 100_000 };

function inputOf(windowId: string, bytes = 0): PolicyInput {
  const none = new Float64Array(0);
  const frames = bytes === 0 ? null : new Uint8Array(bytes);
  return { windowId, history: { x: none, y: none, z: none, yaw: none }, v0Mps: 0, frames };
}

/** A policy that answers when the test says so. */
function gatedPolicy(maxBatch: number, rowsIndependent = false) {
  const batches: string[][] = [];
  const gates: { open: () => void; fail: (error: Error) => void }[] = [];
  const policy: Policy = {
    ref: { kind: 'onnx', name: 'p', version: '1', uri: null, bundleSha256: 'a'.repeat(64) },
    needs: {
      cameras: null,
      historySteps: null,
      horizonSteps: null,
      stepUs: null,
      samples: null,
      maxBatch,
      rowsIndependent,
    },
    provider: 'none',
    infer: (batch) =>
      new Promise<PolicySample[][]>((resolve, reject) => {
        batches.push(batch.map(({ windowId }) => windowId));
        gates.push({ open: () => resolve(batch.map(() => [])), fail: reject });
      }),
    close: () => Promise.resolve(),
  };
  return { policy, batches, gates };
}

/** An Inference that reports to nobody, unless the test listens. */
function inferenceOf(changes: Partial<InferenceEvents> & Partial<InferenceOptions> = {}) {
  const { started, finished, ran, outOfMemory, ...options } = changes;
  return new Inference({
    events: {
      started: started ?? (() => undefined),
      finished: finished ?? (() => undefined),
      ran: ran ?? (() => undefined),
      outOfMemory: outOfMemory ?? (() => 'go-on'),
    },
    limits: new BatchLimits(),
    nowMs: () => 0,
    readyBytes: Infinity,
    ...options,
  });
}

const turns = async () => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

describe('Inference', () => {
  it('gives the policy two batches at a time, so that it goes from one to the next', async () => {
    const { policy, batches, gates } = gatedPolicy(1);
    const lane = inferenceOf().openLane(policy, PARAMETERS);
    for (const name of ['a', 'b', 'c']) void lane.ask(inputOf(name));
    expect(batches).toEqual([['a'], ['b']]);
    gates[0]?.open();
    await turns();
    expect(batches).toEqual([['a'], ['b'], ['c']]);
  });

  it('makes room for two batches beyond those, and no more', async () => {
    const { policy, gates } = gatedPolicy(1);
    const inference = inferenceOf();
    const lane = inference.openLane(policy, PARAMETERS);
    for (const name of ['a', 'b', 'c', 'd']) {
      await lane.room();
      void lane.ask(inputOf(name));
    }
    let room = false;
    void lane.room().then(() => (room = true));
    await turns();
    expect([room, inference.readyWindows]).toEqual([false, 2]);
    gates[0]?.open();
    await turns();
    expect([room, inference.readyWindows]).toEqual([true, 1]);
  });

  it('runs the last short batch when the shard ends', async () => {
    const { policy, batches } = gatedPolicy(4);
    const lane = inferenceOf().openLane(policy, PARAMETERS);
    void lane.ask(inputOf('a'));
    await turns();
    expect(batches).toEqual([]);
    lane.end();
    expect(batches).toEqual([['a']]);
  });

  it('rejects what waits when a shard leaves, and goes on with the others', async () => {
    const { policy, batches, gates } = gatedPolicy(1);
    const inference = inferenceOf();
    const [first, second] = [1, 2].map(() => inference.openLane(policy, PARAMETERS));
    const asked = ['a', 'b', 'c'].map((name) => first?.ask(inputOf(name)));
    const other = second?.ask(inputOf('x'));
    const reason = new Error('cancelled');
    first?.leave(reason);
    await expect(asked[2]).rejects.toBe(reason);
    gates.forEach((gate) => gate.open());
    await turns();
    gates.forEach((gate) => gate.open());
    await expect(other).resolves.toEqual([]);
    expect(batches).toEqual([['a'], ['b'], ['x']]);
  });

  it('lets whoever waits for room know that the shard left', async () => {
    const { policy } = gatedPolicy(1);
    const lane = inferenceOf().openLane(policy, PARAMETERS);
    for (const name of ['a', 'b', 'c', 'd']) lane.ask(inputOf(name)).catch(() => undefined);
    const room = lane.room();
    lane.leave(new Error('cancelled'));
    await expect(room).resolves.toBeUndefined();
  });

  it('tells every window of a batch that the batch failed', async () => {
    const { policy, gates } = gatedPolicy(2);
    const lane = inferenceOf().openLane(policy, PARAMETERS);
    const asked = ['a', 'b'].map((name) => lane.ask(inputOf(name)));
    gates[0]?.fail(new Error('no memory'));
    const settled = await Promise.allSettled(asked);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('counts for a batch only its own time, not its wait behind the one before', async () => {
    const { policy, gates } = gatedPolicy(1);
    let now = 0;
    const seconds: number[] = [];
    const ran = ({ run }: FinishedRun) => void seconds.push(run);
    const lane = inferenceOf({ ran, nowMs: () => now }).openLane(policy, PARAMETERS);
    void lane.ask(inputOf('a'));
    void lane.ask(inputOf('b'));
    now = 1000;
    gates[0]?.open();
    await turns();
    now = 1500;
    gates[1]?.open();
    await turns();
    expect(seconds).toEqual([1, 0.5]);
  });

  it('lets shards share a batch only where answers do not depend on it', async () => {
    for (const [independent, expected] of [
      [true, [['a', 'x']]],
      [false, [['a']]],
    ] as const) {
      const { policy, batches } = gatedPolicy(2, independent);
      const inference = inferenceOf();
      const [first, second] = [1, 2].map(() => inference.openLane(policy, PARAMETERS));
      void first?.ask(inputOf('a'));
      if (!independent) first?.end();
      void second?.ask(inputOf('x'));
      await turns();
      expect(batches).toEqual(expected);
    }
  });

  it('never lets the policy wait while windows remain', async () => {
    const { policy, batches, gates } = gatedPolicy(2, true);
    const inference = inferenceOf();
    const windows = 23;
    const shards = [0, 1].map(async (shard) => {
      const lane = inference.openLane(policy, PARAMETERS);
      const asked: Promise<unknown>[] = [];
      for (let i = 0; i < windows; i++) {
        await lane.room();
        asked.push(lane.ask(inputOf(`${shard}-${i}`)));
      }
      lane.end();
      await Promise.all(asked);
    });
    await turns();
    const perRun: number[] = [];
    for (let done = 0; done < gates.length; done++) {
      // Whenever a run ends, the next one lies with the policy already, until the last.
      const remaining = 2 * windows - batches.slice(0, done + 1).flat().length;
      expect(gates.length - done).toBe(remaining === 0 ? 1 : 2);
      perRun.push(batches[done]?.length ?? 0);
      gates[done]?.open();
      await turns();
    }
    await Promise.all(shards);
    // Batches are filled across the two shards: 46 windows are 23 full ones.
    expect(perRun).toEqual(Array(windows).fill(2));
  });

  it('halves batches when memory runs out, asks the same windows again, and stays with it', async () => {
    const { policy, batches, gates } = gatedPolicy(4);
    const found: OutOfMemory[] = [];
    const outOfMemory = (one: OutOfMemory) => (found.push(one), 'go-on' as const);
    const lane = inferenceOf({ outOfMemory }).openLane(policy, PARAMETERS);
    const asked = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => lane.ask(inputOf(name)));
    gates[0]?.fail(new DrivesweepError('POLICY_OUT_OF_MEMORY', 'BFCArena'));
    await turns();
    expect(batches).toEqual([
      ['a', 'b', 'c', 'd'],
      ['a', 'b'],
    ]);
    expect(found).toMatchObject([{ windows: 4, limit: 2, message: 'BFCArena' }]);
    for (let run = 1; run < 4; run++) {
      gates[run]?.open();
      await turns();
    }
    await expect(Promise.all(asked)).resolves.toHaveLength(6);
    expect(batches.slice(2)).toEqual([
      ['c', 'd'],
      ['e', 'f'],
    ]);
  });

  it('refuses a window that does not fit even alone, and answers the others', async () => {
    const { policy, gates } = gatedPolicy(2);
    const lane = inferenceOf().openLane(policy, PARAMETERS);
    const asked = ['a', 'b'].map((name) => lane.ask(inputOf(name)));
    const settled = Promise.allSettled(asked);
    const noMemory = new DrivesweepError('POLICY_OUT_OF_MEMORY', 'bad_alloc');
    gates[0]?.fail(noMemory);
    await turns();
    gates[1]?.fail(noMemory);
    await turns();
    gates[2]?.open();
    expect(await settled).toEqual([
      { status: 'rejected', reason: noMemory },
      { status: 'fulfilled', value: [] },
    ]);
  });

  it('asks nothing more once it was told to stop, and leaves open what it has', async () => {
    const { policy, batches, gates } = gatedPolicy(2);
    const lane = inferenceOf({ outOfMemory: () => 'stop' }).openLane(policy, PARAMETERS);
    let settled = 0;
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
      void lane.ask(inputOf(name)).finally(() => (settled += 1));
    }
    gates[0]?.fail(new DrivesweepError('POLICY_OUT_OF_MEMORY', 'CUDA failure 2'));
    await turns();
    expect([batches.length, settled]).toEqual([2, 0]);
  });

  it('asks each window alone when one of them is at fault', async () => {
    const { policy, batches, gates } = gatedPolicy(2);
    const lane = inferenceOf().openLane(policy, PARAMETERS);
    const asked = Promise.allSettled(['a', 'b'].map((name) => lane.ask(inputOf(name))));
    const fault = new DrivesweepError('NAVIGATION_TOO_LONG', 'b says too much');
    gates[0]?.fail(fault);
    await turns();
    gates[1]?.open();
    await turns();
    gates[2]?.fail(fault);
    expect((await asked).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(batches).toEqual([['a', 'b'], ['a'], ['b']]);
  });

  it('bounds the bytes that wait, but always lets the oldest shard fill a batch', async () => {
    const { policy, batches, gates } = gatedPolicy(2);
    const inference = inferenceOf({ readyBytes: 10 });
    const [older, younger] = [1, 2].map(() => inference.openLane(policy, PARAMETERS));
    void younger?.ask(inputOf('x', 10));
    const room = { older: false, younger: false };
    void older?.room().then(() => (room.older = true));
    void younger?.room().then(() => (room.younger = true));
    await turns();
    expect([inference.readyBytes, room]).toEqual([10, { older: true, younger: false }]);
    for (const name of ['a', 'b']) void older?.ask(inputOf(name, 10));
    expect([batches, inference.runningBytes]).toEqual([[['a', 'b']], 20]);
    older?.end();
    await turns();
    // Now the younger one is the oldest.
    expect(room.younger).toBe(true);
    gates[0]?.open();
    await turns();
    expect(inference.runningBytes).toBe(0);
  });

  it('tells how soon each window was answered, without its wait behind others', async () => {
    const { policy, gates } = gatedPolicy(1);
    let now = 0;
    const latencies: number[] = [];
    const queued: number[] = [];
    const ran = (run: FinishedRun) => void queued.push(...run.queued);
    const lane = inferenceOf({ ran, nowMs: () => now }).openLane(policy, PARAMETERS, (one) =>
      latencies.push(one.seconds / one.batch),
    );
    for (const name of ['a', 'b']) void lane.ask(inputOf(name));
    now = 100;
    gates[0]?.open();
    await turns();
    now = 150;
    gates[1]?.open();
    await turns();
    expect(latencies).toEqual([0.1, 0.05]);
    expect(queued.map((s) => Math.round(s * 1e6) / 1e6)).toEqual([0, 0.1]);
  });
});
