import { bootstrapMeans } from '../statistics/bootstrap.ts';
import { createRandom } from '../statistics/random.ts';
import type { ComparedMetric, ComparisonMethod, PairedDifference, WinsOfB } from './comparison.ts';
import type { DriveTotals } from './drive-totals.ts';
import { EXACT_CLUSTERS, signFlipP } from './sign-flip.ts';
import { betterSign, SIGNIFICANCE, TRUSTED_DRIVES } from './verdict.ts';

/** The numbers of a paired difference, before they are corrected and judged among others. */
export type MeasuredDifference = Omit<PairedDifference, 'pHolm' | 'verdict'>;

/** B and A nearer than this are tied. */
const TIE_WITHIN = 1e-9;

export function methodWith(seed: number): ComparisonMethod {
  return {
    confidence: 0.95,
    draws: 2000,
    flips: 10_000,
    exactDrives: EXACT_CLUSTERS,
    seed,
    significance: SIGNIFICANCE,
    tieWithin: TIE_WITHIN,
    trustedDrives: TRUSTED_DRIVES,
    minimumWindows: 30,
    minimumDrives: 2,
  };
}

/** What is measured: the pairs by drive, and who won them. */
export interface PairsToMeasure {
  readonly totals: DriveTotals;
  readonly winsOfB: WinsOfB | null;
  /** False where there is too little: the means are told, nothing is tested. */
  readonly tested: boolean;
}

/** Means, interval and test of several sets of pairs at once: those over the same windows share their resamples. */
export function measure(
  pairs: readonly PairsToMeasure[],
  { draws, flips, seed, confidence, trustedDrives }: ComparisonMethod,
): MeasuredDifference[] {
  const tested = pairs.map((one) => one.tested && one.totals.counts.length >= 2);
  const intervals = bootstrapMeans(
    pairs.filter((_, i) => tested[i]).map(({ totals }) => totals),
    { draws, seed, confidence },
  ).values();
  return pairs.map(({ totals, winsOfB }, i): MeasuredDifference => {
    const { windows, means, counts, sums } = totals;
    const interval = tested[i] ? (intervals.next().value ?? null) : null;
    return {
      windows,
      drives: counts.length,
      meanA: means?.a ?? null,
      meanB: means?.b ?? null,
      difference: means?.difference ?? null,
      relative: means === null || means.a === 0 ? null : means.difference / Math.abs(means.a),
      interval: interval && { low: interval.low, high: interval.high },
      p: tested[i] ? signFlipP(sums, { flips, random: createRandom(seed) }) : null,
      winsOfB,
      warnings: counts.length < trustedDrives ? ['few_drives'] : [],
    };
  });
}

/** Counts wins of B; null where the metric has no better side. `differences` are B - A. */
export function winsOf(
  better: ComparedMetric['better'],
  differences: Iterable<number>,
): WinsOfB | null {
  if (better === 'neither') return null;
  const counts = { wins: 0, losses: 0, ties: 0 };
  for (const difference of differences) {
    if (Math.abs(difference) <= TIE_WITHIN) counts.ties++;
    else if (Math.sign(difference) === betterSign(better)) counts.wins++;
    else counts.losses++;
  }
  return counts;
}
