import type { MetricUnit } from '../metric.ts';
import type { MetricComparison } from './comparison.ts';
import { figureWithUnit, percent, signed, signedWithUnit } from './figures.ts';
import { betterSign, sideOf } from './verdict.ts';

/*
 * A gate, as it is typed:   <metric> worse [by <number> % | by <number> <unit>]
 *
 *   nothing to compare, or pairs of fewer than 2 drives       -> undecidable: it does not pass in silence
 *   B worse by more than the margin, and the interval of the
 *     difference lies wholly on the worse side of 0           -> failed: shown to be worse
 *   else                                                      -> passed
 *
 * A percentage is of |mean of A|. Without a margin any worsening that is shown fails.
 */

export interface Gate {
  /** As it was typed. */
  readonly text: string;
  /** The id of a metric, or the start of one. */
  readonly metric: string;
  readonly margin: Margin;
}

export type Margin =
  | { readonly kind: 'relative'; readonly share: number }
  | { readonly kind: 'absolute'; readonly amount: number; readonly unit: string }
  | { readonly kind: 'none' };

export interface GateDecision {
  readonly outcome: 'passed' | 'failed' | 'undecidable';
  /** What decided it, in one sentence. */
  readonly words: string;
}

const GRAMMAR = /^(\S+)\s+worse(?:\s+by\s+(\d+(?:\.\d+)?|\.\d+)\s*(%|[^\s\d.%][^\s%]*))?$/;

/** How a gate is written, for a message. */
export const GATE_GRAMMAR = '<metric> worse [by <number>% | by <number> <unit>]';

/** Null when the text is no gate. */
export function parseGate(text: string): Gate | null {
  const [, metric, number, unit] = GRAMMAR.exec(text.trim()) ?? [];
  if (metric === undefined) return null;
  return { text, metric, margin: marginOf(number, unit) };
}

function marginOf(number: string | undefined, unit: string | undefined): Margin {
  if (number === undefined || unit === undefined) return { kind: 'none' };
  const amount = Number(number);
  if (unit === '%') return { kind: 'relative', share: amount / 100 };
  return { kind: 'absolute', amount, unit };
}

/** True when the margin can be held against a metric of this unit. */
export function marginFits({ margin }: Gate, unit: MetricUnit): boolean {
  return margin.kind !== 'absolute' || margin.unit === unit;
}

/** The ids that a gate may mean: the one that it names in full, or all that start with it. */
export function gateCandidates({ metric }: Gate, ids: readonly string[]): string[] {
  return ids.includes(metric) ? [metric] : ids.filter((id) => id.startsWith(metric));
}

/** @param compared the metric that the gate means; one without a better side is undecidable */
export function decideGate({ margin }: Gate, compared: MetricComparison): GateDecision {
  const { id, unit, better, difference, meanA, meanB, interval } = compared;
  if (better === 'neither') {
    return { outcome: 'undecidable', words: `${id} has no better side` };
  }
  if (difference === null || meanA === null || interval === null) {
    return {
      outcome: 'undecidable',
      words: `${id} has ${compared.windows} pairs from ${compared.drives} drives: nothing to decide by`,
    };
  }
  const worseBy = -betterSign(better) * difference;
  const isShown = sideOf(interval) === -betterSign(better);
  const outcome = isShown && worseBy > allowedBy(margin, meanA) ? 'failed' : 'passed';
  const words =
    `${id} ${figureWithUnit(meanB, unit)} against ${figureWithUnit(meanA, unit)}, ` +
    `difference ${signedWithUnit(difference, unit)}` +
    (compared.relative === null ? '' : ` (${percent(compared.relative)})`) +
    ` [${signed(interval.low)}, ${signed(interval.high)}], allowed ${marginWords(margin, meanA, unit)}`;
  return { outcome, words };
}

function allowedBy(margin: Margin, meanA: number): number {
  switch (margin.kind) {
    case 'relative':
      return margin.share * Math.abs(meanA);
    case 'absolute':
      return margin.amount;
    case 'none':
      return 0;
  }
}

function marginWords(margin: Margin, meanA: number, unit: MetricUnit): string {
  const allowed = figureWithUnit(allowedBy(margin, meanA), unit);
  return margin.kind === 'relative'
    ? `${String(Number((100 * margin.share).toFixed(9)))} % = ${allowed}`
    : allowed;
}
