import { z } from 'zod';
import { DrivesweepError } from '@drivesweep/contracts';
import type { InferParameters, PolicyInput, PolicySample } from '@drivesweep/contracts';
import type { BundleManifest } from './bundle-manifest.ts';
import { topDisagreement } from './top-tokens.ts';

const numbers = z.array(z.number());
const path = z.strictObject({ x: numbers, y: numbers, z: numbers, yaw: numbers });
const answer = z.strictObject({
  ...path.shape,
  /** What the policy says, when it says anything. */
  trace: z.string().optional(),
  /** Of a policy that writes its own text. */
  tokenIds: z.array(z.int()).optional(),
  logprobs: numbers.optional(),
  finishReason: z.enum(['stop', 'truncated']).optional(),
});

/** One window with the answer that the makers of the bundle got for it. */
const goldenCaseSchema = z.strictObject({
  schema: z.literal('golden-case/1'),
  v0Mps: z.number(),
  history: path,
  navigation: z.string().optional(),
  /** A file of the bundle: raw u8 [cameras * frames, channels, height, width]; null when the policy does not look. */
  framesFile: z.string().nullable(),
  /** Uniforms and noise follow from the seed and the window id `golden`. */
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

/** What a golden window is called: its random numbers depend on it. */
export const GOLDEN_WINDOW_ID = 'golden';

/** The bytes of a golden case, to be put into a bundle beside its frames; `samples` answer a window of GOLDEN_WINDOW_ID. */
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
    ...(typeof input.navigation === 'string' ? { navigation: input.navigation } : {}),
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
    windowId: GOLDEN_WINDOW_ID,
    v0Mps: golden.v0Mps,
    history: {
      x: Float64Array.from(x),
      y: Float64Array.from(y),
      z: Float64Array.from(up),
      yaw: Float64Array.from(yaw),
    },
    frames,
    navigation: golden.navigation ?? null,
  };
}

/** How far the worst value is off. */
export interface GoldenDifference {
  readonly worstXyzM: number;
  readonly worstYawRad: number;
  /** Null when the case or the tolerances name none. */
  readonly worstLogprob: number | null;
}

/** How far the log-probability of one token may differ in two outputs of one graph, where no tolerance is named. */
const LOGPROB_WITHIN = 1e-3;

/**
 * Throws BUNDLE_GOLDEN_MISMATCH unless every value is within its tolerance, and every token and trace the expected one.
 * The most likely tokens are no part of a golden case: they must agree with the tokens that were drawn.
 */
export function compareWithGolden(
  golden: GoldenCase,
  answered: readonly PolicySample[],
  tolerances: NonNullable<BundleManifest['golden']>['tolerances'],
): GoldenDifference {
  if (answered.length !== golden.expected.length) {
    throw mismatch(`${answered.length} samples, expected ${golden.expected.length}`);
  }
  let [worstXyzM, worstYawRad] = [0, 0];
  const logprobsOff: number[] = [];
  golden.expected.forEach((expected, k) => {
    const sample = answered[k];
    if (!sample) return;
    const unlike =
      differenceInWords(expected, sample) ??
      topDisagreement(sample, tolerances.logprob ?? LOGPROB_WITHIN);
    if (unlike !== null) throw mismatch(`sample ${k}: ${unlike}`);
    for (const axis of ['x', 'y', 'z'] as const) {
      worstXyzM = Math.max(worstXyzM, worstDifference(sample[axis], expected[axis]));
    }
    worstYawRad = Math.max(worstYawRad, worstDifference(sample.yaw, expected.yaw));
    if (tolerances.logprob !== undefined && expected.logprobs) {
      logprobsOff.push(worstDifference(sample.logprobs ?? [], expected.logprobs));
    }
  });
  const within = worstXyzM <= tolerances.xyzM && worstYawRad <= tolerances.yawRad;
  if (!within) {
    throw mismatch(
      `off by up to ${worstXyzM} m and ${worstYawRad} rad; allowed are ${tolerances.xyzM} m and ${tolerances.yawRad} rad`,
    );
  }
  const worstLogprob = logprobsOff.length === 0 ? null : Math.max(...logprobsOff);
  const { logprob = Infinity } = tolerances;
  if (worstLogprob !== null && worstLogprob > logprob) {
    throw mismatch(`log-probabilities off by up to ${worstLogprob}; allowed are ${logprob}`);
  }
  return { worstXyzM, worstYawRad, worstLogprob };
}

/** What has no tolerance: tokens, how the text ended, and what was said. Null when it is all as expected. */
function differenceInWords(expected: z.output<typeof answer>, sample: PolicySample): string | null {
  if (sample.problem) return sample.problem.message;
  if (expected.tokenIds) {
    const got = [...(sample.tokenIds ?? [])];
    const at = expected.tokenIds.findIndex((id, i) => got[i] !== id);
    if (at >= 0) {
      return `token ${at} is ${got[at] ?? 'missing'}, expected ${expected.tokenIds[at] ?? NaN}`;
    }
    if (got.length !== expected.tokenIds.length) {
      return `${got.length} tokens, expected ${expected.tokenIds.length}`;
    }
  }
  if (expected.finishReason && expected.finishReason !== sample.finishReason) {
    return `the text ended by ${sample.finishReason ?? 'nothing'}, expected ${expected.finishReason}`;
  }
  const wanted = expected.trace ?? null;
  if (sample.trace === wanted) return null;
  return `says ${JSON.stringify(sample.trace)}, expected ${JSON.stringify(wanted)}`;
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
  const { trace, tokenIds, logprobs, finishReason } = sample;
  return {
    ...plainPath(sample),
    ...(trace === null ? {} : { trace }),
    ...(tokenIds === null ? {} : { tokenIds: [...tokenIds] }),
    ...(logprobs === null ? {} : { logprobs: [...logprobs] }),
    // A sentence from a closed list always ends; only a text of its own can be cut off.
    ...(tokenIds === null || finishReason === null ? {} : { finishReason }),
  };
}

function mismatch(why: string): DrivesweepError {
  return new DrivesweepError('BUNDLE_GOLDEN_MISMATCH', `golden case: ${why}`, {
    hint: 'another runtime, provider or graph than the makers used; do not trust its numbers',
  });
}
