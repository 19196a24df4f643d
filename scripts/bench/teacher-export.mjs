// How fast the windows of a sealed sweep become a teacher export, against DuckDB copying the files that came out, with
// as many threads, in this one run: by the clock, and by the CPU time, which neighbours disturb less. Also the peak memory
// of the processes, against that of a quarter of the windows. Beyond 51,200 windows parts repeat, and DuckDB copies some
// files at a time, so that a million windows need 15 GB of disk.
// With `whole` the rows also hold reasons (decisions, causes, verdicts, meta-actions) and all scores; without, what the
// policy answered, the recorded path and what follows from both.
//   npm run build && node scripts/bench/teacher-export.mjs [WINDOWS] [WORKERS] [whole]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { link, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { canonicalJson, EXPORT_STAGES } from '@drivesweep/contracts';
import { FolderObjectStore } from '@drivesweep/object-store';
import { encodePredictionPart } from '@drivesweep/parquet-io';
import { createExportSpec, dataTerms, exportKeys, recipeSchema } from '@drivesweep/teacher-export';
import { buildSealedSweep, buildSpec } from '@drivesweep/testkit';
import { scoreAgain } from '../../services/metrics/dist/index.js';

const TARGET = 1 / 2;
const SAMPLES = 6;
const STEPS = 64;
const HISTORY = 16;
const PER_SHARD = 128;
const METRICS = fileURLToPath(new URL('../../services/metrics/dist/main.js', import.meta.url));
const LOOK_EVERY_MS = 50;
/** As the command line starts them. */
const NODE_FLAGS = [
  '--no-flush-bytecode',
  '--single-threaded-gc',
  '--wasm-tiering-budget=100000000',
];
const DIFFERENT_SHARDS = 400;
const FILES_PER_COPY = 16;

/** @param {{ log: (text: string) => void, windows?: number, workers?: number, isWhole?: boolean }} options */
export async function benchTeacherExport({ log, windows = 51_200, workers = 2, isWhole = false }) {
  const fewer = await measured(windows / 4, workers, isWhole);
  log(JSON.stringify(fewer));
  const all = await measured(windows, workers, isWhole);
  log(JSON.stringify(all));
  return {
    name: 'teacher export with K = 6, windows per second over those of DuckDB copying its files',
    figures: { all, fewer, memoryRatio: round(all.peakRssMB / fewer.peakRssMB) },
    ratio: all.shareOfDuckdb,
    target: '>= 1/2',
    pass: all.shareOfDuckdb >= TARGET,
  };
}

