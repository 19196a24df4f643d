import { shareOfSamples, TRACED } from './agreement-metrics.ts';
import type { IntentMetric } from './agreement-metrics.ts';
import { BREAK_RULES } from './chain-breaks.ts';
import type { BreakRule } from './chain-breaks.ts';
import { GROUND_RANGE_M } from './grounding.ts';
import type { TraceTally } from './intent-tally.ts';
import { OTHER_PLAN_ABOVE_M } from './plan-shape.ts';
import type { TextRule } from './text-quality.ts';

const OWN = 'definition of this project';
const SHARE = { unit: 'fraction', range: '0 ... 1' } as const;

const BREAKS: Readonly<Record<BreakRule, { suffix: string; text: string; source: string }>> = {
  'break.future_words': {
    suffix: 'future_words',
    text: 'speaks of times after t0',
    source: 'words as in churrosboy/autolabel@23fbff9; the rate is ours',
  },
  'break.has_stopped': {
    suffix: 'has_stopped',
    text: 'says that the vehicle has stopped while it never was slower than 1 m/s in the history',
    source: OWN,
  },
  'break.has_turned': {
    suffix: 'has_turned',
    text: 'says that the vehicle has turned while its heading changed by less than 5 degrees in the history',
    source: OWN,
  },
  'break.has_changed_lane': {
    suffix: 'has_changed_lane',
    text: 'says that the vehicle has changed lanes while its history lies on a straight line',
    source: OWN,
  },
  'break.later_claim': {
    suffix: 'later_claim',
    text: 'claims what comes true after t0 only, by the recorded future or boxes, and what came before contradicts',
    source: OWN,
  },
};

const CHAIN: readonly IntentMetric<TraceTally>[] = [
  {
    card: {
      pattern: 'chain_break_K',
      definition:
        'Share of the K samples whose trace has a break in its chain of cause and decision, by any of the rules that have numbers of their own below. What the history is too short for breaks nothing.',
      ...SHARE,
      better: 'lower',
      validity: TRACED,
      source: OWN,
    },
    value: (tally) => shareOfSamples(tally.broken, tally),
  },
  ...BREAK_RULES.map((rule): IntentMetric<TraceTally> => {
    const { suffix, text, source } = BREAKS[rule];
    return {
      card: {
        pattern: `chain_break_${suffix}_K`,
        definition: `Share of the K samples whose trace ${text}.`,
        ...SHARE,
        better: 'lower',
        validity: TRACED,
        source,
      },
      value: (tally) => shareOfSamples(tally.withRule.get(rule) ?? 0, tally),
    };
  }),
];

const LABELLED = 'windows of drives with labels of obstacles in which at least one trace names';
const JUDGED_OBJECTS = `${LABELLED} an object that can be judged`;

const GROUNDED: readonly IntentMetric<TraceTally>[] = [
  {
    card: {
      pattern: 'cause_grounded_K',
      definition: `Of the objects that traces name as causes and that boxes can judge, the share that was there: of that kind, seen in the 2 s before t0 within ${GROUND_RANGE_M} m, where the trace says, moving as it says. Of all K samples together.`,
      ...SHARE,
      better: 'higher',
      validity: JUDGED_OBJECTS,
      source: OWN,
    },
    value: ({ causes }) => causes.supported / (causes.supported + causes.contradicted),
  },
  {
    card: {
      pattern: 'cause_ungrounded_K',
      definition: 'Of the same objects, the share that boxes contradict.',
      ...SHARE,
      better: 'lower',
      validity: JUDGED_OBJECTS,
      source: OWN,
    },
    value: ({ causes }) => causes.contradicted / (causes.supported + causes.contradicted),
  },
  {
    card: {
      pattern: 'cause_judged_K',
      definition:
        'Of the objects that traces name as causes, the share that boxes can judge: the coverage of the two numbers above. Undetermined are kinds that labels do not hold or the text does not give, and places and motions in between.',
      ...SHARE,
      better: 'neither',
      validity: `${LABELLED} an object`,
      source: OWN,
    },
    value: ({ causes: { supported, contradicted, undetermined } }) =>
      (supported + contradicted) / (supported + contradicted + undetermined),
  },
];

const TEXT: readonly IntentMetric<TraceTally>[] = (
  [
    ['trace_hedged_K', 'text.hedge', 'leaves open what is so ("perhaps", "may")'],
    ['trace_without_cause_K', 'text.no_cause', 'states a decision and no cause'],
    ['trace_many_decisions_K', 'text.many_decisions', 'states more than one decision on an axis'],
    ['trace_repeats_K', 'text.repetition', 'repeats itself'],
    [
      'trace_without_direction_K',
      'text.no_direction',
      'states a nudge, a lane change or a turn without left or right',
    ],
  ] as const satisfies readonly (readonly [string, TextRule, string])[]
).map(([pattern, rule, text]) => ({
  card: {
    pattern,
    definition: `Share of the K samples whose trace ${text}.`,
    ...SHARE,
    better: 'lower',
    validity: TRACED,
    source: 'arXiv 2511.00088, tables 1 and 2, and churrosboy/autolabel@23fbff9; the rate is ours',
  },
  value: (tally) => shareOfSamples(tally.withRule.get(rule) ?? 0, tally),
}));

const TWO_STATED = 'windows in which at least two traces state a decision';

const SAMPLES: readonly IntentMetric<TraceTally>[] = [
  {
    card: {
      pattern: 'trace_entropy_K',
      definition:
        'Entropy, over the samples that state a decision, of the stated pair of longitudinal and lateral decision with its direction: 0 when all state the same.',
      unit: 'bit',
      range: '>= 0',
      better: 'neither',
      validity: TWO_STATED,
      source: OWN,
    },
    value: ({ agreement }) => agreement.entropyBits,
  },
  {
    card: {
      pattern: 'trace_opposed_K',
      definition:
        '1 when two samples state opposite decisions: left and right, or stopping or yielding and keeping a set speed or passing.',
      unit: 'fraction',
      range: '0 or 1',
      better: 'lower',
      validity: TWO_STATED,
      source: OWN,
    },
    value: ({ agreement }) => agreement.opposed,
  },
  {
    card: {
      pattern: 'same_trace_other_plan_K',
      definition: `Of the pairs of samples whose traces state the same decisions and causes, the share whose plans differ: other meta-actions, or ends more than ${OTHER_PLAN_ABOVE_M} m apart.`,
      ...SHARE,
      better: 'lower',
      validity: 'windows in which two traces state the same decisions and causes',
      source: OWN,
    },
    value: ({ agreement }) => agreement.sameTraceOtherPlan,
  },
  {
    card: {
      pattern: 'same_plan_other_trace_K',
      definition: `Of the pairs of samples that state a decision and have the same plan (the same meta-actions, ends at most ${OTHER_PLAN_ABOVE_M} m apart), the share whose traces state other decisions or causes.`,
      ...SHARE,
      better: 'lower',
      validity: 'windows in which two samples that state a decision have the same plan',
      source: OWN,
    },
    value: ({ agreement }) => agreement.samePlanOtherTrace,
  },
];

/** Breaks, objects, text, and the samples against each other. */
export const REASON_METRICS: readonly IntentMetric<TraceTally>[] = [
  ...CHAIN,
  ...GROUNDED,
  ...TEXT,
  ...SAMPLES,
];
