import type { Scorecard } from '@drivesweep/contracts';
import type { EgoPath } from '@drivesweep/geometry';
import type {
  EgoBoxToScore,
  ObstacleToScore,
  ParsedTrace,
  IntentVerdict,
} from '@drivesweep/scoring';
import type { HistogramCounts } from './histogram-counts.ts';

/** Everything that the page of a sweep shows. The same data is the same page, to the byte. */
export interface ReportData {
  readonly scorecard: Scorecard;
  /** By metric id, over all windows: headline metrics, and ranks where there are several samples. */
  readonly histograms: Readonly<Record<string, HistogramCounts>>;
  /** Windows that the first headline metric says are worst, worst first. */
  readonly worst: readonly WindowToShow[];
  /** Windows whose traces contradict their plan, the future or the scene, most contradictions first. */
  readonly contradictions: readonly WindowToShow[];
  /** What could not be gathered, and why: one sentence each. */
  readonly notes: readonly string[];
}

/** One window with all that a person needs to judge it. Paths are in the ego frame at t0 and end or start as when scored. */
export interface WindowToShow {
  readonly windowId: string;
  readonly driveId: string;
  readonly t0Us: number | null;
  readonly facts: Readonly<Record<string, string>>;
  readonly v0Mps: number;
  readonly stepS: number;
  readonly history: EgoPath;
  readonly future: EgoPath;
  readonly samples: readonly SampleToShow[];
  /** Null when the drive has no labels of obstacles. */
  readonly obstacles: readonly ObstacleToScore[] | null;
  /** Null when the dataset does not say how large the vehicle is. */
  readonly egoBox: EgoBoxToScore | null;
  /** Headline values first; null where a metric does not apply. */
  readonly values: readonly ValueToShow[];
  readonly verdicts: readonly IntentVerdict[];
  readonly picture: PictureToShow;
}

export interface SampleToShow extends EgoPath {
  readonly trace: string | null;
  /** Null when there is no trace. */
  readonly parsed: ParsedTrace | null;
  readonly probability: number | null;
}

export interface ValueToShow {
  readonly id: string;
  readonly unit: string;
  readonly value: number | null;
}

/** What the front camera saw at t0, or why there is no picture. */
export type PictureToShow =
  | {
      readonly kind: 'jpeg';
      readonly base64: string;
      readonly widthPx: number;
      readonly heightPx: number;
      readonly camera: string;
      /** Time of the frame less t0: at most 0. */
      readonly offsetUs: number;
    }
  | { readonly kind: 'none'; readonly reason: string };
