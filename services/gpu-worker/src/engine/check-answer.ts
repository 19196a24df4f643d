import type { ErrorCode, InferParameters, Policy, PolicySample } from '@drivesweep/contracts';
import { DrivesweepError } from '@drivesweep/contracts';
import type { EngineSweep } from '../protocol.ts';

/** Why the samples of a window must not be believed; null when they may. */
export function answerProblem(
  samples: readonly PolicySample[],
  parameters: InferParameters,
): { readonly code: ErrorCode; readonly message: string } | null {
  if (samples.length !== parameters.samples) {
    const message = `${samples.length} samples were answered, ${parameters.samples} were asked for`;
    return { code: 'POLICY_OUTPUT_SHAPE', message };
  }
  for (const [k, sample] of samples.entries()) {
    const { probability, problem } = sample;
    if (problem !== undefined) {
      return { code: problem.code, message: `sample ${k}: ${problem.message}` };
    }
    if (probability !== null && !(probability >= 0 && probability <= 1)) {
      const message = `the probability of sample ${k} is ${probability}, not between 0 and 1`;
      return { code: 'POLICY_OUTPUT_RANGE', message };
    }
    for (const field of ['x', 'y', 'z', 'yaw', 'accel', 'curvature'] as const) {
      const values = sample[field];
      if (values === null) continue;
      if (values.length !== parameters.horizonSteps) {
        const message = `${field} of sample ${k} has ${values.length} steps, not ${parameters.horizonSteps}`;
        return { code: 'POLICY_OUTPUT_SHAPE', message };
      }
      const step = values.findIndex((value) => !Number.isFinite(value));
      if (step >= 0) {
        const message = `${field} of sample ${k} is ${values[step] ?? NaN} at step ${step}`;
        return { code: 'POLICY_OUTPUT_NOT_FINITE', message };
      }
    }
  }
  return null;
}

/** Throws SWEEP_FILE_INVALID when the policy cannot answer what the sweep asks. */
export function requireAnswerable({ ref, needs }: Policy, sweep: EngineSweep): void {
  const wants: [field: string, asked: number, allowed: readonly number[] | null][] = [
    [
      'history_steps',
      sweep.historySteps,
      needs.historySteps === null ? null : [needs.historySteps],
    ],
    [
      'horizon_steps',
      sweep.horizonSteps,
      needs.horizonSteps === null ? null : [needs.horizonSteps],
    ],
    ['the step in us', sweep.stepUs, needs.stepUs === null ? null : [needs.stepUs]],
    ['samples', sweep.samples, needs.samples],
  ];
  for (const [field, asked, allowed] of wants) {
    if (allowed === null || allowed.includes(asked)) continue;
    throw new DrivesweepError(
      'SWEEP_FILE_INVALID',
      `sweep ${sweep.sweepId} asks for ${field} = ${asked}; policy ${ref.name} takes ${allowed.join(' or ')}`,
    );
  }
}
