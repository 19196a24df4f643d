import type { DriveFacts, StoredWindows } from '@drivesweep/contracts';
import type { WindowToScore } from '@drivesweep/scoring';
import { lengthAt, listAt, pathAt, textsOf } from './stored-values.ts';

type Numbers = ArrayLike<number>;

/** One of the K answers, as filters look at it. Metres, ego frame at t0, one value per step. */
export interface AnsweredSample {
  readonly x: Numbers;
  readonly y: Numbers;
  /** m/s^2 and 1/m; null when the policy did not answer with actions. */
  readonly accel: Numbers | null;
  readonly curvature: Numbers | null;
  readonly trace: string | null;
  readonly tokens: number | null;
  readonly logprobs: number | null;
  /** How many of the most likely tokens it tells at each place; null when the policy does not say. */
  readonly topK: number | null;
  readonly finishReason: string | null;
}

/** A window that the policy answered, as filters look at it. */
export interface AnsweredWindow {
  readonly windowId: string;
  readonly driveId: string;
  readonly facts: DriveFacts;
  readonly v0Mps: number;
  readonly future: { readonly x: Numbers; readonly y: Numbers };
  readonly samples: readonly AnsweredSample[];
  /** Everything that judging reasons looks at; asked for only when a filter needs it, because it costs. */
  readonly whole: () => WindowToScore;
}

/** The windows of a part as filters look at them, one row at a time; only of rows whose status is ok. */
export function answeredWindows(
  windows: StoredWindows,
  wholeAt: (row: number) => WindowToScore,
): (row: number, facts: DriveFacts) => AnsweredWindow {
  const sampleAt = answeredSamples(windows);
  return (row, facts) => {
    const first = windows.sampleOffsets[row] ?? 0;
    const count = (windows.sampleOffsets[row + 1] ?? 0) - first;
    return {
      windowId: windows.windowId[row] ?? '',
      driveId: windows.driveId[row] ?? '',
      facts,
      v0Mps: windows.v0Mps[row] ?? NaN,
      future: pathAt(windows.future, row),
      samples: Array.from({ length: count }, (_, k) => sampleAt(first + k)),
      whole: () => wholeAt(row),
    };
  };
}

/** The samples of a part as filters look at them, by their place among those of all rows. */
export function answeredSamples({
  samples,
}: Pick<StoredWindows, 'samples'>): (i: number) => AnsweredSample {
  const traces = textsOf(samples.trace);
  const finishReasons = textsOf(samples.finishReason);
  return (i) => {
    const { x, y } = pathAt(samples.paths, i);
    return {
      x,
      y,
      accel: listAt(samples.accel, i),
      curvature: listAt(samples.curvature, i),
      trace: traces[i] ?? null,
      tokens: lengthAt(samples.tokenIds, i),
      logprobs: lengthAt(samples.logprobs, i),
      topK: samples.topTokens.ids.valid?.[i] === 0 ? null : (samples.topTokens.k[i] ?? null),
      finishReason: finishReasons[i] ?? null,
    };
  };
}
