import { DrivesweepError } from '@drivesweep/contracts';
import type { InferParameters, PolicyInput, PolicySample } from '@drivesweep/contracts';
import { emptyEgoPath, estimateV0Mps, integrateUnicycle, wrapAngle } from '@drivesweep/geometry';
import type { EgoPath } from '@drivesweep/geometry';
import { describe, expect, it } from 'vitest';
import { createKinematicPolicy, minHistorySteps } from './kinematic-policy.ts';
import {
  isKinematicPolicyName,
  KINEMATIC_POLICIES,
  kinematicPolicyRef,
} from './kinematic-policies.ts';
import type { KinematicPolicyName } from './kinematic-policies.ts';

const STRAIGHT: KinematicPolicyName = 'kinematic:constant-velocity';
const TURNING: KinematicPolicyName = 'kinematic:constant-turn-rate';
const STEP_US = 100_000;

/** History that drives a circle at 10 m/s and ends at the origin with heading 0. */
function circleHistory(yawRateRadps: number, steps = 16): EgoPath {
  const path = emptyEgoPath(steps);
  for (let i = 0; i < steps; i++) {
    const t = (i + 1 - steps) * 0.1;
    path.x[i] = yawRateRadps === 0 ? 10 * t : (10 / yawRateRadps) * Math.sin(yawRateRadps * t);
    path.y[i] = yawRateRadps === 0 ? 0 : (10 / yawRateRadps) * (1 - Math.cos(yawRateRadps * t));
    path.yaw[i] = wrapAngle(yawRateRadps * t);
  }
  return path;
}

async function answers(
  name: KinematicPolicyName,
  history: EgoPath,
  overrides: Partial<InferParameters & { v0Mps: number }> = {},
): Promise<PolicySample[]> {
  const { v0Mps = 10, ...rest } = overrides;
  const input: PolicyInput = { windowId: 'drive@0', history, v0Mps, frames: null };
  const parameters = { samples: 1, seed: 7, horizonSteps: 64, stepUs: STEP_US, ...rest };
  const [samples] = await createKinematicPolicy(kinematicPolicyRef(name)).infer(
    [input],
    parameters,
  );
  if (samples === undefined) throw new Error('one input, one answer');
  return samples;
}

async function firstAnswer(...args: Parameters<typeof answers>): Promise<PolicySample> {
  const [sample] = await answers(...args);
  if (sample === undefined) throw new Error('at least one sample');
  return sample;
}

describe('kinematic:constant-velocity', () => {
  it('goes straight on at v0, whatever the history turned', async () => {
    const { x, y, z, yaw } = await firstAnswer(STRAIGHT, circleHistory(0.4));
    expect(x[0]).toBe(1);
    expect(x[63]).toBeCloseTo(64, 12);
    for (const zeros of [y, z, yaw]) expect([...zeros]).toEqual(Array(64).fill(0));
  });

  it('stands still at v0 = 0 and backs up at v0 < 0', async () => {
    expect((await firstAnswer(STRAIGHT, circleHistory(0), { v0Mps: 0 })).x[63]).toBe(0);
    expect((await firstAnswer(STRAIGHT, circleHistory(0), { v0Mps: -1 })).x[63]).toBeCloseTo(-6.4);
  });

  it('is what the unicycle makes of its accelerations and curvatures', async () => {
    const { x, accel, curvature } = await firstAnswer(STRAIGHT, circleHistory(0));
    if (accel === null || curvature === null) throw new Error('actions are given');
    const integrated = integrateUnicycle({ v0Mps: 10, accel, curvature, stepS: 0.1 });
    integrated.x.forEach((expected, i) => expect(x[i]).toBeCloseTo(expected, 12));
  });
});

