import type { MetricInfo } from '../metric.ts';

/** What is said about B against A. `verdict.ts` has the rules. */
export type Verdict = 'better' | 'worse' | 'no_difference_shown' | 'not_comparable';

/** One column that is compared. Those whose better side is `neither` get a difference and no verdict. */
export type ComparedMetric = Pick<MetricInfo, 'id' | 'unit' | 'better'>;

/** Why a window has no value, from the most that can be wrong with it to the least. */
export type Absence = 'missing' | 'failed' | 'skipped' | 'undefined';

/** Expected windows that make no pair: with no value in A only, in B only, or in both. */
export interface LeftOut {
  /** In both: the graver of the two reasons. */
  readonly reason: Absence;
  readonly side: 'a' | 'b' | 'both';
  readonly windows: number;
}

/** A 95 % percentile interval of the mean difference, by resampling drives. */
export interface DifferenceInterval {
  readonly low: number;
  readonly high: number;
}

/** Wins of B: windows where B is better by more than the tolerance of a tie. */
export interface WinsOfB {
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
}

/** The difference between B and A over pairs: windows that both scored. Nothing is averaged over nothing: then it is null. */
export interface PairedDifference {
  /** Pairs. */
  readonly windows: number;
  /** Drives with a pair. */
  readonly drives: number;
  readonly meanA: number | null;
  readonly meanB: number | null;
  /** Mean of B - A. */
  readonly difference: number | null;
  /** `difference / |meanA|`; null when meanA is 0. */
  readonly relative: number | null;
  /** Null for fewer than two drives. */
  readonly interval: DifferenceInterval | null;
  /** Of the sign-flip test by drives; null for fewer than two drives. */
  readonly p: number | null;
  /** `p` after Holm among the tests of its table. Null as `p`. */
  readonly pHolm: number | null;
  /** Null where the metric has no better side. */
  readonly winsOfB: WinsOfB | null;
  /** Null where the metric has no better side, or (slices) where too little is there to test. */
  readonly verdict: Verdict | null;
  /** `few_drives`: under 20, so the interval is not to be trusted. */
  readonly warnings: readonly 'few_drives'[];
}

export interface MetricComparison extends ComparedMetric, PairedDifference {
  /** `windows` and these add up to the windows that were expected. Only reasons that occur. */
  readonly leftOut: readonly LeftOut[];
  /** Quantiles of B - A over the pairs; null when there is none. */
  readonly quantiles: {
    readonly p5: number;
    readonly p25: number;
    readonly median: number;
    readonly p75: number;
    readonly p95: number;
  } | null;
}

/** The primary metric in one slice. */
export interface SliceComparison extends PairedDifference {
  /** `fact=value`. */
  readonly slice: string;
  /** Too few windows or drives: the means are told, nothing is tested. */
  readonly tooSmall: boolean;
}

/** One pair, for a person to look at. */
export interface PairedWindow {
  readonly windowId: string;
  readonly driveId: string;
  readonly a: number;
  readonly b: number;
  /** b - a */
  readonly difference: number;
}

/** How the numbers were made: with the same two sweeps and these, every byte comes out again. */
export interface ComparisonMethod {
  readonly confidence: number;
  /** Resamplings of the drives for an interval. */
  readonly draws: number;
  /** Random sign flips of the test where the drives are too many to try them all. */
  readonly flips: number;
  /** With at most this many drives all flips are tried and p is exact. */
  readonly exactDrives: number;
  readonly seed: number;
  readonly significance: number;
  /** B and A nearer than this are tied. */
  readonly tieWithin: number;
  /** Under this many drives there is a warning. */
  readonly trustedDrives: number;
  /** Slices with less are too small. */
  readonly minimumWindows: number;
  readonly minimumDrives: number;
}

/** What came of the expected windows of one sweep. */
export interface WindowCounts {
  readonly ok: number;
  readonly error: number;
  readonly skipped: number;
  readonly missing: number;
}

/** Two sets of scores of the same windows, B against A. */
export interface Comparison {
  /** The metric that the verdict is about. */
  readonly primary: string;
  readonly verdict: Verdict | null;
  /** The verdict with its figures, as a person would say it. */
  readonly words: string;
  readonly method: ComparisonMethod;
  readonly expected: number;
  readonly windowsOfA: WindowCounts;
  readonly windowsOfB: WindowCounts;
  /** The primary first. Holm among all others that have a better side; the primary is one test of its own. */
  readonly metrics: readonly MetricComparison[];
  /** By name. Holm among those that are tested. */
  readonly slices: readonly SliceComparison[];
  /** Facts with too many values to be sliced by. */
  readonly factsNotSliced: readonly string[];
  /** The primary's pairs where B won and lost most, most first; empty where it has no better side. */
  readonly gained: readonly PairedWindow[];
  readonly lost: readonly PairedWindow[];
}
