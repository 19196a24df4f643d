// Every reader of files that come from elsewhere, with good files to break. A reader answers, or throws a DrivesweepError that
// names a code; anything else is a finding. Works on the compiled packages: npm run build first.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TextDecoder } from 'node:util';
import {
  commitSchema,
  comparisonDocumentSchema,
  decodePlanChunk,
  DrivesweepError,
  encodePlanChunk,
  manifestSchema,
  planIndexSchema,
  scorecardSchema,
  shardsOfDrive,
  sweepFileSchema,
  sweepSpecSchema,
} from '@drivesweep/contracts';
import { createFrameDecoder } from '@drivesweep/drives';
import {
  decodePredictionPart,
  encodePredictionPart,
  readForeignPredictions,
  readTable,
} from '@drivesweep/parquet-io';
import { openBundle } from '@drivesweep/policy-onnx';
import {
  buildParquet,
  buildScorecard,
  buildSpec,
  buildZip,
  MemoryObjectStore,
} from '@drivesweep/testkit';
import { parseSweepFile } from '../../packages/cli/dist/sweep-file.js';
import { readPredictionLine } from '../../packages/cli/dist/prediction-line.js';
import { parseNpy } from '../../packages/drives/dist/npy.js';
import { readParquetTable } from '../../packages/drives/dist/parquet-table.js';
import { openZipDirectory } from '../../packages/drives/dist/zip-directory.js';
import { locateStoredMember, readZipMember } from '../../packages/drives/dist/zip-member.js';
import { METADATA, okRow, failedRow } from '../../packages/parquet-io/dist/test-rows.js';
import { readExternalData } from '../../packages/policy-onnx/dist/external-data.js';
import { decodeGoldenCase } from '../../packages/policy-onnx/dist/golden.js';
import { parseWindowList } from '../../services/coordinator/dist/window-list.js';

/**
 * @typedef {object} Reader
 * @property {number} share how many of a hundred cases it gets
 * @property {boolean} text whether its files are text
 * @property {() => Uint8Array[] | Promise<Uint8Array[]>} seeds good files
 * @property {(bytes: Buffer) => unknown} read
 */

const bytesOf = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const repository = (path) => readFileSync(new URL(`../../${path}`, import.meta.url));
const text = (bytes) => new TextDecoder().decode(bytes);

const rows = Array.from({ length: 200 }, (_, i) => i);
const table = buildParquet([
  { name: 'drive_id', type: 'string', values: rows.map((i) => `drive-${i % 7}`) },
  { name: 't0_us', type: 'int64', values: Float64Array.from(rows, (i) => i * 100_000) },
  { name: 'x', type: 'float64', values: Float64Array.from(rows) },
]);
const part = encodePredictionPart([okRow('w1', 2), failedRow('w2'), okRow('w3', 2)], METADATA);

function npy(descr, shape, data) {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  return Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
    length,
    Buffer.from(header),
    data,
  ]);
}

async function readZip(bytes) {
  const store = new MemoryObjectStore();
  store.objects.set('chunk.zip', bytes);
  const directory = await openZipDirectory(store, 'chunk.zip');
  for (const member of [...(directory?.members.values() ?? [])].slice(0, 20)) {
    await Promise.all([
      refusedOr(readZipMember(store, directory, member)),
      refusedOr(locateStoredMember(store, directory, member)),
    ]);
  }
}

/** A member that is refused does not end the look at the others. */
async function refusedOr(work) {
  try {
    await work;
  } catch (thrown) {
    if (!(thrown instanceof DrivesweepError) || thrown.code === 'INTERNAL') throw thrown;
  }
}

function video(args) {
  const folder = mkdtempSync(join(tmpdir(), 'drivesweep-fuzz-'));
  const file = join(folder, 'v.mp4');
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=96x64:rate=25:duration=0.6'];
  const made = spawnSync('ffmpeg', [
    '-v',
    'error',
    ...source,
    '-pix_fmt',
    'yuv420p',
    ...args,
    file,
  ]);
  if (made.status !== 0) throw new Error(`ffmpeg: ${made.stderr}`);
  const bytes = readFileSync(file);
  rmSync(folder, { recursive: true });
  return bytes;
}

