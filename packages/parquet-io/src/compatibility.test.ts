import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import parquetjs from 'parquetjs-lite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCORE_SCHEMA_VERSION } from '@drivesweep/contracts';
import type {
  DriveFacts,
  PolicySample,
  PredictionRow,
  ScoreRow,
  WindowObstacle,
} from '@drivesweep/contracts';
import { encodeTable } from './encode-table.ts';
import { encodePredictionPart } from './prediction-part.ts';
import { readTable } from './read-table.ts';
import { encodeScorePart } from './score-part.ts';
import { failedRow, METADATA, okRow, SAMPLE, SILENT, WITHOUT_TOKENS } from './test-rows.ts';

/* Our files, read by programs of others, have the values that were written; and theirs can be read by us. */

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drivesweep-parquet-'));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
function newPath(): string {
  files += 1;
  return join(folder, `${files}.parquet`);
}

async function queried(sql: string): Promise<unknown[]> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function byDuckDb(bytes: Uint8Array): Promise<unknown[]> {
  const path = newPath();
  await writeFile(path, bytes);
  return (await queried(`SELECT * REPLACE (t0_us::DOUBLE AS t0_us) FROM '${path}'`)).map(plain);
}

async function byHyparquet(bytes: Uint8Array): Promise<unknown[]> {
  const file = bytes.slice().buffer;
  return (await parquetReadObjects({ file, compressors })).map(plain);
}

async function byParquetjsLite(bytes: Uint8Array): Promise<unknown[]> {
  const reader = await parquetjs.ParquetReader.openBuffer(Buffer.from(bytes));
  const cursor = reader.getCursor();
  const rows: unknown[] = [];
  for (let row = await cursor.next(); row; row = await cursor.next()) rows.push(plain(row));
  return rows;
}

/**
 * The same value in one form: bigint as number, typed arrays as arrays, members that are null left out, and the
 * wrapping of lists that parquetjs-lite shows removed (`{}` is its empty list).
 */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  if (ArrayBuffer.isView(value)) return Array.from(value as Float32Array);
  if ('list' in value && Array.isArray(value.list)) {
    return value.list.map((item: { element: unknown }) => plain(item.element));
  }
  const members = Object.entries(value).filter(([, member]) => member != null);
  if (members.length === 0) return [];
  return Object.fromEntries(members.map(([name, member]) => [name, plain(member)]));
}

const facts = (of: DriveFacts) => Object.entries(of).map(([name, value]) => ({ name, value }));

const storedSample = (sample: PolicySample, k: number) => ({
  sample_index: k,
  x: sample.x,
  y: sample.y,
  z: sample.z,
  yaw: sample.yaw,
  accel: sample.accel,
  curvature: sample.curvature,
  trace: sample.trace,
  token_ids: sample.tokenIds,
  logprobs: sample.logprobs,
  finish_reason: sample.finishReason,
  probability: sample.probability,
  top_k: sample.topTokens?.k,
  top_token_ids: sample.topTokens?.ids,
  top_logprobs: sample.topTokens?.logprobs,
});

const storedObstacle = (obstacle: WindowObstacle) => ({
  track_id: obstacle.trackId,
  class_name: obstacle.className,
  length_m: obstacle.lengthM,
  width_m: obstacle.widthM,
  t_us: obstacle.tS.map((tS) => Math.round(tS * 1e6)),
  x: obstacle.x,
  y: obstacle.y,
  yaw: obstacle.yaw,
});

const storedIdentity = (row: PredictionRow | ScoreRow) => ({
  window_id: row.windowId,
  drive_id: row.driveId,
  t0_us: row.t0Us,
  status: row.status,
  facts: facts(row.facts),
});

/** A row as the data contract says that it is stored. */
function storedPrediction(row: PredictionRow): unknown {
  if (row.status !== 'ok') {
    return plain({ ...storedIdentity(row), error_code: row.code, error_message: row.message });
  }
  return plain({
    ...storedIdentity(row),
    v0_mps: row.v0Mps,
    history_x: row.history.x,
    history_y: row.history.y,
    history_z: row.history.z,
    history_yaw: row.history.yaw,
    future_x: row.future.x,
    future_y: row.future.y,
    future_z: row.future.z,
    future_yaw: row.future.yaw,
    samples: row.samples.map(storedSample),
    obstacles: row.obstacles?.map(storedObstacle),
    ego_length_m: row.egoBox?.lengthM,
    ego_width_m: row.egoBox?.widthM,
    ego_rear_axle_to_centre_m: row.egoBox?.rearAxleToCentreM,
  });
}

