import type { Axis, LateralDecision, LongitudinalDecision, Vocabulary } from './trace.ts';

export type Decision = LongitudinalDecision | LateralDecision;

interface VocabularyEntry {
  readonly axis: Axis;
  /** Term of Table 1 of arXiv 2511.00088; null where the table does not have it. */
  readonly paper: string | null;
  /** Term of the prompt of the open autolabeler; null where it does not have it. */
  readonly oss: string | null;
}

/**
 * Each decision under the name that each closed set gives it. The open set does not tell a nudge inside the lane from
 * one out of it, so its "Nudge" holds both, while a bare nudge is neither of the paper's two.
 */
export const DECISION_TERMS: Readonly<Record<Decision, VocabularyEntry>> = {
  set_speed: { axis: 'longitudinal', paper: 'set speed tracking', oss: 'Resume Speed' },
  follow_lead: { axis: 'longitudinal', paper: 'lead obstacle following', oss: 'Keep Distance' },
  adapt_speed: { axis: 'longitudinal', paper: 'speed adaptation', oss: 'Adapt Speed' },
  gap_search: { axis: 'longitudinal', paper: 'gap-searching', oss: 'Gap-search' },
  pass: {
    axis: 'longitudinal',
    paper: 'acceleration for passing/overtaking',
    oss: 'Pass/Overtake',
  },
  yield: { axis: 'longitudinal', paper: 'yield', oss: 'Yield' },
  stop: { axis: 'longitudinal', paper: 'stop for static constraints', oss: 'Stop' },
  keep_lane: { axis: 'lateral', paper: 'lane keeping & centering', oss: 'Keep Lane' },
  merge: { axis: 'lateral', paper: 'merge/split', oss: 'Merge' },
  split: { axis: 'lateral', paper: 'merge/split', oss: 'Split' },
  nudge: { axis: 'lateral', paper: null, oss: 'Nudge' },
  nudge_in_lane: { axis: 'lateral', paper: 'in-lane nudge', oss: 'Nudge' },
  nudge_out_of_lane: { axis: 'lateral', paper: 'out-of-lane nudge', oss: 'Nudge' },
  lane_change: { axis: 'lateral', paper: 'lane change', oss: 'Lane Change' },
  pull_over: { axis: 'lateral', paper: 'pull-over / curb approach', oss: null },
  turn: { axis: 'lateral', paper: 'turn', oss: 'Turn' },
  abort: { axis: 'lateral', paper: 'lateral manoeuvre abort', oss: null },
};

const BOTH: readonly Vocabulary[] = ['paper', 'oss'];
const PAPER: readonly Vocabulary[] = ['paper'];
const OSS: readonly Vocabulary[] = ['oss'];

/** The closed sets that hold a decision. */
export function vocabulariesOf(decision: Decision): readonly Vocabulary[] {
  const { paper, oss } = DECISION_TERMS[decision];
  if (paper === null) return OSS;
  return oss === null ? PAPER : BOTH;
}
