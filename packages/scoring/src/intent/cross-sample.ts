import { isSamePlan, planFigures } from './plan-shape.ts';
import type { PlanShape } from './plan-shape.ts';
import type { ReadTrace } from './read-trace.ts';
import { isSamePair, isSameStatement, pairText, statementsOf, statementText } from './statement.ts';
import type { Statement } from './statement.ts';
import type { Axis, StatedDecision } from './trace.ts';
import type { Verdict } from './verdict.ts';

/** The samples of a window against each other: one policy, asked once, should not have opposite reasons. */

/** How the samples of one window agree with each other. */
export interface SampleAgreement {
  /** Bits, of the stated pair of decisions; NaN when fewer than two samples state one. */
  readonly entropyBits: number;
  /** 1 when two samples state opposite decisions, else 0; NaN when fewer than two samples state one. */
  readonly opposed: number;
  /** Of the pairs of samples whose traces say the same, the share with different plans; NaN without such a pair. */
  readonly sameTraceOtherPlan: number;
  /** Of the pairs of samples with the same plan, the share whose traces differ; NaN without such a pair. */
  readonly samePlanOtherTrace: number;
  readonly verdicts: readonly Verdict[];
}

/**
 * Compares the samples of a window that state decisions; the others have nothing to compare.
 * @param plans one per sample
 * @param withVerdicts scores need the counts only, and most of the time goes into the sentences about pairs
 */
export function compareSamples(
  traces: readonly (ReadTrace | null)[],
  plans: readonly PlanShape[],
  { withVerdicts = true }: { readonly withVerdicts?: boolean } = {},
): SampleAgreement {
  const stated = statementsOf(traces);
  const verdicts: Verdict[] = [];
  const isOpposed = OPPOSITIONS.some((opposition) => isFound(opposition, stated));
  if (withVerdicts) for (const found of OPPOSITIONS) verdicts.push(...oppositionIn(found, stated));
  const counts = { sameTrace: 0, otherPlan: 0, samePlan: 0, otherTrace: 0 };
  for (const [i, a] of stated.entries()) {
    for (let j = i + 1; j < stated.length; j++) {
      const b = stated[j];
      const planA = plans[a.sample];
      const planB = b && plans[b.sample];
      if (b === undefined || planA === undefined || planB === undefined) continue;
      const isSameTrace = isSameStatement(a, b);
      const isSame = isSamePlan(planA, planB);
      if (isSameTrace) counts.sameTrace++;
      if (isSame) counts.samePlan++;
      if (isSameTrace && !isSame) {
        counts.otherPlan++;
        if (withVerdicts) verdicts.push(otherPlan(a, b, planFigures(planA, planB)));
      }
      if (!isSameTrace && isSame) {
        counts.otherTrace++;
        if (withVerdicts) verdicts.push(otherTrace(a, b));
      }
    }
  }
  const isCompared = stated.length >= 2;
  return {
    entropyBits: isCompared ? entropyBits(stated) : NaN,
    opposed: isCompared ? Number(isOpposed) : NaN,
    sameTraceOtherPlan: counts.sameTrace === 0 ? NaN : counts.otherPlan / counts.sameTrace,
    samePlanOtherTrace: counts.samePlan === 0 ? NaN : counts.otherTrace / counts.samePlan,
    verdicts,
  };
}

/** Of the stated pairs of decisions. */
function entropyBits(stated: readonly Statement[]): number {
  const counts: number[] = [];
  for (const [i, statement] of stated.entries()) {
    const isSame = (other: Statement): boolean => isSamePair(statement, other);
    if (stated.findIndex(isSame) === i) counts.push(stated.filter(isSame).length);
  }
  // Sorted, so that the order of the samples does not change the last bit.
  return counts
    .sort((a, b) => a - b)
    .map((count) => (count / stated.length) * Math.log2(stated.length / count))
    .reduce((sum, term) => sum + term, 0);
}

interface Side {
  readonly name: string;
  readonly holds: (decision: StatedDecision) => boolean;
}

/** Two sides that no policy can take at once. */
interface Opposition {
  readonly rule: string;
  readonly axis: Axis;
  readonly one: Side;
  readonly other: Side;
}

const HOLDS_BACK: ReadonlySet<StatedDecision['decision']> = new Set(['stop', 'yield']);
const GOES_ON: ReadonlySet<StatedDecision['decision']> = new Set(['set_speed', 'pass']);

const OPPOSITIONS: readonly Opposition[] = [
  {
    rule: 'samples.opposite_speed',
    axis: 'longitudinal',
    one: { name: 'Stopping or yielding', holds: ({ decision }) => HOLDS_BACK.has(decision) },
    other: { name: 'going on', holds: ({ decision }) => GOES_ON.has(decision) },
  },
  {
    rule: 'samples.opposite_direction',
    axis: 'lateral',
    one: { name: 'Left', holds: ({ direction }) => direction === 'left' },
    other: { name: 'right', holds: ({ direction }) => direction === 'right' },
  },
];

function isFound({ axis, one, other }: Opposition, stated: readonly Statement[]): boolean {
  return isTaken(one, axis, stated) && isTaken(other, axis, stated);
}

function isTaken({ holds }: Side, axis: Axis, stated: readonly Statement[]): boolean {
  for (const statement of stated) {
    const decision = statement[axis];
    if (decision !== undefined && holds(decision)) return true;
  }
  return false;
}

/** At most one verdict: who states the one and who the other. */
function oppositionIn(
  { rule, axis, one, other }: Opposition,
  stated: readonly Statement[],
): Verdict[] {
  const takers = ({ holds }: Side): number[] =>
    stated
      .filter(({ [axis]: decision }) => decision !== undefined && holds(decision))
      .map(({ sample }) => sample);
  const [ones, others] = [takers(one), takers(other)];
  if (ones.length === 0 || others.length === 0) return [];
  return [
    {
      rule,
      outcome: 'noted',
      sample: null,
      axis,
      span: null,
      reason: `${one.name} in ${named(ones)}, ${other.name} in ${named(others)}.`,
      figures: { samples: ones.length, otherSamples: others.length },
    },
  ];
}

function named(samples: readonly number[]): string {
  return `${samples.length === 1 ? 'sample' : 'samples'} ${samples.join(', ')}`;
}

function otherPlan(a: Statement, b: Statement, figures: Verdict['figures']): Verdict {
  return {
    rule: 'samples.same_trace_other_plan',
    ...ABOUT_ALL,
    reason: `Samples ${a.sample} and ${b.sample} say the same (${pairText(a)}) and plan differently: they end ${figures.finalApartM} m apart.`,
    figures: { sample: a.sample, otherSample: b.sample, ...figures },
  };
}

function otherTrace(a: Statement, b: Statement): Verdict {
  const says = statementText(a);
  const otherSays = statementText(b);
  return {
    rule: 'samples.same_plan_other_trace',
    ...ABOUT_ALL,
    reason: `Samples ${a.sample} and ${b.sample} plan the same and say other things: "${says}" and "${otherSays}".`,
    figures: { sample: a.sample, otherSample: b.sample, says, otherSays },
  };
}

const ABOUT_ALL = { outcome: 'noted', sample: null, axis: null, span: null } as const;
