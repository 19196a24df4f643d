import { DrivesweepError } from '@drivesweep/contracts';
import type {
  InferParameters,
  Policy,
  PolicyInput,
  PolicyRef,
  PolicySample,
} from '@drivesweep/contracts';
import { at, unwrap } from '@drivesweep/geometry';
import type { EgoPath } from '@drivesweep/geometry';
import { circularArc } from './circular-arc.ts';
import { isKinematicPolicyName, kinematicPolicyRef } from './kinematic-policies.ts';
import type { KinematicPolicyName } from './kinematic-policies.ts';
import { statedIntent } from './stated-intent.ts';

/** How far back the yaw rate is measured. */
const YAW_RATE_SPAN_US = 500_000;

/**
 * Makes the policy that `ref` names. It is deterministic: its K samples are K times the same answer, without
 * probabilities, and the seed does not matter.
 * @throws DrivesweepError POLICY_NOT_FOUND for an unknown name, BUNDLE_HASH_MISMATCH when the sweep was made for
 * another version of this policy than this program has
 */
export function createKinematicPolicy(ref: PolicyRef): Policy {
  const own = kinematicPolicyRef(ref.name);
  if (!isKinematicPolicyName(own.name) || ref.bundleSha256 !== own.bundleSha256) {
    throw new DrivesweepError(
      'BUNDLE_HASH_MISMATCH',
      `the sweep asks for ${ref.name} version ${ref.version}, this program has version ${own.version}`,
      { hint: 'Run every service in the same version, or submit the sweep again.' },
    );
  }
  const name = own.name;
  return {
    ref: own,
    needs: {
      cameras: null,
      historySteps: null,
      horizonSteps: null,
      stepUs: null,
      samples: null,
      maxBatch: 1024,
    },
    provider: 'none',
    infer: (batch, parameters) =>
      Promise.resolve().then(() => batch.map((input) => answer(name, input, parameters))),
    close: () => Promise.resolve(),
  };
}

/** Poses of history that a policy needs at least, the one at t0 included. */
export function minHistorySteps(name: KinematicPolicyName, stepUs: number): number {
  return name === 'kinematic:constant-turn-rate' ? yawRateSteps(stepUs) + 1 : 1;
}

function answer(
  name: KinematicPolicyName,
  input: PolicyInput,
  { samples, horizonSteps, stepUs }: InferParameters,
): PolicySample[] {
  const stepS = stepUs / 1e6;
  const turns = name === 'kinematic:constant-turn-rate';
  const yawRateRadps = turns ? recentYawRate(input.history, stepUs) : 0;
  const motion = { speedMps: input.v0Mps, yawRateRadps };
  const path = circularArc(motion, horizonSteps, stepS);
  const sample: PolicySample = {
    ...path,
    // Straight at constant speed is the same thing as no action; an exact arc is not what the unicycle integrates.
    accel: turns ? null : new Float64Array(horizonSteps),
    curvature: turns ? null : new Float64Array(horizonSteps),
    trace: statedIntent(motion, horizonSteps * stepS),
    tokenIds: null,
    logprobs: null,
    topTokens: null,
    finishReason: 'stop',
    probability: null,
  };
  return Array.from({ length: samples }, () => sample);
}

/** Steps of history nearest to 0.5 s. */
function yawRateSteps(stepUs: number): number {
  return Math.max(1, Math.round(YAW_RATE_SPAN_US / stepUs));
}

/** Heading change over the last 0.5 s of history (the whole steps nearest to it), in rad/s. */
function recentYawRate(history: EgoPath, stepUs: number): number {
  const last = history.yaw.length - 1;
  const steps = yawRateSteps(stepUs);
  if (last < steps) {
    throw new DrivesweepError(
      'SWEEP_FILE_INVALID',
      `kinematic:constant-turn-rate measures the yaw rate over ${steps} steps, but the history has only ${last + 1} poses`,
      { hint: `Set history_steps to at least ${steps + 1}.` },
    );
  }
  const yaw = unwrap(history.yaw);
  return (at(yaw, last) - at(yaw, last - steps)) / ((steps * stepUs) / 1e6);
}
