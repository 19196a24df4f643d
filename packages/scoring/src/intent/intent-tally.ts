import { judgeOutcome, metaActionAgreement, paperConsistency, statedOn } from './agreement.ts';
import type { MetaActionAgreement } from './agreement.ts';
import { compareSamples } from './cross-sample.ts';
import type { SampleAgreement } from './cross-sample.ts';
import type { JudgedOutcome } from './decision-rules.ts';
import { judgeReasons } from './intent-reading.ts';
import type { IntentReading } from './intent-reading.ts';
import { isStated } from './read-trace.ts';
import type { ReadTrace } from './read-trace.ts';
import type { Axis } from './trace.ts';
import type { Verdict } from './verdict.ts';

/** How many samples state a decision, and what the motion says about it. */
export interface OutcomeCounts extends Record<JudgedOutcome, number> {
  stated: number;
}

/** Stated decisions against one kind of motion. */
export interface AgreementCounts {
  readonly longitudinal: OutcomeCounts;
  readonly lateral: OutcomeCounts;
  /** Samples with a contradiction on either axis. */
  contradicted: number;
  /** The same of the first sample; NaN when it states nothing. */
  firstContradicted: number;
}

/** What the metrics of one window with traces are made of: counts of samples unless a field says otherwise. */
export interface TraceTally {
  readonly samples: number;
  parsed: number;
  /** Sum over samples of the paper's consistency, and that of the first sample. */
  consistent: number;
  firstConsistent: number;
  readonly plan: AgreementCounts;
  readonly future: AgreementCounts;
  /** Samples with at least one verdict of a rule that speaks against them: breaks and notes. */
  readonly withRule: ReadonlyMap<string, number>;
  broken: number;
  /** Causes and not samples: critical objects that were cited, and what boxes say; all 0 without labels of obstacles. */
  readonly causes: Record<JudgedOutcome, number>;
  readonly agreement: SampleAgreement;
}

const AXES: readonly Axis[] = ['longitudinal', 'lateral'];

/** Counts what a window's traces say; undefined when no sample has one. */
export function tallyTraces(reading: IntentReading): TraceTally | undefined {
  const { traces, plans } = reading;
  if (traces === undefined) return undefined;
  const withRule = new Map<string, number>();
  const tally = {
    samples: traces.length,
    parsed: 0,
    consistent: 0,
    firstConsistent: 0,
    plan: noCounts(),
    future: noCounts(),
    withRule,
    broken: 0,
    causes: noCauses(),
    agreement: compareSamples(traces, reading.planShapes(), { withVerdicts: false }),
  };
  for (const trace of traces) {
    const plan = trace === null ? undefined : plans[trace.sample];
    if (trace === null || plan === undefined) continue;
    if (isStated(trace)) {
      const consistency = paperConsistency(trace.parsed, plan);
      countOutcomes(tally.plan, trace, plan);
      countOutcomes(tally.future, trace, reading.future);
      tally.parsed++;
      tally.consistent += consistency;
      if (trace.sample === 0) tally.firstConsistent = consistency;
    }
    countReasons(tally, withRule, judgeReasons(trace, reading, { withUnlabelled: false }));
  }
  if (!reading.isLabelled) tally.causes = noCauses();
  return tally;
}

function noCauses(): TraceTally['causes'] {
  return { supported: 0, contradicted: 0, undetermined: 0 };
}

function noCounts(): AgreementCounts {
  const none = (): OutcomeCounts => ({ stated: 0, supported: 0, contradicted: 0, undetermined: 0 });
  return { longitudinal: none(), lateral: none(), contradicted: 0, firstContradicted: NaN };
}

function countOutcomes(
  counts: AgreementCounts,
  { parsed, sample }: ReadTrace,
  motion: IntentReading['future'],
): void {
  let isContradicted = false;
  for (const axis of AXES) {
    const stated = statedOn(parsed, axis);
    if (stated === undefined) continue;
    const outcome = judgeOutcome(stated, motion);
    counts[axis].stated++;
    counts[axis][outcome]++;
    if (outcome === 'contradicted') isContradicted = true;
  }
  if (isContradicted) counts.contradicted++;
  if (sample === 0) counts.firstContradicted = Number(isContradicted);
}

/** One sample's verdicts, all of them. */
function countReasons(
  tally: Pick<TraceTally, 'broken' | 'causes'>,
  withRule: Map<string, number>,
  verdicts: readonly Verdict[],
): void {
  if (verdicts.length === 0) return;
  const rules = new Set<string>();
  let isBroken = false;
  for (const { rule, outcome } of verdicts) {
    if (rule.startsWith('ground.')) {
      if (outcome !== 'broken' && outcome !== 'noted') tally.causes[outcome]++;
    } else if (outcome === 'broken' || outcome === 'noted') {
      rules.add(rule);
      if (outcome === 'broken') isBroken = true;
    }
  }
  for (const rule of rules) withRule.set(rule, (withRule.get(rule) ?? 0) + 1);
  if (isBroken) tally.broken++;
}

/** Meta-actions of plans against the recorded future: about plans, so traces are not needed. */
export interface MetaTally {
  readonly first: MetaActionAgreement;
  readonly mean: MetaActionAgreement;
}

export function tallyMeta({ plans, future }: IntentReading): MetaTally {
  const agreements = plans.map((plan) => metaActionAgreement(plan, future));
  const meanOf = (axis: keyof MetaActionAgreement): number =>
    agreements.reduce((sum, agreement) => sum + agreement[axis], 0) / agreements.length;
  return {
    first: agreements[0] ?? { longitudinal: NaN, lateral: NaN },
    mean: { longitudinal: meanOf('longitudinal'), lateral: meanOf('lateral') },
  };
}
