import type { DriveFacts } from '@drivesweep/contracts';
import type { WindowToScore } from '@drivesweep/scoring';

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
