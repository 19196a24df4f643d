import { z } from 'zod';
import { DrivesweepError } from '@drivesweep/contracts';
import type { InferParameters, PolicyInput, PolicySample } from '@drivesweep/contracts';
import type { BundleManifest } from './bundle-manifest.ts';

const numbers = z.array(z.number());
const path = z.strictObject({ x: numbers, y: numbers, z: numbers, yaw: numbers });
/** With the sentence, when the policy says one. */
const answer = z.strictObject({ ...path.shape, trace: z.string().optional() });

/** One window with the answer that the makers of the bundle got for it. */
const goldenCaseSchema = z.strictObject({
  schema: z.literal('golden-case/1'),
  v0Mps: z.number(),
  history: path,
  /** A file of the bundle: raw u8 [cameras * frames, channels, height, width]; null when the policy does not look. */
  framesFile: z.string().nullable(),
  parameters: z.strictObject({
    samples: z.int().positive(),
    seed: z.int().nonnegative(),
    horizonSteps: z.int().positive(),
    stepUs: z.int().positive(),
  }),
  /** One answer per sample. */
  expected: z.array(answer).min(1),
});
export type GoldenCase = z.output<typeof goldenCaseSchema>;

/** The bytes of a golden case, to be put into a bundle beside its frames. */
export function encodeGoldenCase(
  input: PolicyInput,
  parameters: InferParameters,
  samples: readonly PolicySample[],
  framesFile: string | null,
): Uint8Array {
  const golden: GoldenCase = {
    schema: 'golden-case/1',
    v0Mps: input.v0Mps,
    history: plainPath(input.history),
    framesFile,
    parameters: { ...parameters },
    expected: samples.map(plainAnswer),
  };
  return new TextEncoder().encode(`${JSON.stringify(golden, null, 1)}\n`);
}

/** Throws BUNDLE_INVALID when the bytes are not a golden case. */
export function decodeGoldenCase(bytes: Uint8Array, file: string): GoldenCase {
  try {
    return goldenCaseSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DrivesweepError('BUNDLE_INVALID', `${file} is not a golden case: ${why}`, { cause });
  }
}

/** The golden window as the policy takes it. */
export function goldenInput(golden: GoldenCase, frames: Uint8Array | null): PolicyInput {
  const { x, y, z: up, yaw } = golden.history;
  return {
    windowId: 'golden',
    v0Mps: golden.v0Mps,
    history: {
      x: Float64Array.from(x),
      y: Float64Array.from(y),
      z: Float64Array.from(up),
      yaw: Float64Array.from(yaw),
    },
    frames,
  };
}

/** Throws BUNDLE_GOLDEN_MISMATCH unless every value is within its tolerance and every sentence is the expected one. */
export function compareWithGolden(
  golden: GoldenCase,
  answered: readonly PolicySample[],
  tolerances: NonNullable<BundleManifest['golden']>['tolerances'],
): { readonly worstXyzM: number; readonly worstYawRad: number } {
  if (answered.length !== golden.expected.length) {
    throw mismatch(`${answered.length} samples, expected ${golden.expected.length}`);
  }
  let [worstXyzM, worstYawRad] = [0, 0];
  golden.expected.forEach((expected, k) => {
    const sample = answered[k];
    if (!sample) return;
    const [said, wanted] = [sample.trace, expected.trace ?? null];
    if (said !== wanted) {
      const found = sample.problem?.message ?? `sample ${k} says ${JSON.stringify(said)}`;
      throw mismatch(`${found}, expected ${JSON.stringify(wanted)}`);
    }
    for (const axis of ['x', 'y', 'z'] as const) {
      worstXyzM = Math.max(worstXyzM, worstDifference(sample[axis], expected[axis]));
    }
    worstYawRad = Math.max(worstYawRad, worstDifference(sample.yaw, expected.yaw));
  });
  const within = worstXyzM <= tolerances.xyzM && worstYawRad <= tolerances.yawRad;
  if (within) return { worstXyzM, worstYawRad };
  throw mismatch(
    `off by up to ${worstXyzM} m and ${worstYawRad} rad; allowed are ${tolerances.xyzM} m and ${tolerances.yawRad} rad`,
  );
}

/** Infinite when the lengths differ or a value is not finite. */
function worstDifference(a: ArrayLike<number>, b: readonly number[]): number {
  if (a.length !== b.length) return Infinity;
  return b.reduce((worst, value, i) => {
    const difference = Math.abs((a[i] ?? NaN) - value);
    return Number.isFinite(difference) ? Math.max(worst, difference) : Infinity;
  }, 0);
}

function plainPath({ x, y, z: up, yaw }: Pick<PolicySample, 'x' | 'y' | 'z' | 'yaw'>) {
  return { x: [...x], y: [...y], z: [...up], yaw: [...yaw] };
}

function plainAnswer(sample: PolicySample): z.output<typeof answer> {
  return { ...plainPath(sample), ...(sample.trace === null ? {} : { trace: sample.trace }) };
}

function mismatch(why: string): DrivesweepError {
  return new DrivesweepError('BUNDLE_GOLDEN_MISMATCH', `golden case: ${why}`, {
    hint: 'another runtime, provider or graph than the makers used; do not trust its numbers',
  });
}
