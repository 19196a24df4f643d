import type { CauseCategory, ObjectKind, ObjectMotion, ObjectPlace } from './trace.ts';

/** What words around a noun say about the thing. */
export interface Details {
  readonly place: ObjectPlace | null;
  readonly motion: ObjectMotion | null;
  readonly isLead: boolean;
}

/** A noun that names a cause. `ignored` nouns only look like one: a turn signal is no traffic light. */
export interface CauseHead extends Details {
  readonly kind: 'head';
  readonly category: CauseCategory | 'ignored';
  readonly object: ObjectKind | null;
}

/** A word before the noun, or words behind it. */
export interface DetailPhrase extends Details {
  readonly kind: 'detail';
  /** It says what the thing does, so that a verb behind "and" is the thing's too. */
  readonly isPredicate: boolean;
}

interface HeadRow {
  readonly category: CauseCategory | 'ignored';
  readonly object?: ObjectKind;
  readonly nouns: readonly string[];
  readonly details?: Partial<Details>;
}

const NO_DETAILS: Details = { place: null, motion: null, isLead: false };

const HEAD_ROWS: readonly HeadRow[] = [
  {
    category: 'ignored',
    nouns: [
      'turn|brake|hazard|indicator signal|signals|light|lights',
      'left|right turn signal|signals',
      'light traffic|rain_free',
      'bus|bike|cycle|hov|carpool|travel|through lane|lanes',
      'object following',
      'traffic flow|direction|direction_of_travel',
      'flow of traffic',
      'ego|own|same|current|our lane|path',
      'side|cross street|road',
      'collision|collisions|impact',
      'bus|truck|tram stop|stops|station',
    ],
  },
  {
    category: 'critical_object',
    object: 'vehicle',
    nouns: [
      'vehicle|vehicles|car|cars|suv|sedan|van|minivan|pickup|pickup_truck|taxi|cab|automobile|jeep|hatchback',
      'cross|through|passing traffic',
      'traffic ?jam|queue|congestion',
      'queue|queues|congestion',
    ],
  },
  {
    category: 'critical_object',
    object: 'vehicle',
    details: { isLead: true },
    nouns: ['lead', 'leader', 'preceding|leading traffic'],
  },
  {
    category: 'critical_object',
    object: 'vehicle',
    details: { motion: 'cutting_in' },
    nouns: ['cut_in', 'cut_ins', 'cut_in vehicle|car|suv|van|taxi'],
  },
  {
    category: 'critical_object',
    object: 'heavy_vehicle',
    details: { motion: 'cutting_in' },
    nouns: ['cut_in truck|bus|trailer'],
  },
  {
    category: 'critical_object',
    object: 'vehicle',
    details: { place: 'oncoming' },
    nouns: ['oncoming|opposing traffic|lane_traffic'],
  },
  {
    category: 'critical_object',
    object: 'heavy_vehicle',
    nouns: [
      'truck|trucks|bus|buses|lorry|lorries|trailer|trailers|semi|semis|semi_truck|semi_trailer|tractor|tractor_trailer|school_bus|delivery_truck|box_truck|dump_truck|garbage_truck|tram|trams|train|trains|streetcar|coach',
    ],
  },
  {
    category: 'critical_object',
    object: 'pedestrian',
    nouns: [
      'pedestrian|pedestrians|person|persons|people|child|children|kid|kids|man|woman|men|women|worker|workers|construction_worker|construction_workers|jaywalker|jaywalkers|walker|walkers|jogger|joggers|runner|runners|wheelchair|stroller|skateboarder|crossing_guard|flagger|vru|vrus|school_children',
    ],
  },
  {
    category: 'critical_object',
    object: 'cyclist',
    nouns: [
      'cyclist|cyclists|bicyclist|bicyclists|bicycle|bicycles|bike|bikes|biker|bikers|motorcycle|motorcycles|motorcyclist|motorcyclists|motorbike|scooter|scooters|rider|riders|moped|e_scooter',
    ],
  },
  {
    category: 'critical_object',
    object: 'animal',
    nouns: [
      'animal|animals|dog|dogs|cat|cats|deer|cow|cows|horse|horses|bird|birds|duck|ducks|goose|geese|sheep|goat|goats|squirrel',
    ],
  },
  {
    category: 'critical_object',
    object: 'obstacle',
    nouns: [
      'obstacle|obstacles|obstruction|obstructions|debris|cone|cones|traffic_cone|traffic_cones|construction_cone|construction_cones|barrier|barriers|barricade|barricades|bollard|bollards|pylon|pylons|static_object|static_objects|roadside_object|object|objects|trash_can|trash_bin|dumpster|fallen_tree|rock|rocks|delineator|delineators',
    ],
  },
  {
    category: 'critical_object',
    nouns: ['road_user|road_users|agent|agents|traffic_participant|traffic_participants'],
  },
  {
    category: 'critical_object',
    details: { isLead: true },
    nouns: ['lead obstacle|agent|object|road_user'],
  },
  {
    category: 'traffic_light',
    nouns: [
      'traffic ?control light|lights|signal|signals|semaphore',
      'red|green|yellow|amber|flashing ?flashing|yellow|red|traffic ?traffic ?turn light|lights|signal|signals|arrow|phase',
      'left|right turn ?green|red|yellow arrow',
      'light|lights|signal|stoplight|stoplights|stop_light|stop_lights',
    ],
  },
  {
    category: 'traffic_control',
    nouns: [
      'stop|yield|give_way|all_way_stop|four_way_stop sign|signs|control',
      'stop|yield|limit line|lines|marking|markings',
      'all|four|two|three|4 way stop',
      'traffic|road|warning|speed|speed_limit sign|signs',
      'speed limit|limits',
      'crosswalk|crosswalks|zebra_crossing|zebra_crossings|crossing_line',
      'toll booth|gate|plaza',
      'right_of_way rule|rules',
    ],
  },
  {
    category: 'road_event',
    nouns: [
      'construction ?zone|area|site|work|works',
      'work zone|area',
      'road work|works|construction|closure|hazard',
      'roadwork|roadworks',
      'accident|accidents|crash|crash_scene|accident_scene|incident',
      'school zone|area',
      'speed bump|bumps|hump|humps|cushion|table|breaker',
      'emergency vehicle|vehicles|responder|responders|lights',
      'ambulance|fire_truck|fire_engine|police_car|police_vehicle|police|siren|sirens',
      'railroad|railway|train|rail|level crossing|tracks',
      'lane|road|street closure|closed',
      'pothole|potholes|flooding|detour',
      'road|lane is|being closed',
      'closed road|lane|street',
    ],
  },
  {
    category: 'lane',
    nouns: [
      '?left|right|our|ego|current lane ?ahead end|ends|ending|drop|narrows|narrowing|narrow|reduction|merge|merges|split|splits|tapers|tapering',
      '?left|right|our|ego|current lane ?ahead is|are|will ending|end|narrowing|merging|tapering',
      'end of lane',
      'narrow|narrowing|narrower|tight|winding lane|road|street|passage|gap|section',
      'lane line|lines|marking|markings|boundary|boundaries|divider',
      'double|solid|dashed|broken ?yellow|white line|lines',
      'road|lane|street|route|path ?ahead curve|curves|bend|bends|winds|narrows|turns|curving|bending|splits|forks|curvature|geometry ?sharply ?to ?left|right',
      'road|lane|path ?ahead is|are curving|bending|narrowing|winding|curved ?to ?left|right',
      'curve|curves|bend|bends|curvature|hairpin|chicane|roundabout|fork',
      'left|right ?hand curve|bend',
      'curved|bending|curving|winding road|lane|path|section',
      '?left|right turn|turning ?only lane|lanes|pocket|bay',
      '?left|right|exit only lane',
      'road|roadway|lane|path|way|street|next_lane|left_lane|right_lane|adjacent_lane|lane_ahead|road_ahead|path_ahead|way_ahead|intersection|intersection_ahead|cross_street|side_street|forward_path is|are|becomes|remains ?now clear|free|open|blocked|unobstructed|empty|obstructed|clear_of_traffic|narrow',
      'clear|free|open|unobstructed|empty|blocked|obstructed road|roadway|lane|path|way|street|forward_path ?ahead',
      'merge|merging|acceleration|deceleration|adjacent_free lane|area|zone|point',
    ],
  },
  {
    category: 'routing',
    nouns: [
      'route|navigation|navigation_route ?intent|instruction|instructions|plan|guidance|command|goal',
      'routing ?intent|goal|instruction',
      'planned route|path',
      'destination|off_ramp|on_ramp|exit_ramp|exit|highway_exit|ramp',
    ],
  },
  {
    category: 'odd',
    nouns: [
      'rain|raining|rainy|rainfall|heavy_rain|light_rain|fog|foggy|mist|snow|snowy|snowfall|sleet|hail|ice|icy|slippery|storm|smoke|dust|weather|darkness|nighttime|night_time|night|dark|dusk|glare|sun_glare|sunlight',
      'wet|icy|slippery|snowy|snow_covered ?road|roads|pavement|surface|conditions|road_surface|road_conditions',
      'bright|blinding|low|oncoming|sun sun|sunlight|headlights|glare',
      'low|poor|limited|reduced|bad|restricted visibility|lighting|light|light_conditions|weather',
      'heavy|light|strong|dense|thick rain|snow|fog|wind|winds|snowfall|mist',
      'rainy|foggy|snowy|dark|adverse weather|conditions|weather_conditions|road',
    ],
  },
];

