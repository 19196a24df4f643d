/**
 * Words that carry no decision and no cause, but say whose verb follows and whether it counts.
 *
 * because    a strong connective: what follows is why, until the clause ends
 * for        a weak connective: what follows may be why
 * avoid      "to avoid": why, and its verbs are what does not happen
 * negation   what follows is not done
 * absent     what follows is not there ("no pedestrians", "clear of obstacles")
 * intent     what follows is only meant to be done ("prepare to")
 * history    what follows has been done ("after", "having")
 * perfect    "has", "have": the same, of the subject that stands there
 * condition  a clause that only says when ("when", "if", "until")
 * causative  an event makes the vehicle do what follows ("prompting it to")
 * doing      a verb that takes the decision as its noun ("execute a turn")
 * wanting    a verb that takes the decision behind "to" ("decides to stop")
 */
export type FunctionKind =
  | 'because'
  | 'for'
  | 'avoid'
  | 'negation'
  | 'absent'
  | 'intent'
  | 'history'
  | 'perfect'
  | 'condition'
  | 'causative'
  | 'wanting'
  | 'ego'
  | 'pronoun'
  | 'relative'
  | 'and'
  | 'while'
  | 'by'
  | 'so'
  | 'to'
  | 'modal'
  | 'be'
  | 'preposition'
  | 'article'
  | 'adverb';

const ROWS: readonly [kind: FunctionKind, patterns: readonly string[]][] = [
  [
    'because',
    [
      'because ?of',
      'since',
      'as',
      'due to',
      'given ?that',
      'owing to',
      'on account of',
      'in response to',
      'caused|prompted|required|necessitated|triggered by',
      'so that',
      'in view of',
      'based on',
      'thanks to',
      'for fear of',
    ],
  ],
  ['avoid', ['to|in_order_to|and|so_as_to avoid', 'avoiding', 'to prevent', 'preventing']],
  ['for', ['for']],
  [
    'negation',
    [
      'do|does|did|should|must|will|can|could|is|are|need|has|have not',
      "don't|doesn't|didn't|shouldn't|mustn't|won't|can't|couldn't|isn't|aren't|needn't|cannot|never|not|dont",
      'no need|reason to|for',
      "there_is|there's no need|reason to|for",
      'without having to',
      'without',
      'instead of|rather_than',
      'rather than',
      'refrain|refrains|refraining from',
      'unable|fail|fails|refuse|refuses to',
      'no longer',
    ],
  ],
  [
    'absent',
    [
      'no',
      'clear|free|empty|void|devoid of',
      'without any',
      'absence of',
      'lack of',
      'there is no',
      'there are no',
    ],
  ],
  [
    'intent',
    [
      'prepare|prepares|preparing|prepared ?to|for',
      'in preparation ?for|to',
      'plan|plans|planning|planned to|for|on',
      'intend|intends|intending|intention|intent ?to|of',
      'aim|aims|aiming to',
      'about|ready|poised|willing|wants|want to',
      'ready ?for|to',
      'approach|approaches|approaching ?to',
      'ahead of|before|prior_to',
      'anticipate|anticipates|anticipating|expect|expects|expecting',
      'be able to',
    ],
  ],
  [
    'history',
    [
      'after ?having',
      'having ?just|already',
      'having ?just|already',
      'following completion of',
      'once',
      'upon',
    ],
  ],
  ['perfect', ['has|have|had ?just|already']],
  [
    'condition',
    ['when|whenever|if|until|till|unless|where|whether|as_soon_as|as_long_as|provided|in_case'],
  ],
  [
    'causative',
    [
      'prompting|prompts|causing|causes|requiring|requires|forcing|forces|leading|leads|necessitating|necessitates|dictates|dictating|warrants|warranting|allowing|allows|enabling|enables|which_allows|which_causes|which_prompts|which_requires|which_leads|that_requires|that_causes',
      'which|that prompts|causes|requires|forces|leads|necessitates|dictates|allows|enables',
    ],
  ],
  [
    'wanting',
    [
      'decide|decides|decided|decision|choose|chooses|need|needs|has|have|begin|begins|beginning|start|starts|starting|continue|continues|continuing|going|opt|opts|elect|elects|required|forced|proceeds|proceed ?now to',
      'in order to',
      'so as to',
    ],
  ],
  [
    'ego',
    [
      'ego ?vehicle|car|agent',
      'our|my|host|autonomous|self_driving|subject|own vehicle|car',
      'we|i|av|adv|ego_vehicle',
      "ego's|ego_vehicle's|vehicle's decision|action",
    ],
  ],
  ['pronoun', ['it|they|he|she|this|these|those|there|here']],
  ['relative', ['that|which|who|whose|whom']],
  ['and', ['and|or|but|nor|yet', 'as well as', 'and also', 'plus']],
  ['while', ['while ?also', 'whilst', 'simultaneously']],
  ['by', ['by', 'via', 'through|with ?use_of']],
  [
    'so',
    [
      'then|so|therefore|thus|hence|consequently|accordingly|thereby|next|subsequently|finally|afterwards',
      'and then|so|therefore|thus|subsequently|finally',
      'as a result',
      'in turn',
    ],
  ],
  ['to', ['to']],
  ['modal', ['will|must|should|shall|can|may|might|could|would', "we'll|i'll", 'please|let_us']],
  ['be', ['is|are|was|were|be|am|being|been']],
  [
    'preposition',
    [
      'turn|turns|turned|turning red|green|yellow|amber',
      'keep|keeps|keeping|stay|stays|staying|steer|remain clear of',
      'of|toward|towards|behind|from|into|onto|around|past|near|alongside|between|against|at|on|in|within|under|over|across|along|beside|beyond|during|amid|out|off|up|down',
    ],
  ],
  [
    'article',
    [
      'a|an|the|its|their|our|your|his|her|my|another|any|some|each|every|both|all|several|multiple|two|one|same|ego_lane',
    ],
  ],
  [
    'adverb',
    [
      'gently|slowly|safely|slightly|smoothly|gradually|carefully|cautiously|immediately|now|also|just|further|firmly|sharply|quickly|briefly|temporarily|currently|directly|closely|comfortably|steadily|strongly|hard|safe|gentle|slight|smooth|gradual|careful|cautious|brief|strong|moderate|moderately|appropriate|appropriately|proper|properly|complete|full|planned|necessary|simultaneously|still|already|too|more|less|enough|sufficient|small|minor|little|bit|subsequently|simply|only|defensively|proactively|normally|mildly|abruptly|promptly|possibly|perhaps|maybe|likely|probably|potentially|controlled|stable|adequate|suitable|mild',
    ],
  ],
];

const DOING =
  'execute|perform|make|initiate|begin|start|undertake|conduct|apply|engage_in|carry_out|commence|complete|take|maintain|continue|keep|resume|implement|adopt|attempt|transition_to|use|do|decide_on|demonstrate|choose|ensure';

export { DOING as DOING_VERBS, ROWS as FUNCTION_ROWS };
