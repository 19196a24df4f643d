import { describe, expect, it } from 'vitest';
import type { Policy, PolicyInput, PolicySample } from '@drivesweep/contracts';
import { Inference } from './inference.ts';

const PARAMETERS = { samples: 1, seed: 0, horizonSteps: 1, stepUs: 100_000 };

function inputOf(windowId: string): PolicyInput {
  const none = new Float64Array(0);
  return { windowId, history: { x: none, y: none, z: none, yaw: none }, v0Mps: 0, frames: null };
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

const silent = { started: () => undefined, finished: () => undefined };
const turns = async () => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

describe('Inference', () => {
  it('gives the policy two batches at a time, so that it goes from one to the next', async () => {
    const { policy, batches, gates } = gatedPolicy(1);
    const lane = new Inference(silent, () => 0).openLane(policy, PARAMETERS);
    for (const name of ['a', 'b', 'c']) void lane.ask(inputOf(name));
    expect(batches).toEqual([['a'], ['b']]);
    gates[0]?.open();
    await turns();
    expect(batches).toEqual([['a'], ['b'], ['c']]);
  });

  it('makes room for two batches beyond those, and no more', async () => {
    const { policy, gates } = gatedPolicy(1);
    const inference = new Inference(silent, () => 0);
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
    const lane = new Inference(silent, () => 0).openLane(policy, PARAMETERS);
    void lane.ask(inputOf('a'));
    await turns();
    expect(batches).toEqual([]);
    lane.end();
    expect(batches).toEqual([['a']]);
  });

  it('rejects what waits when a shard leaves, and goes on with the others', async () => {
    const { policy, batches, gates } = gatedPolicy(1);
    const inference = new Inference(silent, () => 0);
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
    const lane = new Inference(silent, () => 0).openLane(policy, PARAMETERS);
    for (const name of ['a', 'b', 'c', 'd']) lane.ask(inputOf(name)).catch(() => undefined);
    const room = lane.room();
    lane.leave(new Error('cancelled'));
    await expect(room).resolves.toBeUndefined();
  });

  it('tells every window of a batch that the batch failed', async () => {
    const { policy, gates } = gatedPolicy(2);
    const lane = new Inference(silent, () => 0).openLane(policy, PARAMETERS);
    const asked = ['a', 'b'].map((name) => lane.ask(inputOf(name)));
    gates[0]?.fail(new Error('no memory'));
    const settled = await Promise.allSettled(asked);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('counts for a batch only its own time, not its wait behind the one before', async () => {
    const { policy, gates } = gatedPolicy(1);
    let now = 0;
    const seconds: number[] = [];
    const events = { started: () => undefined, finished: (s: number) => void seconds.push(s) };
    const lane = new Inference(events, () => now).openLane(policy, PARAMETERS);
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
      const inference = new Inference(silent, () => 0);
      const [first, second] = [1, 2].map(() => inference.openLane(policy, PARAMETERS));
      void first?.ask(inputOf('a'));
      if (!independent) first?.end();
      void second?.ask(inputOf('x'));
      await turns();
      expect(batches).toEqual(expected);
    }
  });
});
