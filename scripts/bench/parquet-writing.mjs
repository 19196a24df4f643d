// How long it takes to write prediction rows (K = 1, 64 steps, 16 poses of history) as Parquet files on disk: our
// writer against parquetjs-lite, the same rows, the same columns, Snappy, in this one run.
//   npx tsc -b packages/parquet-io && node scripts/bench/parquet-writing.mjs [ROWS]
import { createWriteStream } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { parquetMetadataAsync } from 'hyparquet';
import parquetjs from 'parquetjs-lite';
import { PREDICTION_SCHEMA_VERSION } from '@drivesweep/contracts';
import { encodePredictionStream } from '@drivesweep/parquet-io';

const TARGET = 1 / 20;
/** Rows that are made, and given to a writer, at a time. */
const GROUP_ROWS = 2_000;
/** parquetjs-lite is measured on this fraction of the rows, because it takes minutes for all; its time per row is flat. */
const PARQUETJS_FRACTION = 0.1;
const WARM_UP_ROWS = 500;
const AXES = ['x', 'y', 'z', 'yaw'];
const METADATA = {
  schemaVersion: PREDICTION_SCHEMA_VERSION,
  sweepId: 'sw-0000000000000000',
  shardId: '0000000000000000',
  bundleSha256: '0'.repeat(64),
  provider: 'none',
  software: {},
};

/** Smooth curves, different in every row: neither constant nor noise. */
function path(row, steps) {
  const axis = (k) =>
    Float64Array.from({ length: steps }, (_, i) => Math.sin(row * k + i * 0.1) * i);
  return { x: axis(0.7), y: axis(1.3), z: axis(0.2), yaw: axis(2.1) };
}

function predictionRow(row) {
  const sample = {
    ...path(row + 0.5, 64),
    accel: null,
    curvature: null,
    trace: null,
    tokenIds: null,
    logprobs: null,
    topTokens: null,
    finishReason: null,
    probability: null,
  };
  return {
    windowId: `drive-${row >> 8}@${row * 100_000}`,
    driveId: `drive-${row >> 8}`,
    t0Us: row * 100_000,
    facts: { country: 'DE' },
    status: 'ok',
    history: path(row, 16),
    future: path(row, 64),
    v0Mps: 10 + (row % 7),
    samples: [sample],
  };
}

/** The rows in groups; `spent.ms` grows by the time that making them takes, which is no writer's. */
function* groupsOf(rows, spent) {
  for (let first = 0; first < rows; first += GROUP_ROWS) {
    const started = performance.now();
    const length = Math.min(GROUP_ROWS, rows - first);
    const group = Array.from({ length }, (_, i) => predictionRow(first + i));
    spent.ms += performance.now() - started;
    yield group;
  }
}

async function writeOurs(file, groups) {
  await pipeline(encodePredictionStream(groups, METADATA), createWriteStream(file));
}

const text = (optional) => ({ type: 'UTF8', compression: 'SNAPPY', optional });
const list = (element, optional) => ({
  type: 'LIST',
  optional,
  fields: { list: { repeated: true, fields: { element } } },
});
const floats = (optional) => list({ type: 'FLOAT', compression: 'SNAPPY' }, optional);
const integers = (optional) => list({ type: 'INT32', compression: 'SNAPPY' }, optional);
const double = (optional) => ({ type: 'DOUBLE', compression: 'SNAPPY', optional });
const axes = (prefix, optional) =>
  Object.fromEntries(AXES.map((axis) => [prefix + axis, floats(optional)]));

/** The columns of predictions/1, as parquetjs-lite wants them. */
const PARQUETJS_COLUMNS = {
  window_id: text(false),
  drive_id: text(false),
  t0_us: { type: 'INT64', compression: 'SNAPPY', optional: true },
  status: text(false),
  error_code: text(true),
  error_message: text(true),
  v0_mps: double(true),
  ...axes('history_', true),
  ...axes('future_', true),
  facts: list({ fields: { name: text(false), value: text(false) } }, false),
  samples: list(
    {
      fields: {
        sample_index: { type: 'INT32', compression: 'SNAPPY' },
        ...axes('', false),
        accel: floats(true),
        curvature: floats(true),
        trace: text(true),
        token_ids: integers(true),
        logprobs: floats(true),
        finish_reason: text(true),
        probability: double(true),
      },
    },
    true,
  ),
};