describe('kinematic:constant-turn-rate', () => {
  it('stays on the circle that the history is on', async () => {
    const { x, y, yaw } = await firstAnswer(TURNING, circleHistory(0.25));
    for (let i = 0; i < 64; i++) {
      expect(Math.hypot(x[i] ?? NaN, (y[i] ?? NaN) - 40)).toBeCloseTo(40, 9);
      expect(yaw[i]).toBeCloseTo(0.025 * (i + 1), 9);
    }
  });

  it('turns right for a negative rate', async () => {
    const { y, yaw } = await firstAnswer(TURNING, circleHistory(-0.25));
    expect(y[63]).toBeLessThan(0);
    expect(yaw[63]).toBeCloseTo(-1.6, 9);
  });

  it('keeps its yaw in (-pi, pi] and is not fooled by a history that crosses pi', async () => {
    const { yaw } = await firstAnswer(TURNING, circleHistory(2));
    expect(yaw[63]).toBeCloseTo(12.8 - 4 * Math.PI, 9);
    const history = circleHistory(0);
    history.yaw.set([3.1, 3.1, 3.1, 3.1, 3.1, -3.1], 10);
    const crossing = await firstAnswer(TURNING, history);
    expect(crossing.yaw[0]).toBeCloseTo(((2 * Math.PI - 6.2) / 0.5) * 0.1, 9);
  });

  it.each([0, 1e-12, 1e-7])(
    'is straight to within nothing at a yaw rate of %d rad/s',
    async (rate) => {
      const { x, y } = await firstAnswer(TURNING, circleHistory(rate));
      expect(x[63]).toBeCloseTo(64, 9);
      expect(y[63]).toBeCloseTo((64 * rate * 6.4) / 2, 12);
    },
  );

  it('measures over the last 0.5 s only, at any step', async () => {
    const history = circleHistory(0);
    history.yaw.fill(-1, 0, 10);
    expect((await firstAnswer(TURNING, history)).yaw[63]).toBe(0);
    const coarse = emptyEgoPath(3);
    coarse.yaw.set([-1, -0.5, 0]);
    const { yaw } = await firstAnswer(TURNING, coarse, { stepUs: 250_000, horizonSteps: 2 });
    expect([...yaw]).toEqual([0.5, 1]);
  });

  it('refuses a history that is shorter than 0.5 s and says how many steps it needs', async () => {
    await expect(answers(TURNING, circleHistory(0, 5))).rejects.toMatchObject({
      code: 'SWEEP_FILE_INVALID',
      hint: 'Set history_steps to at least 6.',
    });
    expect(minHistorySteps(TURNING, STEP_US)).toBe(6);
    await expect(answers(TURNING, circleHistory(0, 6))).resolves.toHaveLength(1);
  });
});

describe.each(Object.keys(KINEMATIC_POLICIES).filter(isKinematicPolicyName))('%s', (name) => {
  it('gives K equal samples without a probability, and no thought to the seed', async () => {
    const samples = await answers(name, circleHistory(0.1), { samples: 6 });
    expect(samples).toHaveLength(6);
    for (const sample of samples) {
      expect(sample).toEqual(samples[0]);
      expect(sample.probability).toBeNull();
    }
    expect(await answers(name, circleHistory(0.1), { samples: 6, seed: 8 })).toEqual(samples);
  });

  it('follows a car that really moves that way, with the speed that Alpamayo estimates', async () => {
    const rate = name === TURNING ? 0.2 : 0;
    const history = circleHistory(rate);
    const v0Mps = estimateV0Mps(history, 0.1);
    const { x, y } = await firstAnswer(name, history, { v0Mps });
    const [trueX, trueY] = rate === 0 ? [64, 0] : [50 * Math.sin(1.28), 50 * (1 - Math.cos(1.28))];
    expect(Math.hypot((x[63] ?? NaN) - trueX, (y[63] ?? NaN) - trueY)).toBeLessThan(0.05);
  });

  it('says what it does, as every sample does it', async () => {
    const samples = await answers(name, circleHistory(0.4), { samples: 2 });
    const turning = name === TURNING ? 'Turn left' : 'Keep lane';
    for (const { trace, finishReason } of samples) {
      expect(trace).toBe(`${turning} and keep the current speed.`);
      expect(finishReason).toBe('stop');
    }
  });

  it('looks at nothing, needs no particular grid, and has nothing to accelerate', () => {
    const policy = createKinematicPolicy(kinematicPolicyRef(name));
    expect(policy.provider).toBe('none');
    expect(policy.needs).toMatchObject({ cameras: null, historySteps: null, stepUs: null });
  });
});

describe('kinematicPolicyRef', () => {
  it('is a different hash per policy', () => {
    expect(kinematicPolicyRef(STRAIGHT).bundleSha256).toHaveLength(64);
    expect(kinematicPolicyRef(STRAIGHT).bundleSha256).not.toBe(
      kinematicPolicyRef(TURNING).bundleSha256,
    );
  });

  it.each(['kinematic:teleport', 'toString'])(
    'does not know %s, and says what it knows',
    (name) => {
      expect(() => kinematicPolicyRef(name)).toThrow(DrivesweepError);
      expect(() => kinematicPolicyRef(name)).toThrow(
        expect.objectContaining({
          code: 'POLICY_NOT_FOUND',
          hint: expect.stringContaining('kinematic:constant-turn-rate') as string,
        }),
      );
    },
  );

  it('is not run for a sweep of another version', () => {
    const ref = { ...kinematicPolicyRef(STRAIGHT), version: '0', bundleSha256: '0'.repeat(64) };
    expect(() => createKinematicPolicy(ref)).toThrow(
      expect.objectContaining({ code: 'BUNDLE_HASH_MISMATCH' }),
    );
  });
});
