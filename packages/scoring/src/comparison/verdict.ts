import type { ComparedMetric, PairedDifference, Verdict } from './comparison.ts';
import { figure, figureWithUnit, percent, signed, signedWithUnit } from './figures.ts';

/*
 * The verdict on one metric of B against A, the first line that holds:
 *
 *   no pair, or pairs of fewer than 2 drives           -> not_comparable
 *   the metric has no better side                      -> null: a difference, and no verdict
 *   the interval holds 0, or corrected p >= 0.05       -> no_difference_shown
 *   the interval lies on the better side of 0          -> better
 *   the interval lies on the worse side of 0           -> worse
 *
 * Both the interval and the test must speak: with few drives the interval is too narrow, and the test, which then
 * cannot go under 2 / 2^drives, holds it back.
 */

/** The level that corrected p values are held against. */
export const SIGNIFICANCE = 0.05;
/** Fewer drives say too little about how drives differ: their intervals come out too narrow. */
export const TRUSTED_DRIVES = 20;

/** What a verdict looks at. */
export type Judged = Pick<PairedDifference, 'windows' | 'drives' | 'interval' | 'pHolm'>;

export function verdictOf(better: ComparedMetric['better'], judged: Judged): Verdict | null {
  const { windows, interval, pHolm } = judged;
  if (windows === 0 || interval === null) return 'not_comparable';
  if (better === 'neither') return null;
  const side = sideOf(interval);
  if (side === 0 || pHolm === null || pHolm >= SIGNIFICANCE) return 'no_difference_shown';
  return side === betterSign(better) ? 'better' : 'worse';
}

/** Where the whole interval lies: above 0, below it, or neither. */
export function sideOf({ low, high }: { readonly low: number; readonly high: number }): -1 | 0 | 1 {
  if (low > 0) return 1;
  return high < 0 ? -1 : 0;
}

/** The sign of B - A where B is better. */
export function betterSign(better: 'lower' | 'higher'): -1 | 1 {
  return better === 'lower' ? -1 : 1;
}

/** The verdict with the figures that decided it, in one sentence. */
export function verdictWords(
  metric: ComparedMetric,
  difference: PairedDifference,
  verdict: Verdict | null,
): string {
  switch (verdict) {
    case 'not_comparable':
      return `Not comparable: ${nothingToCompare(metric, difference)}`;
    case 'better':
      return `B is better: ${figures(metric, difference)}`;
    case 'worse':
      return `B is worse: ${figures(metric, difference)}`;
    case 'no_difference_shown':
      return `No difference shown: ${figures(metric, difference)}${tooFewToShow(difference)}`;
    case null:
      return `No better side: ${figures(metric, difference)}`;
  }
}

function nothingToCompare({ id }: ComparedMetric, { windows, drives }: PairedDifference): string {
  if (windows === 0) return `no window has ${id} in both`;
  return `the ${windows} windows with ${id} in both come from ${drives} drive; it takes 2 to say how drives differ`;
}

function figures({ id, unit }: ComparedMetric, difference: PairedDifference): string {
  const { meanA, meanB, interval, p, winsOfB, windows, drives } = difference;
  const parts = [
    `${id} ${figureWithUnit(meanB, unit)} against ${figureWithUnit(meanA, unit)}`,
    `difference ${signedWithUnit(difference.difference, unit)}${relativeWords(difference)}` +
      (interval ? ` [${signed(interval.low)}, ${signed(interval.high)}]` : ''),
    pWords(p),
  ];
  if (winsOfB) parts.push(`B better in ${winsOfB.wins} of ${windows} windows`);
  const trust = difference.warnings.includes('few_drives')
    ? `; only ${drives} drives, so the interval is not to be trusted`
    : '';
  return parts.join(', ') + trust;
}

function relativeWords({ relative }: PairedDifference): string {
  return relative === null ? '' : ` (${percent(relative)})`;
}

function pWords(p: number | null): string {
  if (p === null) return 'no test';
  return p < 0.001 ? 'p < 0.001' : `p = ${figure(p)}`;
}

/** With few drives the test cannot speak whatever the difference: worth saying, for more drives would help. */
function tooFewToShow({ drives }: PairedDifference): string {
  const smallest = 2 / 2 ** drives;
  if (smallest < SIGNIFICANCE) return '';
  return ` (${drives} drives can never show one: p is at least ${figure(smallest)}; it takes 6)`;
}
