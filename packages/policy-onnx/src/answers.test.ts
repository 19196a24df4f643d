import { describe, expect, it } from 'vitest';
import type { PolicyInput } from '@drivesweep/contracts';
import { busyPolicyBundle } from '@drivesweep/testkit';
import { samplesOf } from './answers.ts';
import { bundleManifestSchema } from './bundle-manifest.ts';
import type { BundleManifest } from './bundle-manifest.ts';
import type { TensorData } from './graph.ts';
import type { BundleOutput } from './manifest-output.ts';

const STEPS = 2;
const PARAMETERS = { samples: 1, seed: 0, horizonSteps: STEPS, stepUs: 1_000_000 };

function manifestWith(output: BundleOutput, samples = 1): BundleManifest {
  const files = busyPolicyBundle({
    cameras: ['front'],
    offsetsUs: [0],
    height: 2,
    width: 2,
    horizonSteps: STEPS,
    stepUs: 1_000_000,
  });
  const policy = JSON.parse(new TextDecoder().decode(files.get('policy.json'))) as object;
  const manifest = bundleManifestSchema.parse(policy);
  const horizon = output.kind === 'curvature' ? null : manifest.horizon;
  return { ...manifest, output, horizon, samples: [samples] };
}

function windowAt(v0Mps: number): PolicyInput {
  const none = new Float64Array(0);
  return { windowId: 'w', history: { x: none, y: none, z: none, yaw: none }, v0Mps, frames: null };
}

const tensor = (dims: number[], values: number[]): TensorData => ({
  type: 'float32',
  dims,
  data: Float32Array.from(values),
});

const TRAJECTORY: BundleOutput = { kind: 'trajectory', position: { xyz: 'xyz' }, yaw: 'yaw' };

describe('samplesOf', () => {
  it('takes each window and sample its own rows of a trajectory', () => {
    const outputs = {
      xyz: tensor(
        [2, 2, STEPS, 3],
        Array.from({ length: 24 }, (_, i) => i),
      ),
      yaw: tensor(
        [2, 2, STEPS],
        Array.from({ length: 8 }, (_, i) => 100 + i),
      ),
    };
    const answers = samplesOf(
      manifestWith(TRAJECTORY, 2),
      outputs,
      [windowAt(0), windowAt(0)],
      2,
      { ...PARAMETERS, samples: 2 },
      null,
    );
    expect(answers.map((samples) => samples.length)).toEqual([2, 2]);
    expect([...(answers[1]?.[0]?.x ?? [])]).toEqual([12, 15]);
    expect([...(answers[1]?.[1]?.z ?? [])]).toEqual([20, 23]);
    expect([...(answers[0]?.[1]?.yaw ?? [])]).toEqual([102, 103]);
  });

  it('leaves the padding out', () => {
    const outputs = {
      xyz: tensor([4, STEPS, 3], Array<number>(24).fill(1)),
      yaw: tensor([4, STEPS], Array<number>(8).fill(0)),
    };
    expect(
      samplesOf(manifestWith(TRAJECTORY), outputs, [windowAt(0)], 4, PARAMETERS, null),
    ).toHaveLength(1);
  });

  it('integrates actions from v0: at 10 m/s and 2 m/s^2 the first second goes 11 m', () => {
    const output: BundleOutput = { kind: 'actions', actions: { pair: 'a' }, normalisation: null };
    const outputs = { a: tensor([1, 1, STEPS, 2], [2, 0, 2, 0]) };
    const [[sample] = []] = samplesOf(
      manifestWith(output),
      outputs,
      [windowAt(10)],
      1,
      PARAMETERS,
      null,
    );
    expect([...(sample?.x ?? [])]).toEqual([11, 24]);
    expect([...(sample?.accel ?? [])]).toEqual([2, 2]);
  });

  it('undoes the normalisation of separate actions', () => {
    const output: BundleOutput = {
      kind: 'actions',
      actions: { accel: 'a', curvature: 'k' },
      normalisation: { accelMean: 1, accelStd: 2, curvatureMean: 0.5, curvatureStd: 4 },
    };
    const outputs = { a: tensor([1, STEPS], [3, 0]), k: tensor([1, STEPS], [1, 0]) };
    const [[sample] = []] = samplesOf(
      manifestWith(output),
      outputs,
      [windowAt(0)],
      1,
      PARAMETERS,
      null,
    );
    expect([...(sample?.accel ?? [])]).toEqual([7, 1]);
    expect([...(sample?.curvature ?? [])]).toEqual([4.5, 0.5]);
  });

  it('holds a curvature at v0: 0.05 per metre at 10 m/s turns by 0.5 rad in each second', () => {
    const output: BundleOutput = {
      kind: 'curvature',
      value: 'steer',
      column: 1,
      conversion: { kind: 'gain', gain: 0.5 },
    };
    const outputs = { steer: tensor([2, 2], [9, 9, 9, 0.1]) };
    const windows = [windowAt(0), windowAt(10)];
    const [, [sample] = []] = samplesOf(
      manifestWith(output),
      outputs,
      windows,
      2,
      PARAMETERS,
      null,
    );
    expect(sample?.yaw[0]).toBeCloseTo(0.5, 6);
    expect(sample?.yaw[1]).toBeCloseTo(1, 6);
    expect(sample?.curvature?.[0]).toBeCloseTo(0.05, 8);
  });

  it('turns steering into curvature by the bicycle model: tan(angle) / wheelbase', () => {
    const output: BundleOutput = {
      kind: 'curvature',
      value: 'steer',
      column: 0,
      conversion: { kind: 'steering', radPerUnit: -1, wheelbaseM: 2 },
    };
    const outputs = { steer: tensor([1, 1], [-Math.PI / 4]) };
    const [[sample] = []] = samplesOf(
      manifestWith(output),
      outputs,
      [windowAt(1)],
      1,
      PARAMETERS,
      null,
    );
    expect(sample?.curvature?.[0]).toBeCloseTo(0.5, 6);
  });

  it('hands on what is not finite', () => {
    const outputs = {
      xyz: tensor([1, STEPS, 3], Array<number>(6).fill(NaN)),
      yaw: tensor([1, STEPS], [0, 0]),
    };
    const [[sample] = []] = samplesOf(
      manifestWith(TRAJECTORY),
      outputs,
      [windowAt(0)],
      1,
      PARAMETERS,
      null,
    );
    expect(sample?.x[0]).toBeNaN();
  });

  it('refuses another shape, naming both', () => {
    const outputs = {
      xyz: tensor([1, 3, 3], Array<number>(9).fill(0)),
      yaw: tensor([1, STEPS], [0, 0]),
    };
    expect(() =>
      samplesOf(manifestWith(TRAJECTORY), outputs, [windowAt(0)], 1, PARAMETERS, null),
    ).toThrow('output xyz of busy is float32 [1, 3, 3], not float32 [1, 1, 2, 3]');
  });
});
