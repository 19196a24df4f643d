import type { MetricSummary, Scorecard } from '@drivesweep/contracts';
import type { EgoPath } from '@drivesweep/geometry';
import type { IntentVerdict, ObstacleToScore, ParsedTrace } from '@drivesweep/scoring';
import { createHistogram } from './histogram-counts.ts';
import type { ReportData, SampleToShow, WindowToShow } from './report-data.ts';

/** Hand-made data for tests of the pages: everything that a page can show is in it. */

const STEP_S = 0.1;
const STEPS = 64;

/** A path that bends with a curvature, from one step after t0 on, at a speed that changes at a rate. */
export function arc(
  speedMps: number,
  curvature: number,
  { steps = STEPS, accelMps2 = 0, start = 1 } = {},
): EgoPath {
  const path = { x: [0], y: [0], z: [0], yaw: [0] };
  path.x.pop();
  path.y.pop();
  path.z.pop();
  path.yaw.pop();
  for (let i = 0; i < steps; i++) {
    const t = (start + i) * STEP_S;
    const s = Math.max(0, speedMps * t + 0.5 * accelMps2 * t * t * Math.sign(t));
    const along = t < 0 ? speedMps * t : s;
    const turned = curvature * along;
    path.x.push(curvature === 0 ? along : Math.sin(turned) / curvature);
    path.y.push(curvature === 0 ? 0 : (1 - Math.cos(turned)) / curvature);
    path.z.push(0);
    path.yaw.push(turned);
  }
  return {
    x: Float64Array.from(path.x),
    y: Float64Array.from(path.y),
    z: Float64Array.from(path.z),
    yaw: Float64Array.from(path.yaw),
  };
}

export function buildSample(path: EgoPath, changes: Partial<SampleToShow> = {}): SampleToShow {
  return { ...path, trace: null, parsed: null, probability: null, ...changes };
}

/** A parsed trace with the spans of these words; each must occur in it. */
export function parsedTrace(trace: string, decision: string, cause: string): ParsedTrace {
  const spanOf = (words: string) => {
    const start = trace.indexOf(words);
    return { start, end: start + words.length };
  };
  return {
    decisions: [
      {
        axis: 'lateral',
        decision: 'turn',
        direction: 'left',
        span: spanOf(decision),
        vocabularies: ['paper'],
      },
    ],
    causes: [
      {
        category: 'critical_object',
        object: 'pedestrian',
        place: 'ahead',
        motion: 'crossing',
        isLead: false,
        span: spanOf(cause),
      },
    ],
    remarks: [],
    unparsed: [],
  };
}

export function buildVerdict(changes: Partial<IntentVerdict> = {}): IntentVerdict {
  return {
    rule: 'plan.turn',
    outcome: 'contradicted',
    sample: 0,
    axis: 'lateral',
    span: null,
    reason: 'says turn left, the plan turns right by 31 degrees',
    figures: { headingChangeDeg: -31.2, turnAboveDeg: 15 },
    ...changes,
  };
}

const TRACE =
  'Turn left at the junction because a pedestrian is crossing ahead and will have cleared the road in two seconds.';

/** A window with two traces, boxes around it and verdicts of every outcome. */
export function buildWindow(changes: Partial<WindowToShow> = {}): WindowToShow {
  const parsed = parsedTrace(TRACE, 'Turn left', 'a pedestrian is crossing ahead');
  const future = TRACE.indexOf('will have cleared');
  const broken = { start: future, end: future + 'will have cleared'.length };
  return {
    windowId: 'drive-a@12300000',
    driveId: 'drive-a',
    t0Us: 12_300_000,
    facts: { country: 'DE', speed_band: 'slow', hour_of_day: '17' },
    v0Mps: 8.2,
    stepS: STEP_S,
    history: arc(8.2, 0.004, { steps: 16, start: -15 }),
    future: arc(8.2, 0.03, { accelMps2: -0.4 }),
    samples: [
      buildSample(arc(8, -0.02), { trace: TRACE, parsed }),
      buildSample(arc(8.6, 0.033), { trace: 'Keep lane since the road is clear.' }),
      buildSample(arc(7, 0.02, { accelMps2: -1 }), { trace: 'Turn left.' }),
      buildSample(arc(8.2, 0), { trace: '' }),
      buildSample(arc(9.4, 0.012, { accelMps2: 0.6 })),
      buildSample(arc(8.2, 0.028, { accelMps2: -0.6 }), { trace: 'Yield to the pedestrian.' }),
    ],
    obstacles: [box('7', 'automobile', 17, 4.5, 3.1), box('9', 'person', 13, -3, 1.5, [0.6, 0.6])],
    egoBox: null,
    values: [
      { id: 'min_ade_6@6.4s[full]', unit: 'm', value: 1.234 },
      { id: 'ade_first@6.4s', unit: 'm', value: 14.31 },
      { id: 'miss_6@6.4s[2m]', unit: 'fraction', value: 1 },
    ],
    verdicts: [
      buildVerdict({ span: parsed.decisions[0]?.span ?? null }),
      buildVerdict({
        rule: 'break.future_words',
        outcome: 'broken',
        span: broken,
        axis: null,
        reason: 'tells what the history cannot hold: "will have cleared"',
        figures: {},
      }),
      buildVerdict({ sample: 1, outcome: 'supported', reason: 'says keep lane, and does' }),
      buildVerdict({ sample: null, outcome: 'noted', reason: '3 of 6 samples say another turn' }),
    ],
    picture: { kind: 'none', reason: 'the drive has no camera' },
    ...changes,
  };
}

