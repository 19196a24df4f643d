// How long scoring takes: every metric of motion and intent, slices, quantiles and intervals included, for 166,016
// windows with K = 6 samples and traces (about one million samples) on one core, reading the parts from disk included;
// the same for displacement alone; and whether memory grows with the number of windows.
//   npm run build && node scripts/bench/scoring.mjs [WINDOWS]
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PREDICTION_SCHEMA_VERSION } from '@drivesweep/contracts';
import { openObjectStore } from '@drivesweep/object-store';
import { decodeScoredPredictions, encodePredictionPart } from '@drivesweep/parquet-io';
import {
  createSummary,
  createWindowScorer,
  factsOfWindow,
  METRIC_FAMILIES,
} from '@drivesweep/scoring';

const WINDOWS = 166_016;
const PART_WINDOWS = 128;
const WINDOWS_PER_DRIVE = 20;
/** Parts that are different; they are read again and again, under the names of other drives. */
const DIFFERENT_PARTS = 48;
const PARAMETERS = { samples: 6, horizonSteps: 64, stepS: 0.1 };
const TARGET_ALL_S = 60;
const TARGET_DISPLACEMENT_S = 8;
/** A tenth of the windows may need this much less memory at most: what the windows themselves would need is 20 times. */
const TARGET_MEMORY_RATIO = 1.25;

/** A small generator, so that every run has the same windows (mulberry32). */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A drive of a vehicle that accelerates, brakes and turns: `before` poses up to t0, `after` poses from then on. */
function motion(random, before, after) {
  const v0 = random() * 25;
  const [accel, curvature] = [(random() - 0.6) * 3, (random() - 0.5) * 0.04];
  return (noise) => {
    const steps = before + after;
    const path = Object.fromEntries(
      ['x', 'y', 'z', 'yaw'].map((a) => [a, new Float64Array(steps)]),
    );
    let [x, y, yaw, v] = [0, 0, 0, v0];
    const place = (i) => {
      path.x[i] = x;
      path.y[i] = y;
      path.z[i] = 0.01 * noise * random();
      path.yaw[i] = Math.atan2(Math.sin(yaw), Math.cos(yaw));
    };
    const bend = curvature + noise * 0.01 * (random() - 0.5);
    const push = accel + noise * (random() - 0.5);
    place(before - 1);
    for (let i = before - 2; i >= 0; i--) {
      x -= v0 * 0.1 * Math.cos(yaw);
      y -= v0 * 0.1 * Math.sin(yaw);
      yaw -= curvature * v0 * 0.1;
      place(i);
    }
    [x, y, yaw] = [0, 0, 0];
    for (let i = before; i < steps; i++) {
      v = Math.max(0, v + push * 0.1);
      yaw += bend * v * 0.1;
      x += v * 0.1 * Math.cos(yaw);
      y += v * 0.1 * Math.sin(yaw);
      place(i);
    }
    return path;
  };
}

const cut = (path, from, to) =>
  Object.fromEntries(Object.entries(path).map(([axis, values]) => [axis, values.slice(from, to)]));

const DECISIONS = [
  ...['Slow down', 'Keep lane and keep the current speed', 'Stop', 'Yield', 'Resume speed'],
  ...['Adapt speed for the curve', 'Keep distance to the lead vehicle', 'Accelerate to pass'],
  ...['Nudge to the left', 'Change lane to the right', 'Turn left at the intersection'],
];
const WHO = ['the lead vehicle', 'a white truck', 'the cyclist', 'a pedestrian', 'the parked van'];
const WHAT = [
  'is braking ahead',
  'is stopped in our lane',
  'is crossing from the right',
  'is slow',
];
const WHERE = ['about', 'nearly', 'roughly', 'some'];

/** Traces of about 90 characters that nearly all differ, so that remembering them does not help. */
function trace(random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const metres = (random() * 90).toFixed(2);
  return `${pick(DECISIONS)} because ${pick(WHO)} ${pick(WHAT)} ${pick(WHERE)} ${metres} m from here.`;
}

function prediction(random, index) {
  const drive = motion(random, 16, 64);
  const recorded = drive(0);
  const sample = () => ({
    ...cut(drive(1), 16, 80),
    accel: null,
    curvature: null,
    trace: trace(random),
    tokenIds: null,
    logprobs: null,
    topTokens: null,
    finishReason: 'stop',
    probability: null,
  });
  const driveId = `drive-${Math.floor(index / WINDOWS_PER_DRIVE)}`;
  return {
    windowId: `${driveId}@${index}`,
    driveId,
    t0Us: index,
    facts: { country: `c${index % 7}`, hour_of_day: `${index % 24}`, split: 'val' },
    status: 'ok',
    history: cut(recorded, 0, 16),
    future: cut(recorded, 16, 80),
    v0Mps: Math.hypot(recorded.x[14], recorded.y[14]) * 10,
    obstacles: null,
    egoBox: null,
    samples: Array.from({ length: PARAMETERS.samples }, sample),
  };
}