async function readVideo(bytes) {
  const store = new MemoryObjectStore();
  store.objects.set('v.mp4', bytes);
  const scratchDir = mkdtempSync(join(tmpdir(), 'drivesweep-fuzz-'));
  const limits = { maxPixels: 1 << 20, maxFrames: 1000, stallMs: 3000 };
  const decoder = createFrameDecoder({ store, scratchDir, limits });
  const media = { kind: 'mp4', key: 'v.mp4', offset: 0, bytes: bytes.length };
  const camera = {
    name: 'front',
    timestampsUs: Float64Array.from({ length: 15 }, (_, i) => i * 40_000),
    media,
  };
  const format = { height: 32, width: 48, colour: 'rgb', resize: 'area' };
  try {
    for await (const frame of decoder.decode(
      { camera, frameIndices: [0, 5, 14], format },
      AbortSignal.timeout(20_000),
    )) {
      if (frame.pixels.length !== 3 * 32 * 48) throw new Error('a frame of another size');
    }
  } finally {
    await decoder.close();
    rmSync(scratchDir, { recursive: true, force: true });
  }
}

/** Checks a document against each schema that a file of the store may have to follow. */
function readDocument(bytes) {
  let value;
  try {
    value = JSON.parse(text(bytes));
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return;
    throw thrown;
  }
  for (const schema of DOCUMENTS) schema.safeParse(value);
}

/** It throws what JSON and the schema throw, and its callers say of what. */
function readPlanChunk(bytes) {
  try {
    decodePlanChunk(bytes);
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError) && thrown.name !== 'ZodError') throw thrown;
  }
}

const DOCUMENTS = [
  sweepFileSchema,
  sweepSpecSchema,
  planIndexSchema,
  manifestSchema,
  commitSchema,
  scorecardSchema,
  comparisonDocumentSchema,
];

const GLANCE = JSON.parse(text(repository('policies/glance/policy.json')));

async function readBundle(bytes) {
  const store = new MemoryObjectStore();
  for (const { path } of GLANCE.files)
    store.objects.set(path, repository(`policies/glance/${path}`));
  store.objects.set('policy.json', bytes);
  await openBundle(store);
}

/** A field of protobuf with a length below 128. */
const field = (number, ...parts) => {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.from([number * 8 + 2, body.length]), body]);
};
const entry = (key, value) => field(13, field(1, key), field(2, value));
/** A graph with one tensor, of which the data lies in another file. */
const GRAPH = field(
  7,
  field(
    5,
    field(8, 'w'),
    entry('location', 'weights.bin'),
    entry('offset', '16'),
    entry('length', '8'),
  ),
);