const BEFORE: readonly [pattern: string, details: Partial<Details>][] = [
  ['lead|leading|preceding', { isLead: true }],
  [
    'stopped|stationary|stalled|halted|standing|disabled|waiting|queued|queuing|queueing|idling',
    { motion: 'stopped' },
  ],
  ['parked|double_parked|parallel_parked|parking', { motion: 'parked' }],
  ['slowing|braking|decelerating|stopping|slowing_down', { motion: 'slowing' }],
  ['slow|slower|slow_moving|slower_moving|moving|turning|faster|approaching', { motion: 'moving' }],
  ['crossing|jaywalking', { motion: 'crossing' }],
  ['merging', { motion: 'merging' }],
  ['cutting_in', { motion: 'cutting_in' }],
  ['oncoming|opposing|approaching_oncoming', { place: 'oncoming' }],
  ['upcoming|forward', { place: 'ahead' }],
  ['left|left_lane|left_side|left_hand|left_adjacent', { place: 'left' }],
  ['right|right_lane|right_side|right_hand|right_adjacent', { place: 'right' }],
  ['following|trailing|rear', { place: 'behind' }],
];

/** Behind the noun: [pattern, details, whether it says what the thing does]. */
const BEHIND: readonly [pattern: string, details: Partial<Details>, predicate: boolean][] = [
  ['ahead ?of ?us|ego|ego_vehicle|it', { place: 'ahead' }, false],
  ['in front of us|ego|ego_vehicle|it|me', { place: 'ahead', isLead: true }, false],
  ['in|at front', { place: 'ahead', isLead: true }, false],
  ['behind ?us|ego|ego_vehicle', { place: 'behind' }, false],
  ['from|at behind|rear', { place: 'behind' }, false],
  [
    'oncoming|from_opposite_direction|in_opposite_direction|in_opposite_lane|in_oncoming_lane|in_opposing_lane|coming_toward_us|from_oncoming_lane',
    { place: 'oncoming' },
    false,
  ],
  ['on|at|to|along|from|in ?our|ego ?far|near ?adjacent left', { place: 'left' }, false],
  ['on|at|to|along|from|in ?our|ego ?far|near ?adjacent right', { place: 'right' }, false],
  [
    'on|at|to|along|from|in ?adjacent|adjoining|next left ?adjacent|next|hand ?side|lane|edge|curb|kerb|shoulder|roadside ?lane|of_road|of_lane',
    { place: 'left' },
    false,
  ],
  [
    'on|at|to|along|from|in ?adjacent|adjoining|next right ?adjacent|next|hand ?side|lane|edge|curb|kerb|shoulder|roadside ?lane|of_road|of_lane',
    { place: 'right' },
    false,
  ],
  [
    'in|within|on|at|near|along|by|into|across|through ?same|ego|our|its|current|own|adjacent|next|neighboring|intersection lane|path|road|roadway|street|shoulder|roadside|curb|side_of_road|intersection|crosswalk|front_of_us',
    {},
    false,
  ],
  ['in adjacent lane', {}, false],
  ['in left|right turn|turning ?only lane', {}, false],
  [
    '?already|now|currently|completely stopped|stationary|stalled|halted|standing|waiting|queued|queuing|at_standstill|standing_still|idling|stopped_ahead',
    { motion: 'stopped' },
    true,
  ],
  ['parked|double_parked', { motion: 'parked' }, true],
  [
    'slowing|braking|decelerating|stopping|brakes|brake|slows|slow|decelerates|stops|stop|decelerate|coming_to_stop|comes_to_stop|slowed|braked ?down|hard|sharply',
    { motion: 'slowing' },
    true,
  ],
  [
    'cutting|cuts|cut in|into ?front_of_us|front|lane|our_lane|ego_lane|front_of_ego|front_of_ego_vehicle',
    { motion: 'cutting_in' },
    true,
  ],
  [
    'entering|enters|swerving|swerves|encroaching|encroaches|drifting|drifts|moving|intruding|intrudes|changing_lanes|pulling|veering ?into ?our|ego|my|same|current lane|path|ego_lane',
    { motion: 'cutting_in' },
    true,
  ],
  [
    'crossing|cross|crosses|walking_across|stepping|stepping_into|entering_crosswalk|jaywalking|in_crosswalk|on_crosswalk|walking_into|running_across ?in_front|into|onto|road|street|intersection|crosswalk|path|our_path|lane ?ahead',
    { motion: 'crossing' },
    true,
  ],
  [
    'merging|merges|merge ?in|into|onto ?lane|our_lane|ego_lane|highway|traffic|front',
    { motion: 'merging' },
    true,
  ],
  [
    'moving|pulling|driving|pulls|moves|move|drives|pull off|away|out|forward|again',
    { motion: 'moving_off' },
    true,
  ],
  [
    'accelerating|accelerates|accelerate|moving_again|started_moving|start_moving|starts_moving|starts_to_move|start_to_move|begins_moving|begins_to_move|beginning_to_move|starting_to_move|departing|departs ?forward|again|off',
    { motion: 'moving_off' },
    true,
  ],
  [
    'moving|driving|traveling|travelling|approaching|approaches|proceeding|riding|walking|running|coming|going|passing|overtaking|turning|turns|turn|exiting|reversing|backing_up|backing|moves|drives|walks|slower|faster ?slowly|slower|toward_us|towards_us|straight|left|right|through|into|onto',
    { motion: 'moving' },
    true,
  ],
  ['changing|changes|change lane|lanes ?to ?left|right', { motion: 'merging' }, true],
  [
    'yielding|yields|opening|signaling|signalling|indicating|preparing|trying|attempting|planning|intending|blocking|blocks|occupying|obstructing|partially_blocking|present|visible|detected|near|close|nearby|too_close',
    {},
    true,
  ],
  [
    'blocking|blocks|occupying|occupies|obstructing|obstructs ?part_of|ego|our|my|same|current|left|right lane|road|path|intersection|way',
    {},
    true,
  ],
  [
    'has|have|had left|cleared|passed|crossed|gone|exited|finished|finished_crossing|yielded|moved|entered|completed|turned ?out_of|off lane|road|intersection|crosswalk|way|street|path',
    {},
    true,
  ],
  ['clears|leaves|exits|passes|clear|leave lane|road|intersection|crosswalk|way|path', {}, true],
  ['has|have left|cleared|passed|gone|crossed|moved|exited', {}, true],
  ['is|are|which_is|that_is|being|was|has_been|that_are ?directly ahead', { place: 'ahead' }, true],
  ['is|are directly in front ?of ?us|ego', { place: 'ahead', isLead: true }, true],
  [
    'is|are|was ?currently|now|still|about_to|turning|flashing|showing|becoming red|green|yellow|amber|turn_red|turn_green|flashing',
    {},
    true,
  ],
  [
    'turns|turned|turning|changes|changed|changing|has_turned|has_changed|transitions|just_turned|goes|went|shows|displays|remains|stays|is_turning|is_changing ?to|from|back_to red|green|yellow|amber|red_to_green',
    {},
    true,
  ],
  ['is|are ?on|to ?our left', { place: 'left' }, true],
  ['is|are ?on|to ?our right', { place: 'right' }, true],
  ['bends|curves|bending|curving|turns ?sharply ?to left|right', {}, true],
  ['red|green|yellow|amber', {}, false],
];

