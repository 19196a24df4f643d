/**
 * What a trace says, and where it says it. Spans are half-open, in UTF-16 code units of the trace as it was written,
 * so that `trace.slice(start, end)` is the text.
 */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

export type Axis = 'longitudinal' | 'lateral';
export type Direction = 'left' | 'right';

/** The closed sets that decisions are named in: Table 1 of arXiv 2511.00088, and the prompt of the open autolabeler. */
export type Vocabulary = 'paper' | 'oss';

/** Names are ours; `vocabulary.ts` says which of them each vocabulary knows, and by what name. */
export const LONGITUDINAL_DECISIONS = [
  'set_speed',
  'follow_lead',
  'adapt_speed',
  'gap_search',
  'pass',
  'yield',
  'stop',
] as const;
export type LongitudinalDecision = (typeof LONGITUDINAL_DECISIONS)[number];

/** `nudge` is the open set's, which does not say whether the vehicle leaves its lane. */
export const LATERAL_DECISIONS = [
  'keep_lane',
  'merge',
  'split',
  'nudge',
  'nudge_in_lane',
  'nudge_out_of_lane',
  'lane_change',
  'pull_over',
  'turn',
  'abort',
] as const;
export type LateralDecision = (typeof LATERAL_DECISIONS)[number];

/** What the vehicle says that it does. */
export type StatedDecision = (
  | { readonly axis: 'longitudinal'; readonly decision: LongitudinalDecision }
  | { readonly axis: 'lateral'; readonly decision: LateralDecision }
) & {
  /** Null where the text gives none. */
  readonly direction: Direction | null;
  readonly span: TextSpan;
  /** The closed sets that hold this decision. */
  readonly vocabularies: readonly Vocabulary[];
};

/** Components of Table 2 of arXiv 2511.00088; `unclassified` is a clause after "because" that names none of them. */
export const CAUSE_CATEGORIES = [
  'critical_object',
  'traffic_light',
  'traffic_control',
  'road_event',
  'lane',
  'routing',
  'odd',
  'unclassified',
] as const;
export type CauseCategory = (typeof CAUSE_CATEGORIES)[number];

/** Kinds of objects that boxes can show to be there, coarser than the classes of any dataset. */
export const OBJECT_KINDS = [
  'vehicle',
  'heavy_vehicle',
  'pedestrian',
  'cyclist',
  'animal',
  'obstacle',
] as const;
export type ObjectKind = (typeof OBJECT_KINDS)[number];

export type ObjectPlace = 'ahead' | 'behind' | 'left' | 'right' | 'oncoming';
export type ObjectMotion =
  | 'stopped'
  | 'slowing'
  | 'moving'
  | 'cutting_in'
  | 'crossing'
  | 'merging'
  | 'moving_off'
  | 'parked';

/** Why the vehicle says that it does it. */
export interface StatedCause {
  readonly category: CauseCategory;
  /** Only of a critical object; null also where the text does not say which kind. */
  readonly object: ObjectKind | null;
  readonly place: ObjectPlace | null;
  readonly motion: ObjectMotion | null;
  /** The object is the one that the vehicle follows: "the lead vehicle", "the car in front". */
  readonly isLead: boolean;
  /** The clause or noun phrase. */
  readonly span: TextSpan;
}

/** What is odd about the text whatever the motion is, or what it claims about the past. */
export const REMARK_KINDS = [
  'hedge',
  'future_words',
  'repetition',
  'ego_has_stopped',
  'ego_has_turned',
  'ego_has_changed_lane',
] as const;
export type RemarkKind = (typeof REMARK_KINDS)[number];

export interface TraceRemark {
  readonly kind: RemarkKind;
  readonly span: TextSpan;
}

export interface ParsedTrace {
  /** In the order of the text; the first of an axis is the decision of that axis. A repeated decision comes once. */
  readonly decisions: readonly StatedDecision[];
  /** In the order of the text. */
  readonly causes: readonly StatedCause[];
  readonly remarks: readonly TraceRemark[];
  /** Sentences in which no decision and no cause was found; all of the trace when it says nothing that is known. */
  readonly unparsed: readonly TextSpan[];
}