const traced = (...traces: (string | null)[]): PredictionRow => ({
  ...okRow('traced', 0),
  samples: traces.map((trace) => ({ ...SAMPLE, trace })),
});
const empty = new Float64Array();
const cases: [string, PredictionRow[]][] = [
  ['K = 1', [okRow('w0', 1), okRow('w1', 1)]],
  ['K = 6', [okRow('w0', 6), failedRow('w1'), okRow('w2', 6)]],
  ['no window answered', [failedRow('w0'), failedRow('w1')]],
  ['traces in any script', [traced('bremst für 🚸, 因为前车减速', '', null, 'stop\n"red"')]],
  [
    'and without obstacles, and without the size of the vehicle',
    [
      okRow('somebody', 1),
      { ...okRow('nobody', 1), obstacles: [] },
      { ...okRow('unlabelled', 1), obstacles: null, egoBox: null },
      failedRow('failed'),
    ],
  ],
  [
    'lists that are empty and lists that are null',
    [
      { ...okRow('w0', 0), samples: [{ ...SAMPLE, accel: empty, ...WITHOUT_TOKENS }] },
      { ...okRow('w1', 0), samples: [{ ...SAMPLE, accel: null, logprobs: null, ...SILENT }] },
    ],
  ],
];
const readers = [
  ['DuckDB', byDuckDb],
  ['hyparquet', byHyparquet],
  ['parquetjs-lite', byParquetjsLite],
] as const;

describe.each(readers)('%s reads', (_, read) => {
  it.each(cases)('prediction parts with %s', async (__, rows) => {
    expect(await read(encodePredictionPart(rows, METADATA))).toEqual(rows.map(storedPrediction));
  });

  it('score parts', async () => {
    const identity = { windowId: 'w', driveId: 'd', t0Us: 2 ** 52 + 1, facts: { split: 'val' } };
    const rows: ScoreRow[] = [
      { ...identity, status: 'ok', code: null, values: [0.1, null] },
      { ...identity, status: 'error', code: 'FRAME_MISSING', values: [] },
      { ...identity, t0Us: null, status: 'ok', code: null, values: [0, 1e-300] },
    ];
    const metadata = { ...METADATA, schemaVersion: SCORE_SCHEMA_VERSION };
    const ids = ['ade_first@6.4s', 'min_ade_6@3.0s[full]'];
    const expected = rows.map((row) =>
      plain({
        ...storedIdentity(row),
        error_code: row.code,
        ...Object.fromEntries(ids.map((id, m) => [id, row.values[m]])),
      }),
    );
    expect(await read(encodeScorePart(rows, ids, metadata))).toEqual(expected);
  });

  it('flat tables', async () => {
    const table = encodeTable([
      { name: 't0_us', type: 'int64', values: [1, -2] },
      { name: 'drive_id', type: 'string', values: ['ä', null] },
      { name: 'valid', type: 'boolean', values: [true, false] },
      { name: 'speed_mps', type: 'float64', values: [0.1, 0.2] },
    ]);
    expect(await read(table)).toEqual([
      { t0_us: 1, drive_id: 'ä', valid: true, speed_mps: 0.1 },
      { t0_us: -2, valid: false, speed_mps: 0.2 },
    ]);
  });
});

describe('DuckDB sees', () => {
  it('the metadata of a part', async () => {
    const path = newPath();
    await writeFile(path, encodePredictionPart([okRow('w0', 1)], METADATA));
    const [row] = await queried(
      `SELECT decode(value) AS text FROM parquet_kv_metadata('${path}') WHERE decode(key) = 'drivesweep'`,
    );
    expect(JSON.parse((row as { text: string }).text)).toEqual(METADATA);
  });
});

describe('readTable reads', () => {
  it.each(['snappy', 'zstd', 'gzip', 'uncompressed'])(
    'what DuckDB writes with %s and dictionaries',
    async (codec) => {
      const path = newPath();
      await queried(
        `COPY (SELECT 'drive-' || (i % 3) AS drive_id, (i * 100000)::BIGINT AS t0_us, i % 2 = 0 AS even
         FROM range(5000) AS r(i)) TO '${path}' (FORMAT parquet, COMPRESSION ${codec})`,
      );
      const { rows, columns } = readTable(await readFile(path), ['drive_id', 't0_us', 'even']);
      expect(rows).toBe(5000);
      expect(columns.get('drive_id')?.slice(0, 4)).toEqual([
        'drive-0',
        'drive-1',
        'drive-2',
        'drive-0',
      ]);
      expect(columns.get('t0_us')?.[4999]).toBe(499_900_000);
      expect(columns.get('even')?.slice(0, 2)).toEqual([true, false]);
    },
  );

  const pyarrow = new URL('../fixtures/pyarrow-window-list.parquet', import.meta.url);

  it('what pandas and pyarrow write: categories, zstd, nulls', async () => {
    const { columns } = readTable(await readFile(pyarrow), ['drive_id', 't0_us', 'note', 'weight']);
    expect(columns.get('drive_id')).toEqual(['drive-a', 'drive-a', 'drive-b']);
    expect(columns.get('t0_us')).toEqual([1_600_000, 1_700_000, 9_007_199_254_740_993n]);
    expect(columns.get('note')).toEqual(['größer', null, '']);
    expect(columns.get('weight')).toEqual([0.5, null, 2]);
  });

  it('no column of times, and says so', async () => {
    const bytes = await readFile(pyarrow);
    expect(() => readTable(bytes, ['asked_at'])).toThrow(/column asked_at has type Timestamp/);
  });
});
