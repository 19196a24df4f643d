import { conjugate, NOUN, TERM } from './grammar.ts';
import type { Direction } from './trace.ts';
import type { Decision } from './vocabulary.ts';

/**
 * How much a phrase says. A `manner` (slow down, speed up, proceed) tells how another decision of the same sentence is
 * carried out, and is a decision only where there is none: "decelerate to stop" is a stop.
 */
export type Weight = 'plain' | 'slower' | 'faster' | 'onward';

/**
 * What has to be around the words. `agent`: an object to act on ("pass the parked car", not "pass the exit").
 * `awaited`: an agent to yield to; what waits for anything else stops. `distance`: no object, or one that can be followed. `direction`: left or right.
 */
export type Need = 'agent' | 'awaited' | 'distance' | 'direction' | null;

export interface DecisionPhrase {
  readonly kind: 'decision';
  readonly decision: Decision;
  /** Bits of `grammar.ts`: which forms of the verb these words are. */
  readonly forms: number;
  readonly weight: Weight;
  readonly need: Need;
  /** Where the words themselves hold it: "left turn". */
  readonly direction: Direction | null;
}

interface PhraseRow {
  readonly decision: Decision;
  /** Verb patterns; the first place is conjugated. */
  readonly verbs?: readonly string[];
  /** Noun patterns, which decide behind a verb of doing ("make", "execute") or at the head of a sentence. */
  readonly nouns?: readonly string[];
  /** Terms of a closed set that cannot mean anything else. */
  readonly terms?: readonly string[];
  readonly weight?: Weight;
  readonly need?: Need;
  /** Nouns also stand behind "left" or "right". */
  readonly sided?: boolean;
}

const GAP = 'distance|gap|headway|spacing|following_distance|following_gap';
const SPEED =
  'speed|set_speed|target_speed|cruising_speed|desired_speed|normal_speed|current_speed|constant_speed|steady_speed|velocity|pace';

