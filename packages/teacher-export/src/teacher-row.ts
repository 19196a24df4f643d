import { ALPAMAYO_R1_ACTIONS, createUnicycleInverse } from '@drivesweep/geometry';
import type { ActionNormalisation, EgoPath, UnicycleInverse } from '@drivesweep/geometry';
import type {
  TeacherPath,
  TeacherRow,
  TeacherSample,
  TeacherTopTokens,
} from '@drivesweep/contracts';
import type { ScoringParameters, WindowToScore } from '@drivesweep/scoring';
import { pathError } from './path-error.ts';
import type { ReasonsReader } from './reasons.ts';

type Numbers = ArrayLike<number>;

/** A sample as it lies in a prediction part. */
export interface StoredSample extends TeacherPath {
  readonly accel: Numbers | null;
  readonly curvature: Numbers | null;
  readonly trace: string | null;
  readonly tokenIds: Numbers | null;
  readonly logprobs: Numbers | null;
  readonly topTokens: TeacherTopTokens | null;
  readonly finishReason: string | null;
  readonly probability: number | null;
}

/** A window as it lies in a prediction part and its scores. */
export interface StoredWindow extends Omit<TeacherRow, 'split' | 'samples' | 'scores'> {
  readonly samples: readonly StoredSample[];
  readonly scores: readonly (number | null)[];
  /** In double precision, for judging reasons. */
  readonly whole: () => WindowToScore;
}

/** Makes the row of one window from the samples that are kept. */
export type RowMaker = (window: StoredWindow, kept: readonly number[], split: string) => TeacherRow;

export interface RowMakerOptions {
  readonly parameters: ScoringParameters;
  /** Null for the constants of the released Alpamayo-R1. */
  readonly normalisation: ActionNormalisation | null;
  /** Null when the recipe leaves reasons out. */
  readonly reasons: ReasonsReader | null;
  readonly withScores: boolean;
}

export function createRowMaker(options: RowMakerOptions): RowMaker {
  const { horizonSteps, stepS } = options.parameters;
  const normalisation = options.normalisation ?? ALPAMAYO_R1_ACTIONS;
  let inverse: UnicycleInverse | undefined;

  const actionsOf = (sample: StoredSample, v0Mps: number) => {
    const { accel, curvature } = sample;
    if (accel !== null && curvature !== null) {
      return { accel, curvature, actionsFrom: 'policy' as const };
    }
    inverse ??= createUnicycleInverse(horizonSteps, stepS);
    const found = inverse(doublesOf(sample), v0Mps);
    return {
      accel: Float32Array.from(found.accel),
      curvature: Float32Array.from(found.curvature),
      actionsFrom: 'path' as const,
    };
  };

  return (window, kept, split) => {
    const reasons = options.reasons?.(window.whole());
    const samples = kept.flatMap((index): TeacherSample[] => {
      const sample = window.samples[index];
      if (sample === undefined) return [];
      const actions = actionsOf(sample, window.v0Mps);
      const { accelMean, accelStd, curvatureMean, curvatureStd } = normalisation;
      return [
        {
          index,
          ...{ x: sample.x, y: sample.y, z: sample.z, yaw: sample.yaw },
          ...actions,
          accelNormalised: normalised(actions.accel, accelMean, accelStd),
          curvatureNormalised: normalised(actions.curvature, curvatureMean, curvatureStd),
          trace: sample.trace,
          tokenIds: sample.tokenIds,
          logprobs: sample.logprobs,
          topTokens: sample.topTokens,
          finishReason: sample.finishReason,
          probability: sample.probability,
          ...pathError(sample, window.future, horizonSteps),
          reasons: reasons?.(index) ?? null,
        },
      ];
    });
    const { windowId, driveId, t0Us, v0Mps, history, future, facts, navigation } = window;
    const scores = options.withScores ? window.scores : [];
    const path = { history, future };
    return { windowId, driveId, t0Us, split, v0Mps, ...path, facts, navigation, samples, scores };
  };
}

/** (value - mean) / std, in single precision as it is stored. */
function normalised(values: Numbers, mean: number, std: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let t = 0; t < out.length; t++) out[t] = ((values[t] ?? NaN) - mean) / std;
  return out;
}

function doublesOf({ x, y, z, yaw }: TeacherPath): EgoPath {
  return {
    x: Float64Array.from(x),
    y: Float64Array.from(y),
    z: Float64Array.from(z),
    yaw: Float64Array.from(yaw),
  };
}