function box(
  trackId: string,
  className: string,
  x: number,
  y: number,
  yaw: number,
  [lengthM, widthM]: readonly [number, number] = [4.5, 1.9],
): ObstacleToScore {
  const one = (value: number) => Float64Array.of(value);
  return { trackId, className, lengthM, widthM, tS: one(0), x: one(x), y: one(y), yaw: one(yaw) };
}

export function buildSummary(changes: Partial<MetricSummary> = {}): MetricSummary {
  return {
    id: 'min_ade_6@6.4s[full]',
    slice: 'all',
    unit: 'm',
    better: 'lower',
    mean: 1.52,
    n: 940,
    failed: 40,
    skipped: 10,
    missing: 10,
    undefined: 0,
    min: 0.05,
    max: 31.2,
    median: 0.98,
    p90: 3.4,
    p95: 5.2,
    tail: null,
    interval: { low: 1.31, high: 1.77, clusters: 12 },
    worstCase: { mean: 3.3, imputed: 31.2 },
    warnings: [],
    ...changes,
  };
}

/** A complete sweep of 12 drives with slices by country and speed. */
export function buildReportScorecard(changes: Partial<Scorecard> = {}): Scorecard {
  const headline = ['min_ade_6@6.4s[full]', 'ade_first@6.4s', 'miss_6@6.4s[2m]'];
  const slices = [
    ['country=DE', 1.2, 500],
    ['country=US', 1.9, 420],
    ['country=JP', 2.6, 20],
    ['speed_band=standing', 0.3, 120],
    ['speed_band=slow', 1.1, 400],
    ['speed_band=fast', 2.2, 420],
  ] as const;
  return {
    schema: 'scorecard/2',
    sweep: {
      id: 'sw-0123456789abcdef',
      name: 'town-six-samples',
      policy: 'alpamayo-r1-10b',
      bundleSha256: 'ab'.repeat(32),
      dataset: 'physicalai-av',
      revision: '26.03',
      fingerprint: 'cd'.repeat(32),
      samples: 6,
      seed: 7,
      historySteps: 16,
      horizonSteps: STEPS,
      stepUs: 100_000,
      outcome: 'partial',
    },
    scoringId: 'sc-0123456789abcdef',
    counts: { expected: 1000, ok: 940, error: 40, skipped: 10, missing: 10 },
    errors: { CAMERA_MISSING: 31, EGOMOTION_GAP: 9, DRIVE_MARKED_INVALID: 10 },
    drives: 12,
    statistics: {
      confidence: 0.95,
      draws: 1000,
      seed: 1,
      minimumWindows: 30,
      minimumDrives: 20,
      quantileRelativeError: 0.01,
    },
    headline,
    metrics: [
      buildSummary(),
      buildSummary({
        id: 'ade_first@6.4s',
        mean: 2.4,
        median: 1.6,
        p90: 5.5,
        p95: 7.9,
        interval: null,
      }),
      buildSummary({
        id: 'miss_6@6.4s[2m]',
        unit: 'fraction',
        mean: 0.21,
        median: 0,
        p90: 1,
        p95: 1,
        interval: { low: 0.17, high: 0.26, clusters: 12 },
        worstCase: { mean: 0.26, imputed: 1 },
      }),
      ...slices.map(([slice, mean, n]) =>
        buildSummary({
          slice,
          mean,
          n,
          interval: { low: mean * 0.85, high: mean * 1.2, clusters: 6 },
          warnings: n < 30 ? ['few_windows'] : [],
        }),
      ),
    ],
    macro: [{ id: 'min_ade_6@6.4s[full]', fact: 'country', mean: 1.55, slices: 2, leftOut: 1 }],
    factsNotSliced: ['recording_date'],
    ...changes,
  };
}

export function buildReport(changes: Partial<ReportData> = {}): ReportData {
  const histogram = createHistogram();
  for (let i = 0; i < 940; i++)
    histogram.add(0.05 + 5.2 * (i / 940) ** 3 + (i > 930 ? i - 915 : 0));
  const counts = histogram.counts();
  return {
    scorecard: buildReportScorecard(),
    histograms: counts ? { 'min_ade_6@6.4s[full]': counts, 'ade_first@6.4s': counts } : {},
    worst: [buildWindow()],
    contradictions: [buildWindow({ windowId: 'drive-b@1', driveId: 'drive-b' })],
    notes: [],
    ...changes,
  };
}