const ROWS: readonly PhraseRow[] = [
  {
    decision: 'stop',
    verbs: [
      'stop',
      'halt',
      'stop|halt vehicle|car|ego|ego_vehicle',
      'stop for static_constraint|static_constraints',
      'come|brake|slow|slow_down|decelerate|roll to stop|halt|standstill|complete_stop|full_stop|complete_halt ?for_static_constraints|for_static_constraint',
      'bring vehicle|car|ego|ego_vehicle to stop|halt|standstill|complete_stop|full_stop',
      'remain|stay|keep stopped|stationary|halted|at_standstill|at_stop',
      'hold position',
      'wait ?at|behind|in',
    ],
    nouns: ['stop', 'full|complete stop', 'halt'],
    terms: [
      'stop for static_constraint|static_constraints',
      'stopping for static constraint|constraints',
    ],
  },
  {
    decision: 'yield',
    verbs: ['yield', 'give way|right_of_way', 'cede right_of_way|way'],
    nouns: ['yield'],
  },
  { decision: 'yield', verbs: ['let|allow'], need: 'agent' },
  { decision: 'yield', verbs: ['wait_for'], need: 'awaited' },
  {
    decision: 'follow_lead',
    terms: [
      'lead obstacle|vehicle|car|object following',
      'lead following',
      'car|vehicle following',
    ],
    nouns: ['following of lead vehicle|car|obstacle'],
  },
  {
    decision: 'follow_lead',
    verbs: ['follow|trail|stay_behind|remain_behind|keep_behind'],
    need: 'agent',
  },
  {
    decision: 'follow_lead',
    verbs: [`keep|maintain|hold|increase|restore|preserve|leave ?enough|more ${GAP}`],
    nouns: ['distance keeping'],
    need: 'distance',
  },
  {
    decision: 'gap_search',
    verbs: [
      'search|look|wait for ?suitable|acceptable gap',
      'find|seek ?suitable|acceptable gap',
      'gap_search',
    ],
    terms: ['gap searching|search'],
  },
  {
    decision: 'pass',
    verbs: ['overtake', 'pass overtake', 'accelerate|speed_up to pass|overtake'],
    terms: [
      'acceleration for passing|overtaking|passing_overtaking|passing_or_overtaking|passing_and_overtaking',
      'pass overtake',
    ],
    nouns: ['overtaking maneuver|manoeuvre', 'overtake'],
  },
  { decision: 'pass', verbs: ['pass|go_past|drive_past'], need: 'agent' },
  {
    decision: 'adapt_speed',
    verbs: [`adapt|adjust|moderate ${SPEED}`],
    terms: ['speed adaptation|adjustment', 'speed adapting'],
  },
  {
    decision: 'adapt_speed',
    weight: 'slower',
    verbs: [
      'slow ?down|speed',
      'decelerate',
      'brake',
      `reduce|lower|decrease ${SPEED}`,
      'ease off',
      'coast',
      'creep|inch ?forward|ahead',
      'proceed|continue|go|drive|move cautiously|slowly|with_caution|at_low_speed|at_reduced_speed',
    ],
    nouns: [
      'deceleration',
      'braking',
      'slowdown',
      'slowing',
      'speed reduction',
      'reduction in speed',
    ],
  },
  {
    decision: 'set_speed',
    verbs: [
      `resume ${SPEED} ?tracking`,
      `keep|maintain|hold|track|continue_at|proceed_at|drive_at|return_to|set ${SPEED} ?tracking`,
      'resume driving|motion|travel|moving|movement|cruising|normal_driving',
      'cruise',
      'set speed tracking',
    ],
    terms: ['set speed tracking', 'speed tracking'],
  },
  {
    decision: 'set_speed',
    weight: 'faster',
    verbs: ['accelerate', 'speed_up', `increase|regain|gain|pick_up|raise ${SPEED}`],
    nouns: ['acceleration'],
  },
  {
    decision: 'set_speed',
    weight: 'onward',
    verbs: [
      'proceed',
      'go|drive|continue|keep straight|forward|ahead|through|driving|moving|straight_through|straight_ahead|on',
      'start|begin moving|driving|to_move|rolling|moving_forward|to_move_forward',
      'move off|forward',
      'set off',
    ],
  },
  {
    decision: 'keep_lane',
    verbs: [
      'keep|hold|follow ?current|ego|same lane',
      'keep|stay|remain|continue in|within|to ?current|same|ego|left|right|through|center|middle|travel lane',
      'stay|remain|keep centered|centred|in_center_of|in_centre_of ?in|within|of ?lane',
      'maintain ?current|ego lane ?position|centering|centring|keeping|discipline',
      'maintain lateral|lane position',
      'center|centre in|within lane',
      'maintain lane_keeping ?and centering|centring',
      'maintain lane_keeping',
      'follow road|curve|bend',
    ],
    terms: [
      'lane keeping ?and ?lane centering|centring',
      'lane keeping|centering|centring',
      'keeping ?and centering|centring',
    ],
  },
  {
    decision: 'merge',
    verbs: ['merge ?in|into|onto|with', 'merge split'],
    nouns: ['merge', 'lateral merge', 'merge maneuver|manoeuvre'],
    terms: ['merge split'],
    sided: true,
  },
  {
    decision: 'split',
    verbs: [
      'split ?off|from',
      'diverge',
      'take exit|off_ramp|exit_ramp|exit_lane|left_exit|right_exit|left_fork|right_fork',
      'exit highway|freeway|motorway|roundabout',
    ],
    nouns: ['split'],
    sided: true,
  },
  {
    decision: 'nudge_in_lane',
    verbs: ['nudge in|within ?same|current|ego|own lane', 'in_lane_nudge'],
    nouns: ['in|within lane nudge'],
    terms: ['in lane nudge'],
    sided: true,
  },
  {
    decision: 'nudge_out_of_lane',
    verbs: ['nudge out|outside ?of ?same|current|ego|own lane', 'out_of_lane_nudge'],
    nouns: ['out of lane nudge'],
    terms: ['out of lane nudge'],
    sided: true,
  },
  {
    decision: 'nudge',
    verbs: [
      'nudge',
      'swerve|veer',
      'steer|go|move|maneuver|manoeuvre|drive|swerve around',
      'edge|shift|bias|offset',
    ],
    nouns: ['nudge', 'nudge maneuver|manoeuvre'],
    sided: true,
  },
  {
    decision: 'nudge',
    verbs: ['move|steer|drift|adjust ?position slightly|a_bit'],
    need: 'direction',
  },
  {
    decision: 'lane_change',
    verbs: [
      'change|switch ?one|traffic|travel lane|lanes',
      'change|switch|move|shift|cross|transition|steer|go into|to|onto|over_to|over_into ?adjacent|neighboring|neighbouring left|right|next|adjacent|inner|outer|passing|other|left_adjacent|right_adjacent|leftmost|rightmost|left_hand|right_hand lane',
      'lane_change',
    ],
    nouns: ['lane change ?maneuver|manoeuvre', 'change of lane|lanes', 'lane switch'],
    sided: true,
  },
  {
    decision: 'pull_over',
    verbs: [
      'pull over ?curb_approach',
      'pull up|in|into|to|onto ?to|into ?side_of ?road curb|kerb|shoulder|parking_spot|parking_space|parking_lot|roadside|side|bus_stop',
      'approach curb|kerb',
      'park',
    ],
    nouns: ['pull over', 'curb|kerb approach'],
    terms: ['pull over curb|kerb approach', 'curb|kerb approach', 'pull over'],
    sided: true,
  },
  {
    decision: 'turn',
    verbs: [
      'turn',
      'u turn',
      'take|make|execute|complete|perform ?planned|sharp left|right ?turn ?at|onto|into',
    ],
    nouns: ['turn', 'hand turn', 'turn maneuver|manoeuvre', 'turning maneuver|manoeuvre', 'u turn'],
    terms: ['lateral turn'],
    sided: true,
  },
  {
    decision: 'abort',
    verbs: [
      'abort|cancel|abandon ?left|right|lateral|planned lane_change|maneuver|manoeuvre|lateral_maneuver|lateral_manoeuvre|nudge|merge|turn|overtake|overtaking|pass|change|attempt',
    ],
    terms: ['lateral maneuver|manoeuvre abort', 'lateral abort', 'lane change abort'],
  },
];

/** Every phrase that states a decision, with its pattern. */
export function decisionPhrases(): { pattern: string; phrase: DecisionPhrase }[] {
  const phrases: { pattern: string; phrase: DecisionPhrase }[] = [];
  for (const row of ROWS) {
    const add = (pattern: string, forms: number, direction: Direction | null = null): void => {
      const { decision, weight = 'plain', need = null } = row;
      phrases.push({
        pattern,
        phrase: { kind: 'decision', decision, forms, weight, need, direction },
      });
    };
    for (const pattern of row.terms ?? []) add(pattern, TERM | NOUN);
    for (const pattern of row.verbs ?? []) {
      for (const { form, words } of conjugate(pattern)) add(words, form);
    }
    for (const pattern of row.nouns ?? []) {
      add(pattern, NOUN);
      if (!row.sided) continue;
      for (const side of ['left', 'right'] as const) add(`${side} ?hand ${pattern}`, NOUN, side);
    }
  }
  return phrases;
}