function detailsOf(details: Partial<Details>): Details {
  return { ...NO_DETAILS, ...details };
}

/** Every noun that names a cause. */
export function causeHeads(): { pattern: string; phrase: CauseHead }[] {
  return HEAD_ROWS.flatMap(({ category, object = null, nouns, details = {} }) =>
    nouns.map((pattern) => ({
      pattern,
      phrase: { kind: 'head' as const, category, object, ...detailsOf(details) },
    })),
  );
}

/** Every word that stands before such a noun. */
export function detailsBefore(): { pattern: string; phrase: DetailPhrase }[] {
  return BEFORE.map(([pattern, details]) => ({
    pattern,
    phrase: { kind: 'detail', isPredicate: false, ...detailsOf(details) },
  }));
}

/** Everything that stands behind such a noun. */
export function detailsBehind(): { pattern: string; phrase: DetailPhrase }[] {
  return BEHIND.map(([pattern, details, isPredicate]) => ({
    pattern,
    phrase: { kind: 'detail', isPredicate, ...detailsOf(details) },
  }));
}

/** Words between the noun and what the thing does: "that is stopping". They say nothing by themselves. */
export const GLUE: readonly string[] = [
  'that|which|who',
  'is|are|was|were|has_been|have_been|has|have|had|being',
  'begins|starts|started|began|starting|beginning|continues|about|going to',
  'already|now|currently|still|just|also|directly|slowly|suddenly|both|not',
];
