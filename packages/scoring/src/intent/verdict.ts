import type { Axis, TextSpan } from './trace.ts';

/**
 * `supported`, `contradicted`, `undetermined`: a statement against motion or boxes.
 * `broken`: the chain of cause and decision does not hold. `noted`: a property of the text, or of several samples.
 */
export type VerdictOutcome = 'supported' | 'contradicted' | 'undetermined' | 'broken' | 'noted';

/** One judgement that can be shown to a person: what was said, which rule judged it, and by which figures. */
export interface Verdict {
  /** Stable id of the rule, for example `plan.stop` or `break.has_stopped`. */
  readonly rule: string;
  readonly outcome: VerdictOutcome;
  /** Which sample's trace; null for a verdict about all samples of the window. */
  readonly sample: number | null;
  readonly axis: Axis | null;
  /** Null where the verdict is about the whole trace or about several. */
  readonly span: TextSpan | null;
  /** One sentence for a person, with the figures in it. */
  readonly reason: string;
  /** What decided it, by name with the unit: `{ finalSpeedMps: 7.2, stopBelowMps: 0.5 }`. */
  readonly figures: Readonly<Record<string, number | string>>;
}