async function writeParts(folder) {
  const random = seeded(20261123);
  const metadata = {
    schemaVersion: PREDICTION_SCHEMA_VERSION,
    sweepId: 'sw-0000000000000000',
    shardId: '0000000000000000',
    bundleSha256: '0'.repeat(64),
    provider: 'none',
    stepUs: 100_000,
    software: {},
  };
  for (let p = 0; p < DIFFERENT_PARTS; p++) {
    const rows = Array.from({ length: PART_WINDOWS }, (_, i) =>
      prediction(random, p * PART_WINDOWS + i),
    );
    await writeFile(join(folder, `${p}.parquet`), encodePredictionPart(rows, metadata));
  }
}

/** Reads and checks part after part, as `score` does, until there were `windows`; every round is other drives. */
async function* partsOf(folder, windows, extent) {
  const store = openObjectStore(folder);
  for (let done = 0, p = 0; done < windows; done += PART_WINDOWS, p++) {
    const bytes = await store.get(`${p % DIFFERENT_PARTS}.parquet`);
    createHash('sha256').update(bytes).digest('hex');
    const rows = await decodeScoredPredictions(bytes, extent);
    yield { rows, round: Math.floor(p / DIFFERENT_PARTS) };
  }
}

/** Everything: scores, facts to slice by, and the summary with its intervals. */
async function scoreAll(folder, windows) {
  const scorer = createWindowScorer(PARAMETERS);
  const summary = createSummary(scorer.metrics);
  const values = new Float64Array(scorer.metrics.length);
  for await (const { rows, round } of partsOf(folder, windows)) {
    for (const row of rows) {
      const facts = factsOfWindow(row.facts, row, PARAMETERS);
      const driveId = `${row.driveId}/${round}`;
      summary.add({ status: 'ok', driveId, facts, values: scorer.score(row, values) });
    }
  }
  const numbers = summary.metrics();
  summary.macroMeans();
  return { metrics: scorer.metrics.length, numbers: numbers.length };
}

/** What displacement looks at. */
const DISPLACEMENT = { axes: ['x', 'y'], traces: false, obstacles: false };

async function scoreDisplacement(folder, windows) {
  const { metrics, score } = METRIC_FAMILIES[0].prepare(PARAMETERS);
  const summary = createSummary(metrics);
  const values = new Float64Array(metrics.length);
  for await (const { rows, round } of partsOf(folder, windows, DISPLACEMENT)) {
    for (const row of rows) {
      score(row, values, 0);
      summary.add({ status: 'ok', driveId: `${row.driveId}/${round}`, facts: {}, values });
    }
  }
  return { metrics: metrics.length, numbers: summary.metrics().length };
}

/** One measurement, called in a process of its own on one core, so that its memory and its threads are its own. */
async function child([what, folder, windows]) {
  const started = performance.now();
  const run = what === 'all' ? scoreAll : scoreDisplacement;
  const done = await run(folder, Number(windows));
  const seconds = (performance.now() - started) / 1000;
  const peakMb = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(JSON.stringify({ ...done, seconds, peakMb }));
}

function measure(...args) {
  const self = fileURLToPath(import.meta.url);
  const { status, stdout } = spawnSync(
    'taskset',
    ['-c', '1', process.execPath, '--max-semi-space-size=32', self, 'child', ...args.map(String)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  if (status !== 0) throw new Error(`the measurement of ${args.join(' ')} failed`);
  return JSON.parse(stdout);
}

export async function benchScoring({ log, windows = WINDOWS }) {
  const folder = await mkdtemp(join(tmpdir(), 'drivesweep-bench-'));
  try {
    await writeParts(folder);
    const few = measure('all', folder, Math.round(windows / 10));
    const all = measure('all', folder, windows);
    const displacement = measure('displacement', folder, windows);
    const memoryRatio = all.peakMb / few.peakMb;
    const samples = windows * PARAMETERS.samples;
    log(`all: ${all.metrics} metrics, ${samples} samples with traces: ${all.seconds.toFixed(1)} s`);
    log(`displacement alone: ${displacement.seconds.toFixed(1)} s`);
    log(`peak memory: ${all.peakMb.toFixed(0)} MB, ${few.peakMb.toFixed(0)} MB for a tenth`);
    const pass =
      all.seconds < TARGET_ALL_S &&
      displacement.seconds < TARGET_DISPLACEMENT_S &&
      memoryRatio < TARGET_MEMORY_RATIO;
    return {
      name: 'scoring',
      ratio: `${all.seconds.toFixed(1)} s, ${displacement.seconds.toFixed(1)} s, x${memoryRatio.toFixed(2)}`,
      target: `< ${TARGET_ALL_S} s all, < ${TARGET_DISPLACEMENT_S} s displacement, memory of 10 times the windows < x${TARGET_MEMORY_RATIO}`,
      pass,
      windows,
      all,
      displacement,
      few,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const [mode, ...args] = process.argv.slice(2);
if (mode === 'child') await child(args);
else if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const log = (text) => process.stderr.write(`${text}\n`);
  const result = await benchScoring({ log, windows: Number(mode ?? WINDOWS) });
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
}
