import type { ComparisonDocument, MetricSummary, Scorecard } from '@drivesweep/contracts';
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
  const alongM = Float64Array.from({ length: steps }, (_, i) => {
    const tS = (start + i) * STEP_S;
    return speedMps * tS + (tS > 0 ? 0.5 * accelMps2 * tS * tS : 0);
  });
  const bent = curvature !== 0;
  return {
    x: alongM.map((s) => (bent ? Math.sin(curvature * s) / curvature : s)),
    y: alongM.map((s) => (bent ? (1 - Math.cos(curvature * s)) / curvature : 0)),
    z: new Float64Array(steps),
    yaw: alongM.map((s) => curvature * s),
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
    histograms: {
      ...(counts && { 'min_ade_6@6.4s[full]': counts, 'ade_first@6.4s': counts }),
      'rank_6@6.0s[lat]': { width: 0.25, first: 0, counts: [300, 120, 130, 200, 190] },
    },
    worst: [buildWindow()],
    contradictions: [buildWindow({ windowId: 'drive-b@1', driveId: 'drive-b' })],
    notes: [],
    ...changes,
  };
}

type Compared = ComparisonDocument['metrics'][number];

/** 900 pairs of 24 drives in which B is a tenth nearer. */
const PAIRED = {
  windows: 900,
  drives: 24,
  meanA: 1.6,
  meanB: 1.44,
  difference: -0.16,
  relative: -0.1,
  interval: { low: -0.24, high: -0.09 },
  p: 0.0004,
  pHolm: 0.0004,
  winsOfB: { wins: 560, losses: 310, ties: 30 },
  verdict: 'better' as const,
  warnings: [],
};

export function buildCompared(changes: Partial<Compared> = {}): Compared {
  return {
    id: 'min_ade_6@6.4s[full]',
    unit: 'm',
    better: 'lower',
    ...PAIRED,
    leftOut: [{ reason: 'failed', side: 'a', windows: 40 }],
    quantiles: { p5: -1.2, p25: -0.4, median: -0.1, p75: 0.1, p95: 0.8 },
    ...changes,
  };
}

/** B is better in the primary metric, worse in another, and nobody knows in a third. */
export function buildComparison(changes: Partial<ComparisonDocument> = {}): ComparisonDocument {
  const { sweep } = buildReportScorecard();
  return {
    schema: 'comparison/1',
    a: {
      ...sweep,
      id: 'sw-aaaaaaaaaaaaaaaa',
      name: 'released',
      policy: 'kinematic:constant-velocity',
    },
    b: { ...sweep, id: 'sw-bbbbbbbbbbbbbbbb', name: 'candidate' },
    scoringId: 'sc-0123456789abcdef',
    primary: 'min_ade_6@6.4s[full]',
    verdict: 'better',
    words: 'B is better: min_ade_6@6.4s[full] is 1.44 m against 1.6 m, 0.16 m less (0.09 to 0.24).',
    method: {
      confidence: 0.95,
      draws: 2000,
      flips: 10_000,
      exactDrives: 14,
      seed: 0,
      significance: 0.05,
      tieWithin: 1e-9,
      trustedDrives: 20,
      minimumWindows: 30,
      minimumDrives: 5,
    },
    expected: 1000,
    windowsOfA: { ok: 940, error: 40, skipped: 10, missing: 10 },
    windowsOfB: { ok: 990, error: 0, skipped: 10, missing: 0 },
    metrics: [
      buildCompared(),
      buildCompared({
        id: 'miss_6@6.4s[2m]',
        unit: 'fraction',
        meanA: 0.2,
        meanB: 0.24,
        difference: 0.04,
        relative: 0.2,
        interval: { low: 0.01, high: 0.07 },
        pHolm: 0.03,
        verdict: 'worse',
      }),
      buildCompared({
        id: 'ade_first@6.4s',
        difference: 0.01,
        relative: 0.006,
        interval: { low: -0.1, high: 0.12 },
        pHolm: 0.81,
        verdict: 'no_difference_shown',
        warnings: ['few_drives'],
      }),
    ],
    slices: [
      { slice: 'country=DE', tooSmall: false, ...PAIRED },
      { slice: 'country=JP', tooSmall: true, ...PAIRED, p: null, pHolm: null, verdict: null },
    ],
    factsNotSliced: [],
    gained: [{ windowId: 'drive-a@1', driveId: 'drive-a', a: 9, b: 1, difference: -8 }],
    lost: [{ windowId: 'drive-b@1', driveId: 'drive-b', a: 1, b: 4, difference: 3 }],
    gates: [],
    ...changes,
  };
}
