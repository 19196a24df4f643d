import type { MetricCard } from '../metric.ts';
import type { AgreementCounts, MetaTally, TraceTally } from './intent-tally.ts';
import type { JudgedOutcome } from './decision-rules.ts';
import type { JudgedPath } from './agreement.ts';

/** One column: its card, and its value from what was counted. */
export interface IntentMetric<Tally> {
  readonly card: MetricCard;
  readonly value: (tally: Tally) => number;
}

const OWN = 'definition of this project';
export const TRACED = 'windows in which at least one sample has a trace';
const SHARE = { unit: 'fraction', range: '0 ... 1' } as const;
const FLAG = { unit: 'fraction', range: '0 or 1' } as const;
const PAPER = 'arXiv 2511.00088, section 5.3.2; what becomes of an axis without a decision is ours';

/** A share of the samples; samples without a trace are among them. */
export function shareOfSamples(count: number, { samples }: TraceTally): number {
  return count / samples;
}

const PARSED: readonly IntentMetric<TraceTally>[] = [
  {
    card: {
      pattern: 'trace_parsed_K',
      definition:
        'Share of the K samples whose trace states a decision on at least one axis: the coverage of every number about stated decisions. A sample without a trace states none.',
      ...SHARE,
      better: 'higher',
      validity: TRACED,
      source: OWN,
    },
    value: (tally) => shareOfSamples(tally.parsed, tally),
  },
  ...(['longitudinal', 'lateral'] as const).map((axis): IntentMetric<TraceTally> => ({
    card: {
      pattern: `trace_parsed_${short(axis)}_K`,
      definition: `Share of the K samples whose trace states a ${axis} decision. A trace may say nothing about an axis.`,
      ...SHARE,
      better: 'neither',
      validity: TRACED,
      source: OWN,
    },
    value: (tally) => shareOfSamples(tally.plan[axis].stated, tally),
  })),
];

const CONSISTENT: readonly IntentMetric<TraceTally>[] = [
  {
    card: {
      pattern: 'trace_consistent_K[paper]',
      definition:
        'Mean over the K samples of the binary reward: 1 when the trace states a decision and the plan contradicts none on either axis, else 0, also for a trace that cannot be parsed. Read it beside `trace_parsed_K`.',
      ...SHARE,
      better: 'higher',
      validity: TRACED,
      source: PAPER,
    },
    value: (tally) => shareOfSamples(tally.consistent, tally),
  },
  {
    card: {
      pattern: 'trace_consistent_first[paper]',
      definition: 'The binary reward of `trace_consistent_K[paper]`, of the first sample.',
      ...FLAG,
      better: 'higher',
      validity: TRACED,
      source: PAPER,
    },
    value: ({ firstConsistent }) => firstConsistent,
  },
  {
    card: {
      pattern: 'trace_consistent_K[parsed]',
      definition:
        'The same mean over the samples whose trace states a decision only: consistency without what could not be parsed.',
      ...SHARE,
      better: 'higher',
      validity: 'windows in which at least one trace states a decision',
      source: OWN,
    },
    value: ({ consistent, parsed }) => consistent / parsed,
  },
];

const PATHS = {
  plan: { infix: '', name: 'the plan of the same sample' },
  future: {
    infix: 'future_',
    name: 'the recorded future, which measures how the reason fits what was driven and not how it fits the plan',
  },
} as const satisfies Record<JudgedPath, unknown>;

const OUTCOMES = {
  supported: { better: 'higher', verb: 'shows' },
  contradicted: { better: 'lower', verb: 'contradicts' },
  undetermined: { better: 'neither', verb: 'neither shows nor contradicts' },
} as const satisfies Record<JudgedOutcome, unknown>;

/** Against the plan, then against the recorded future: per axis, then on either. */
const JUDGED: readonly IntentMetric<TraceTally>[] = (['plan', 'future'] as const).flatMap((of) => [
  ...(['longitudinal', 'lateral'] as const).flatMap((axis) =>
    (['supported', 'contradicted', 'undetermined'] as const).map((outcome) =>
      onAxis(of, axis, outcome),
    ),
  ),
  ...onEither(of),
]);

function onAxis(
  of: JudgedPath,
  axis: 'longitudinal' | 'lateral',
  outcome: JudgedOutcome,
): IntentMetric<TraceTally> {
  const { infix, name } = PATHS[of];
  const { better, verb } = OUTCOMES[outcome];
  return {
    card: {
      pattern: `trace_${infix}${outcome}_${short(axis)}_K`,
      definition: `Of the samples that state a ${axis} decision, the share for which its motion ${verb} it. The motion is ${name}; docs/intent.md has the rules.`,
      ...SHARE,
      better,
      validity: `windows in which at least one trace states a ${axis} decision`,
      source: OWN,
    },
    value: (tally) => tally[of][axis][outcome] / tally[of][axis].stated,
  };
}

function onEither(of: JudgedPath): IntentMetric<TraceTally>[] {
  const { infix, name } = PATHS[of];
  const counts = (tally: TraceTally): AgreementCounts => tally[of];
  return [
    {
      card: {
        pattern: `trace_${infix}contradicted_K`,
        definition: `Of the samples whose trace states a decision, the share for which the motion contradicts it on either axis. The motion is ${name}.`,
        ...SHARE,
        better: 'lower',
        validity: 'windows in which at least one trace states a decision',
        source: OWN,
      },
      value: (tally) => counts(tally).contradicted / tally.parsed,
    },
    {
      card: {
        pattern: `trace_${infix}contradicted_first`,
        definition: `1 when the motion contradicts a decision of the first sample on either axis. The motion is ${name}.`,
        ...FLAG,
        better: 'lower',
        validity: 'windows in which the trace of the first sample states a decision',
        source: OWN,
      },
      value: (tally) => counts(tally).firstContradicted,
    },
  ];
}

/** About plans: these have values for policies without traces too. */
export const META_METRICS: readonly IntentMetric<MetaTally>[] = (
  ['longitudinal', 'lateral'] as const
).flatMap((axis) => {
  const shared = `Share of the time after t0 in which plan and recorded future have the same ${axis} meta-action (segments, thresholds and cleaning of the open autolabeler; lane classes need a map and are left out).`;
  const card = {
    ...SHARE,
    better: 'higher',
    validity: 'every window',
    source:
      'meta-actions: NVlabs/alpamayo-coc-autolabeler@288ac28:src/meta_action; the share is ours',
  } as const;
  return [
    {
      card: {
        pattern: `meta_${short(axis)}_agreement_first`,
        definition: `${shared} Of the first sample.`,
        ...card,
      },
      value: ({ first }) => first[axis],
    },
    {
      card: {
        pattern: `meta_${short(axis)}_agreement_K`,
        definition: `${shared} Mean over the K samples.`,
        ...card,
      },
      value: ({ mean }) => mean[axis],
    },
  ] satisfies IntentMetric<MetaTally>[];
});

export const AGREEMENT_METRICS: readonly IntentMetric<TraceTally>[] = [
  ...PARSED,
  ...CONSISTENT,
  ...JUDGED,
];

function short(axis: 'longitudinal' | 'lateral'): string {
  return axis === 'longitudinal' ? 'lon' : 'lat';
}