const wrapped = (values) => ({ list: Array.from(values, (element) => ({ element })) });
const wrappedPath = (prefix, values) =>
  Object.fromEntries(AXES.map((axis) => [prefix + axis, wrapped(values[axis])]));

function parquetjsRow(row) {
  return {
    window_id: row.windowId,
    drive_id: row.driveId,
    t0_us: row.t0Us,
    status: row.status,
    v0_mps: row.v0Mps,
    ...wrappedPath('history_', row.history),
    ...wrappedPath('future_', row.future),
    facts: wrapped(Object.entries(row.facts).map(([name, value]) => ({ name, value }))),
    samples: wrapped(row.samples.map((s, k) => ({ sample_index: k, ...wrappedPath('', s) }))),
  };
}

async function writeParquetjs(file, groups) {
  const schema = new parquetjs.ParquetSchema(PARQUETJS_COLUMNS);
  const writer = await parquetjs.ParquetWriter.openFile(schema, file);
  for (const group of groups) {
    for (const row of group) await writer.appendRow(parquetjsRow(row));
  }
  await writer.close();
}

async function rowsIn(file) {
  const { size } = await stat(file);
  const handle = await open(file);
  try {
    const slice = async (start, end = size) => {
      const bytes = new Uint8Array(end - start);
      await handle.read(bytes, 0, bytes.length, start);
      return bytes.buffer;
    };
    return Number((await parquetMetadataAsync({ byteLength: size, slice })).num_rows);
  } finally {
    await handle.close();
  }
}

/** Seconds for writing and nothing else, checked by reading the footer back. */
async function measured(write, file, rows) {
  const spent = { ms: 0 };
  const started = performance.now();
  await write(file, groupsOf(rows, spent));
  const seconds = (performance.now() - started - spent.ms) / 1000;
  const found = await rowsIn(file);
  if (found !== rows) throw new Error(`${file} holds ${found} rows, not ${rows}`);
  const { size } = await stat(file);
  return { rows, seconds, usPerRow: (seconds / rows) * 1e6, fileMB: size / 1e6 };
}

const rounded = (figures) =>
  Object.fromEntries(Object.entries(figures).map(([name, v]) => [name, Number(v.toPrecision(4))]));

/** @param {{ log: (text: string) => void, rows?: number }} options */
export async function benchParquetWriting({ log, rows = 200_000 }) {
  const folder = await mkdtemp(join(tmpdir(), 'drivesweep-bench-'));
  try {
    const file = (name) => join(folder, name);
    await measured(writeOurs, file('warm-up-ours'), WARM_UP_ROWS);
    await measured(writeParquetjs, file('warm-up-parquetjs'), WARM_UP_ROWS);
    const ours = await measured(writeOurs, file('ours'), rows);
    const peakRssMB = process.resourceUsage().maxRSS / 1000;
    log(`drivesweep ${rows} rows in ${ours.seconds.toFixed(1)} s, ${ours.fileMB.toFixed(0)} MB`);
    const fewer = Math.ceil(rows * PARQUETJS_FRACTION);
    const theirs = await measured(writeParquetjs, file('parquetjs'), fewer);
    const all = ((theirs.usPerRow * rows) / 1e6).toFixed(0);
    log(`parquetjs-lite ${fewer} rows in ${theirs.seconds.toFixed(1)} s: ${all} s for ${rows}`);
    const ratio = ours.usPerRow / theirs.usPerRow;
    return {
      name: 'writing prediction rows, time over that of parquetjs-lite',
      figures: {
        ours: rounded({ ...ours, peakRssMB }),
        parquetjsLite: rounded(theirs),
      },
      ratio: Number(ratio.toPrecision(3)),
      target: '<= 1/20',
      pass: ratio <= TARGET,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const rows = process.argv[2] === undefined ? {} : { rows: Number(process.argv[2]) };
  const log = (line) => process.stderr.write(`${line}\n`);
  console.log(JSON.stringify(await benchParquetWriting({ log, ...rows }), null, 2));
}