function readGraph(bytes) {
  const folder = mkdtempSync(join(tmpdir(), 'drivesweep-fuzz-'));
  try {
    const file = join(folder, 'graph.onnx');
    writeFileSync(file, bytes);
    readExternalData(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const SWEEP = `name: night
policy: kinematic:constant-velocity
dataset:
  layout: comma2k19
  uri: s3://fleet/comma
drives: { split: [train, val], limit: 10 }
windows:
  every_s: 0.5
samples: 6
seed: 7
error_budget: { fraction: 0.01 }
accept_licences: [Apache-2.0]
`;

/** @type {Record<string, Reader>} */
export const READERS = {
  zip: {
    share: 20,
    text: false,
    seeds: () => {
      const members = [
        { name: 'a/egomotion.parquet', content: table, deflate: true },
        { name: 'a/video.mp4', content: Buffer.alloc(3000, 7) },
        { name: 'b/x.npy', content: Buffer.from('hello'), localExtraBytes: 12 },
      ];
      return [buildZip(members), buildZip(members, { zip64: true, comment: 'PK\x05\x06' })];
    },
    read: readZip,
  },
  npy: {
    share: 12,
    text: false,
    seeds: () => [
      npy('<f8', [5, 3], Buffer.alloc(120, 1)),
      npy('|u1', [40], Buffer.alloc(40, 9)),
      npy('>i8', [2, 2], Buffer.alloc(32)),
    ],
    read: (bytes) => parseNpy(bytes, 'x.npy'),
  },
  'parquet of a drive': {
    share: 14,
    text: false,
    seeds: () => [table, part],
    read: (bytes) => readParquetTable(bytes, { what: 'x.parquet', code: 'DRIVE_UNREADABLE' }),
  },
  'parquet list': {
    share: 8,
    text: false,
    seeds: () => [table],
    read: (bytes) => readTable(bytes, ['drive_id', 't0_us']),
  },
  'parquet predictions': {
    share: 8,
    text: false,
    seeds: () => [part],
    read: (bytes) => {
      const foreign = readForeignPredictions(bytes);
      for (let row = 0; row < Math.min(foreign.rows, 10); row++) foreign.row(row);
      decodePredictionPart(bytes);
    },
  },
  'window list': {
    share: 6,
    text: true,
    seeds: () => [
      bytesOf('drive_id,t0_us\n"a ""b""",100\nc,200\n'),
      bytesOf([{ drive_id: 'a', t0_us: 5 }]),
    ],
    read: (bytes) => {
      for (const name of ['x.csv', 'x.json', 'x.parquet']) {
        try {
          parseWindowList(name, bytes);
        } catch (thrown) {
          if (!(thrown instanceof DrivesweepError) || thrown.code !== 'LIST_INVALID') throw thrown;
        }
      }
    },
  },
  'documents of a sweep': {
    share: 10,
    text: true,
    seeds: () => [
      bytesOf(buildSpec()),
      bytesOf(buildScorecard()),
      bytesOf({ ...JSON.parse(JSON.stringify(buildSpec())), windows: { every_s: 1 } }),
    ],
    read: readDocument,
  },
  'plan chunk': {
    share: 5,
    text: true,
    seeds: () => [
      encodePlanChunk(shardsOfDrive({ driveId: 'd', t0Us: [null, 1, 2, 3], verdict: null }, 0, 2)),
    ],
    read: readPlanChunk,
  },
  'policy.json': {
    share: 6,
    text: true,
    seeds: () => [repository('policies/glance/policy.json')],
    read: readBundle,
  },
  'golden case': {
    share: 2,
    text: true,
    seeds: () => [repository('policies/glance/golden/case0.json')],
    read: (bytes) => decodeGoldenCase(bytes, 'case0.json'),
  },
  'prediction line': {
    share: 3,
    text: true,
    seeds: () => [
      bytesOf({
        window_id: 'a:1',
        step_s: 0.1,
        history: { x: [0], y: [0], yaw: [0] },
        future: { x: [1], y: [0], yaw: [0] },
        samples: [{ x: [1], y: [0], yaw: [0], trace: 'goes on' }],
      }),
    ],
    read: (bytes) => readPredictionLine(text(bytes), 1),
  },
  'sweep file': {
    share: 4,
    text: true,
    seeds: () => [bytesOf(SWEEP)],
    read: (bytes) => parseSweepFile('/x/sweep.yaml', text(bytes)),
  },
  'external data of a graph': {
    share: 6,
    text: false,
    seeds: () => [repository('policies/glance/policy.onnx'), GRAPH, GRAPH],
    read: readGraph,
  },
  mp4: {
    share: 2,
    text: false,
    seeds: () => [
      video(['-c:v', 'libx264', '-g', '5']),
      video(['-c:v', 'libx264', '-g', '15', '-movflags', 'faststart']),
      video(['-c:v', 'libx265', '-x265-params', 'log-level=none']),
    ],
    read: readVideo,
  },
};