async function measured(windows, workers, isWhole) {
  const scratch = await mkdtemp(join(tmpdir(), 'drivesweep-bench-'));
  try {
    const swept = await writeSweep(join(scratch, 'store'), windows);
    const sweeps = new FolderObjectStore(join(scratch, 'store'));
    const out = join(scratch, 'dataset');
    const scoringId = isWhole ? await scored(sweeps, swept) : 'sc-0000000000000000';
    await writeSpec(new FolderObjectStore(out), sweeps, { ...swept, scoringId, isWhole });
    const used = { rssMB: 0, cpuS: new Map() };
    const seconds = {};
    for (const stage of EXPORT_STAGES) {
      seconds[stage] = round(await timed(() => runStage(stage, out, workers, used)));
    }
    const exporting = Object.values(seconds).reduce((sum, one) => sum + one, 0);
    const exportCpuS = [...used.cpuS.values()].reduce((sum, one) => sum + one, 0);
    const before = process.cpuUsage();
    const copying = await copyWithDuckDb(out, join(scratch, 'copy.parquet'), workers);
    const { user, system } = process.cpuUsage(before);
    const duckdbCpuS = (user + system) / 1e6;
    return {
      ...{ windows, workers, seconds, duckdbSeconds: round(copying) },
      cpuSeconds: { export: round(exportCpuS), duckdb: round(duckdbCpuS) },
      cpuShareOfDuckdb: round(duckdbCpuS / exportCpuS),
      megabytes: round((await sizeOf(join(out, 'data'))) / 1e6),
      exportWindowsPerS: Math.round(windows / exporting),
      duckdbWindowsPerS: Math.round(windows / copying),
      shareOfDuckdb: round(copying / exporting),
      peakRssMB: Math.round(used.rssMB),
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Numbers in [0, 1) that compress as little as real paths do; windows take theirs from different places. */
const NOISE = noise(1 << 20);

function noise(length) {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

function rowOf(index) {
  let place = Math.imul(index, 40_503);
  const next = () => NOISE[place++ & (NOISE.length - 1)];
  const list = (steps, scale) =>
    Float64Array.from({ length: steps }, (_, t) => scale * (t + next()));
  const path = (steps) => ({
    x: list(steps, 1),
    y: list(steps, 0.01),
    z: new Float64Array(steps),
    yaw: list(steps, 0.001),
  });
  const driveId = `drive-${Math.floor(index / PER_SHARD)}`;
  const t0Us = (index % PER_SHARD) * 100_000;
  return {
    status: 'ok',
    windowId: `${driveId}@${t0Us}`,
    driveId,
    t0Us,
    facts: { scenario: index % 3 === 0 ? 'curve' : 'straight' },
    history: path(HISTORY),
    future: path(STEPS),
    v0Mps: 10,
    obstacles: null,
    egoBox: null,
    samples: Array.from({ length: SAMPLES }, (_, k) => ({
      ...path(STEPS),
      accel: list(STEPS, 0.01),
      curvature: list(STEPS, 0.0001),
      trace: `Keep distance because a slower lead vehicle is ahead ${k}`,
      tokenIds: Int32Array.from({ length: 12 }, (_, i) => i + k),
      logprobs: list(12, -0.1),
      topTokens: null,
      finishReason: 'stop',
      probability: null,
    })),
  };
}

/** A sealed sweep as workers and coordinator leave it, made shard by shard; later parts are links to the first ones. */
async function writeSweep(folder, windows) {
  const encoded = new Map();
  const shards = {
    *entries() {
      for (let first = 0, shard = 0; first < windows; first += PER_SHARD, shard++) {
        const length = Math.min(PER_SHARD, windows - first);
        const isNew = shard < DIFFERENT_SHARDS;
        yield [shard, Array.from({ length }, (_, i) => (isNew ? rowOf(first + i) : ANSWERED))];
      }
    },
  };
  const encode = (rows, metadata) => {
    const like = Number(metadata.shardId) % DIFFERENT_SHARDS;
    if (!encoded.has(like)) encoded.set(like, encodePredictionPart(rows, metadata));
    return encoded.get(like);
  };
  const sweep = buildSpec({ samples: SAMPLES, historySteps: HISTORY, horizonSteps: STEPS });
  const store = new LinkingStore(folder);
  return { sweep, manifest: await buildSealedSweep(store, sweep, shards, encode) };
}

const ANSWERED = { status: 'ok' };

/** Puts bytes that it put before as a link to the first file. */
class LinkingStore extends FolderObjectStore {
  #folder;
  #paths = new Map();

  constructor(folder) {
    super(folder);
    this.#folder = folder;
  }

  async put(key, bytes) {
    const path = join(this.#folder, key);
    const same = this.#paths.get(bytes);
    if (same !== undefined) return link(same, path);
    await super.put(key, bytes);
    this.#paths.set(bytes, path);
  }
}

/** Gives the id of the scores. */
async function scored(sweeps, { sweep }) {
  const { scorecard } = await scoreAgain(sweeps, sweep.sweepId, () => {});
  return scorecard.scoringId;
}

async function writeSpec(target, sweeps, { sweep, manifest, scoringId, isWhole }) {
  const licence = dataTerms('Apache-2.0');
  const spec = createExportSpec({
    sweepStore: sweeps.uri,
    sweepId: sweep.sweepId,
    sweepName: 'bench',
    scoringId,
    manifestChunks: manifest.chunks.map(({ sha256 }) => sha256),
    outcome: manifest.outcome,
    shards: manifest.shards.total,
    windows: manifest.counts.expected,
    samples: SAMPLES,
    seed: 0,
    historySteps: HISTORY,
    horizonSteps: STEPS,
    stepUs: sweep.stepUs,
    teacher: {
      name: 'bench',
      version: '1',
      bundleSha256: '0'.repeat(64),
      licence,
      sampling: {},
      normalisation: null,
      cameras: [],
    },
    data: { layout: 'physicalai-av', revision: null, fingerprint: '0'.repeat(64), licence },
    accepted: [],
    recipe: recipeSchema.parse({
      name: 'bench',
      filters: {
        complete: { require: ['trace', 'logprobs'] },
        error_to_recorded: { max_ade_m: 100 },
      },
      splits: { train: 1 },
      contents: { reasons: isWhole, scores: isWhole },
      shards: { megabytes: 100 },
    }),
  });
  await put(target, exportKeys.spec(), canonicalJson(spec));
}

async function runStage(stage, out, workers, used) {
  const shares = stage === 'survey' || stage === 'shard' ? workers : 1;
  await Promise.all(
    Array.from({ length: shares }, async (_, i) => {
      const args = [METRICS, 'export', '--out', out, '--stage', stage, '--share', `${i}/${shares}`];
      const child = spawn(process.execPath, [...NODE_FLAGS, ...args], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      const look = setInterval(() => {
        used.rssMB = Math.max(used.rssMB, peakRssMB(child.pid));
        used.cpuS.set(child.pid, cpuSecondsOf(child.pid) ?? used.cpuS.get(child.pid) ?? 0);
      }, LOOK_EVERY_MS);
      const [code] = await once(child, 'close');
      clearInterval(look);
      if (code !== 0) throw new Error(`${stage} ended with ${code}`);
    }),
  );
}

/** The most that a process ever held, as Linux tells it; 0 where it does not, and for one that is gone. */
function peakRssMB(pid) {
  const [, kB = '0'] = /^VmHWM:\s+(\d+) kB/m.exec(procFile(pid, 'status')) ?? [];
  return Number(kB) / 1000;
}

/** User and system time in seconds: fields 14 and 15, in hundredths. Undefined for a process that is gone. */
function cpuSecondsOf(pid) {
  const stat = procFile(pid, 'stat');
  if (stat === '') return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function procFile(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

/** Gives the seconds that copying took. What was copied is removed before more is. */
async function copyWithDuckDb(out, file, threads) {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
  const connection = await instance.connect();
  const names = (await readdir(join(out, 'data'))).sort();
  let seconds = 0;
  for (let first = 0; first < names.length; first += FILES_PER_COPY) {
    const files = names.slice(first, first + FILES_PER_COPY).map((name) => `'${out}/data/${name}'`);
    const copy = `COPY (SELECT * FROM read_parquet([${files.join()}])) TO '${file}' (FORMAT parquet)`;
    seconds += await timed(() => connection.run(copy));
    await rm(file);
  }
  connection.closeSync();
  return seconds;
}

async function sizeOf(folder) {
  const files = await readdir(folder);
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  return sizes.reduce((sum, one) => sum + one, 0);
}

async function timed(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function put(store, key, text) {
  return store.put(key, Buffer.from(text));
}

function round(value) {
  return Math.round(value * 100) / 100;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [windows, workers] = process.argv.slice(2, 4).map(Number);
  const isWhole = process.argv[4] === 'whole';
  const log = (line) => process.stderr.write(`${line}\n`);
  console.log(
    JSON.stringify(await benchTeacherExport({ log, windows, workers, isWhole }), null, 2),
  );
}
