/** When a motion shows a stated decision, and when it shows the opposite. One place for all; m, m/s, rad, s. */
export const DECISION_BOUNDS = {
  /** Stands: the slower is a stop (sabdulmajid/Alpamayo-R1-Reasoning, ziangwei/Faithful-Alpamayo-1.5). */
  stopMps: 0.5,
  /** Gives way by at least this much (Faithful-Alpamayo). */
  yieldDropMps: 0.5,
  /** A change of speed that has a name (open autolabeler, `delta_velocity`). */
  changeMps: 0.8,
  /** Slows noticeably (Faithful-Alpamayo): on the way to a stop that lies past the horizon. */
  slowsMps: 1,
  /** Ours: below this a vehicle that keeps its speed may already be giving way. */
  crawlMps: 3,
  /** Ours: an acceleration that ends a stop is one to more than a crawl. */
  movesOffMps: 3,
  /** Ours: time of standing that is waiting, not the end of it. */
  waitsS: 1,
  /**
   * What begins later than this is not "the first action right after" t0, which is what a decision is about
   * (arXiv 2511.00088, Table 1), so it contradicts nothing. Ours.
   */
  firstActionS: 3,
  /** Too short a way to show where the vehicle goes across. Ours. */
  movesM: 10,
  /** Nudges: shown from 0.5 m on (oussndou77/alpamayo-faithfulness), absent below 0.2 m (sabdulmajid). */
  nudgeM: 0.5,
  noNudgeM: 0.2,
  /** Leaves the lane: ours, half of the room that a car of 1.9 m has in a lane of 3.5 m, and a little more. */
  outOfLaneM: 1,
  /** An excursion that came back ends nearer to its beginning than this. Ours. */
  returnsM: 0.3,
  /** A turn is at least 20 degrees (Faithful-Alpamayo: 0.35 rad), none is less than 15 (churrosboy/autolabel K03). */
  turnRad: 0.35,
  noTurnRad: 0.26,
  /** ... with a radius below 50 m; a longer one may be the road's. Ours. */
  turnRadPerM: 0.02,
  /** Further than 45 degrees may be more than the road (churrosboy/autolabel K04). */
  keepLaneRad: 0.79,
} as const;
