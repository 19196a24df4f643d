import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { readForeignPredictions } from './foreign-predictions.ts';
import { encodePredictionPart } from './prediction-part.ts';
import { METADATA, okRow } from './test-rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'foreign-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('predictions that another program wrote', () => {
  it('are read from a part of ours, with its step', () => {
    const row = okRow('drive@1', 2);
    const read = readForeignPredictions(encodePredictionPart([row], METADATA));
    expect([read.rows, read.stepUs]).toEqual([1, 100_000]);
    expect(read.row(0)).toMatchObject({ window_id: row.windowId, status: 'ok', t0_us: row.t0Us });
  });

  it('are read when DuckDB wrote lists of double and no metadata', async () => {
    const file = join(folder, 'duckdb.parquet');
    const duckdb = await (await DuckDBInstance.create()).connect();
    await duckdb.run(`COPY (SELECT 'w' AS window_id, [-1.0, 0.0]::DOUBLE[] AS history_x,
      [0.0, 0.0]::DOUBLE[] AS history_y, [0.0, 0.0]::DOUBLE[] AS history_yaw,
      [1.5]::DOUBLE[] AS future_x, [0.0]::DOUBLE[] AS future_y, [0.0]::DOUBLE[] AS future_yaw,
      [{'x': [1.25]::DOUBLE[], 'y': [0.5]::DOUBLE[], 'yaw': [0.0]::DOUBLE[], 'trace': 'Stop'}]
        AS samples) TO '${file}' (FORMAT parquet)`);
    const read = readForeignPredictions(readFileSync(file));
    expect(read.stepUs).toBeNull();
    expect(read.row(0)).toMatchObject({
      window_id: 'w',
      history_x: [-1, 0],
      samples: [{ x: [1.25], y: [0.5], yaw: [0], trace: 'Stop' }],
    });
  });

  it('need the columns that say where everybody is', () => {
    const bytes = encodePredictionPart([], METADATA);
    expect(readForeignPredictions(bytes).rows).toBe(0);
    expect(() => readForeignPredictions(new Uint8Array(8))).toThrow('Parquet');
  });
});
