import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InferSeconds, PolicyInput } from '@drivesweep/contracts';
import { busyPolicyBundle, remoteBundle } from '@drivesweep/testkit';
import { openBundle } from './bundle.ts';
import { loadOnnxPolicy } from './onnx-policy.ts';

const PARAMETERS = { samples: 1, seed: 0, horizonSteps: 4, stepUs: 100_000 };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drivesweep-seconds-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const load = async (products: number) =>
  loadOnnxPolicy(
    await openBundle(
      remoteBundle(
        busyPolicyBundle({
          cameras: ['front'],
          offsetsUs: [0],
          height: 8,
          width: 16,
          horizonSteps: 4,
          maxBatch: 2,
          products,
        }),
      ),
    ),
    { provider: 'cpu', deviceId: 0, threads: 1, cacheDir: folder },
  );

function input(): PolicyInput {
  const zeros = new Float64Array(16);
  const history = { x: zeros, y: zeros, z: zeros, yaw: zeros };
  return { windowId: 'w', history, v0Mps: 1, frames: new Uint8Array(3 * 8 * 16) };
}

describe('a policy that is asked', () => {
  it('tells how long its run took, without the wait behind the run before it', async () => {
    const policy = await load(40);
    const told: InferSeconds[] = [];
    const startedMs = performance.now();
    await Promise.all(
      [1, 2, 3].map(() => policy.infer([input()], PARAMETERS, (seconds) => told.push(seconds))),
    );
    const wallS = (performance.now() - startedMs) / 1000;
    const runs = told.reduce((sum, { run }) => sum + run, 0);
    expect(told).toHaveLength(3);
    expect(
      told.every(({ prepare, run, postprocess }) => prepare >= 0 && run > 0 && postprocess >= 0),
    ).toBe(true);
    // Had each counted its wait too, the three together would be longer than the wall.
    expect(runs).toBeLessThanOrEqual(wallS);
    await policy.close();
  });

  it('leaves the frames of several windows alone, so that they can be asked again', async () => {
    const policy = await load(0);
    const windows = [input(), input()];
    const first = await policy.infer(windows, PARAMETERS);
    expect(windows.map(({ frames }) => frames?.byteLength)).toEqual([3 * 8 * 16, 3 * 8 * 16]);
    expect(await policy.infer(windows, PARAMETERS)).toEqual(first);
    await policy.close();
  });
});
