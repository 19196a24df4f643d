import { tableToIPC } from 'apache-arrow';
import {
  Compression,
  Table as WasmTable,
  WriterPropertiesBuilder,
  writeParquet,
} from 'parquet-wasm';
import { describe, expect, it } from 'vitest';
import type { PredictionRow } from '@drivesweep/contracts';
import { arrowTable, writeFile } from './parquet-file.ts';
import { metadataToWrite } from './part-metadata.ts';
import { readPlainFile } from './plain/plain-file.ts';
import { decodePredictionPart, encodePredictionPart } from './prediction-part.ts';
import { predictionColumns } from './prediction-rows.ts';
import { decodeScoredPredictions } from './scored-predictions.ts';
import type { ScoredPredictions } from './scored-predictions.ts';
import { EGO_BOX, failedRow, METADATA, OBSTACLE, okRow } from './test-rows.ts';

/** The same part in other bytes. */
function writtenAnew(rows: readonly PredictionRow[]): Uint8Array {
  const properties = new WriterPropertiesBuilder()
    .setCompression(Compression.ZSTD)
    .setDictionaryEnabled(true)
    .setKeyValueMetadata(metadataToWrite(METADATA, METADATA.schemaVersion))
    .build();
  const table = arrowTable(predictionColumns(rows), rows.length);
  return writeParquet(WasmTable.fromIPCStream(tableToIPC(table, 'stream')), properties);
}

/** Copies: the paths of a row are those of the row before, filled anew. */
function copied(part: ScoredPredictions): PredictionRow[] {
  const rows: PredictionRow[] = [];
  for (const row of part) rows.push(structuredClone(row));
  return rows;
}

/** What is left of a row when it is read for its scores. */
function scored(row: PredictionRow): PredictionRow {
  if (row.status !== 'ok') return row;
  const unread = {
    accel: null,
    curvature: null,
    tokenIds: null,
    logprobs: null,
    topTokens: null,
    finishReason: null,
  };
  return { ...row, samples: row.samples.map((sample) => ({ ...sample, ...unread })) };
}

/** With another name of a column in the schema, the first place that has it. */
function renamed(bytes: Uint8Array, name: string, other: string): Uint8Array {
  const damaged = Buffer.from(bytes);
  damaged.write(other, damaged.indexOf(name));
  return damaged;
}

describe('a part that is read for its scores', () => {
  it('gives all that scores look at, and nothing of actions and tokens', async () => {
    const seen = { obstacles: [OBSTACLE], egoBox: EGO_BOX };
    const rows = [okRow('w0', 6), failedRow('w1'), { ...okRow('w2', 6), ...seen }];
    const read = await decodeScoredPredictions(encodePredictionPart(rows, METADATA));
    expect(read.metadata).toEqual(METADATA);
    expect(read.rows).toBe(rows.length);
    expect(copied(read)).toEqual(rows.map(scored));
  });

  it('gives only the axes that were asked for', async () => {
    const row = okRow('w0', 2);
    const part = encodePredictionPart([row], METADATA);
    const [read] = copied(await decodeScoredPredictions(part, { axes: ['x', 'y'] }));
    const flat = <P extends typeof row.future>(path: P): P => ({
      ...path,
      z: new Float64Array(),
      yaw: new Float64Array(),
    });
    const expected = scored(row);
    if (expected.status !== 'ok') throw new Error('a row that is ok stays ok');
    expect(read).toEqual({
      ...expected,
      history: flat(row.history),
      future: flat(row.future),
      samples: expected.samples.map(flat),
    });
  });

  it.each([
    ['without rows', []],
    ['without an answer', [failedRow('w0')]],
  ])('may be %s', async (_, rows) => {
    const read = await decodeScoredPredictions(encodePredictionPart(rows, METADATA));
    expect(copied(read)).toEqual(rows);
  });

  it('reads parts of before there were obstacles', async () => {
    const rows = [okRow('w0', 1)];
    const columns = predictionColumns(rows).filter(
      ({ field: { name } }) => !/^obst|^ego_/.test(name),
    );
    const old = writeFile(columns, 1, metadataToWrite(METADATA, METADATA.schemaVersion));
    expect(copied(await decodeScoredPredictions(old))).toEqual(
      rows.map((row) => scored({ ...row, obstacles: null, egoBox: null })),
    );
  });

  it('reads parts that another program wrote anew, with dictionaries and another codec', async () => {
    const rows = [okRow('w0', 2), failedRow('w1'), okRow('w2', 6)];
    const bytes = writtenAnew(rows);
    expect(readPlainFile(bytes)).toBeUndefined();
    expect(copied(await decodeScoredPredictions(bytes))).toEqual(rows.map(scored));
    expect(decodePredictionPart(bytes)).toEqual({ metadata: METADATA, rows });
  });

  it('refuses damaged bytes and other versions as every reader of parts', async () => {
    const bytes = encodePredictionPart([okRow('w0', 1)], METADATA);
    const cut = decodeScoredPredictions(bytes.subarray(0, bytes.length - 100));
    await expect(cut).rejects.toMatchObject({ code: 'PART_CORRUPT' });
    const misnamed = decodeScoredPredictions(renamed(bytes, 'ego_width_m', 'ego_width_n'));
    await expect(misnamed).rejects.toMatchObject({ code: 'PART_CORRUPT' });
    const other = JSON.stringify({ ...METADATA, schemaVersion: 'predictions/9' });
    const columns = predictionColumns([okRow('w0', 1)]);
    const part = writeFile(columns, 1, new Map([['drivesweep', other]]));
    await expect(decodeScoredPredictions(part)).rejects.toMatchObject({
      code: 'SCHEMA_UNSUPPORTED',
    });
  });
});
