/** Words that take back what they say. */
export const HEDGES: readonly string[] = [
  'might|may|could|possibly|perhaps|maybe|likely|unlikely|probably|presumably|seemingly|apparently|potentially|conceivably|supposedly|arguably',
  'seem|seems|seemed ?to',
  'appear|appears|appeared to',
  'suggest|suggests|suggesting|assume|assumes|assuming',
  'uncertain|unsure|unclear_whether|not_sure|i_think|i_believe|we_think|hard_to_tell|difficult_to_tell',
];

/** Words that name what comes after t0. "will" is judged by whose it is, in the reader. */
export const FUTURE_WORDS: readonly string[] = [
  'later|subsequent|future|upcoming|final|last|following|next|remaining frame|frames',
  'later|eventually|afterward',
  'later on|in|timesteps|timestamps|video|clip|sequence|footage',
  'subsequent|future timesteps|timestep|timestamps|time_steps|seconds|images|moments',
  'in|within|over|during|for next|coming ?few|couple_of|several second|seconds|moments|frames|timesteps|moment',
  'in|after|within seconds|second|moments',
  'seconds|second|moments later|afterward|afterwards|from_now',
  'in the future|near_future',
  'will eventually|later|soon',
  'as the video|clip|sequence progresses|continues|unfolds',
];
