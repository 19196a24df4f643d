import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DrivesweepError } from '@drivesweep/contracts';
import { buildParquet } from '@drivesweep/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readParquetTable } from './parquet-table.ts';

const source = { what: 'a.parquet', code: 'DRIVE_UNREADABLE' } as const;

const bytes = buildParquet([
  { name: 'timestamp', type: 'int64', values: [-5, 0, 2 ** 50] },
  { name: 'x', type: 'float64', values: [1.5, NaN, 3] },
  { name: 'name', type: 'string', values: ['a', null, 'c'] },
  { name: 'good', type: 'boolean', values: [true, false, true] },
]);

describe('a Parquet table', () => {
  it('gives its columns as numbers, text and truth', async () => {
    const table = await readParquetTable(bytes, source);
    expect(table.rows).toBe(3);
    expect([...table.numbers('timestamp')]).toEqual([-5, 0, 2 ** 50]);
    expect([...table.numbers('x')]).toEqual([1.5, NaN, 3]);
    expect(table.strings('name')).toEqual(['a', null, 'c']);
    expect(table.booleans('good')).toEqual([true, false, true]);
  });

  it('holds only the columns that were wanted', async () => {
    const table = await readParquetTable(bytes, source, ['x', 'nothing']);
    expect(table.columns).toEqual(['x']);
  });

  it('may be empty', async () => {
    const empty = buildParquet([{ name: 'x', type: 'float64', values: [] }]);
    expect((await readParquetTable(empty, source)).numbers('x')).toHaveLength(0);
  });

  it('names the file and the column that is not as wanted', async () => {
    const table = await readParquetTable(bytes, source);
    expect(() => table.numbers('y')).toThrow(
      'a.parquet: no column y; it has timestamp, x, name, good',
    );
    expect(() => table.numbers('name')).toThrow('a.parquet: name is not a number');
    expect(() => table.strings('x')).toThrow('a.parquet: x is not text at row 0');
    expect(() => table.booleans('x')).toThrow('a.parquet: x is not true or false at row 0');
    const huge = buildParquet([{ name: 't', type: 'int64', values: [2 ** 60] }]);
    const hugeTable = await readParquetTable(huge, source);
    expect(() => hugeTable.numbers('t')).toThrow('not a number that a double can hold at row 0');
  });

  it('is refused as the source says when it is damaged, in whichever byte', async () => {
    await expect(readParquetTable(bytes.subarray(0, -1), source)).rejects.toMatchObject({
      code: 'DRIVE_UNREADABLE',
      message: expect.stringMatching(/^a\.parquet: /) as string,
    });
    const at = fc.nat(bytes.length - 1);
    await fc.assert(
      fc.asyncProperty(at, fc.nat(255), fc.integer({ min: 0, max: 20 }), async (i, byte, cut) => {
        const damaged = bytes.slice(0, bytes.length - cut);
        if (i < damaged.length) damaged[i] = byte;
        try {
          await readParquetTable(damaged, source);
        } catch (error) {
          expect(error).toBeInstanceOf(DrivesweepError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

const lists = fileURLToPath(new URL('../../../../shared/data/alpamayo_lists', import.meta.url));

describe.skipIf(!existsSync(lists))('files of pandas (need ../shared/data/alpamayo_lists)', () => {
  const table = async (path: string) =>
    readParquetTable(await readFile(`${lists}/${path}`), source);

  it('hold the lists that NVIDIA publishes', async () => {
    const official = await table('notebooks/clip_ids.parquet');
    expect(official.strings('clip_id')[774]).toBe('030c760c-ae38-49aa-9ad8-f5650a545d26');
    const folder = 'recipes/alpamayo1_5_quant';
    const gold = await table(`${folder}/1005_7cam_gold_eval_metadb_public.parquet`);
    expect(gold.rows).toBe(644);
    expect(gold.raw('event_t0s')[0]).toEqual([1704407905834328n]);
    const train = await table(`${folder}/0417_5k_train_set_for_calibration_25.10.parquet`);
    expect(new Set(train.numbers('chunk')).size).toBe(1508);
    expect(new Set(train.strings('split'))).toEqual(new Set(['train']));
    expect(train.booleans('clip_is_valid').every((valid) => valid === true)).toBe(true);
  });
});
