import { RecordBatch, Schema, Table } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PredictionRow } from '@drivesweep/contracts';
import { buildParquet } from '@drivesweep/testkit';
import {
  float32ListColumn,
  float64Column,
  int32Column,
  int64Column,
  stringColumn,
  structListColumn,
} from '../arrow-data.ts';
import { encodeTable } from '../encode-table.ts';
import { readFile, writeFile } from '../parquet-file.ts';
import { readPlainFile } from './plain-file.ts';
import { encodePredictionPart } from '../prediction-part.ts';
import { failedRow, METADATA, okRow, SAMPLE } from '../test-rows.ts';

/** The file as a table of Arrow; undefined when it is not plain. */
function plainTable(bytes: Uint8Array, columns?: readonly string[]): Table | undefined {
  const file = readPlainFile(bytes, columns);
  const [first] = file?.groups ?? [];
  if (file === undefined || first === undefined) return undefined;
  const schema = new Schema(first.type.children);
  return new Table(
    schema,
    file.groups.map((group) => new RecordBatch(schema, group)),
  );
}

/** All values of a table, by rows. */
function valuesOf(table: Table | undefined): string[] | undefined {
  return table
    ?.toArray()
    .map((row) =>
      JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)),
    );
}

const anyRow = fc.oneof(
  fc.nat(9).map((i) => failedRow(`w${i}`)),
  fc.nat(3).map((samples) => okRow('w', samples)),
  fc
    .array(fc.option(fc.string({ unit: 'grapheme' })), { maxLength: 4 })
    .map((traces): PredictionRow => {
      return { ...okRow('w', 0), samples: traces.map((trace) => ({ ...SAMPLE, trace })) };
    }),
  fc.array(fc.double({ noNaN: true }), { maxLength: 40 }).map((x): PredictionRow => {
    const axis = Float64Array.from(x, Math.fround);
    return { ...okRow('w', 1), future: { x: axis, y: axis, z: axis, yaw: axis } };
  }),
);

describe('the reader of plain files', () => {
  it('reads of every part what parquet-wasm reads', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { minLength: 1, maxLength: 12 }), (rows) => {
        const bytes = encodePredictionPart(rows, METADATA);
        expect(valuesOf(plainTable(bytes))).toEqual(valuesOf(readFile(bytes)));
      }),
      { numRuns: 25 },
    );
  });

  it('reads columns of several pages and row groups', () => {
    // A page ends at 20,000 rows or a megabyte, a row group at 32,768 rows.
    const rows = Array.from({ length: 70_000 }, (_, i) => i);
    const columns = [
      int64Column(
        'n',
        rows.map((i) => (i % 7 === 0 ? null : i)),
        true,
      ),
      float64Column(
        'x',
        rows.map((i) => (i % 9 === 0 ? null : i / 8)),
        true,
      ),
      int32Column('i', rows, false),
      stringColumn(
        's',
        rows.map((i) => (i % 5 === 0 ? null : `Straße ${i}`)),
        true,
      ),
    ];
    const bytes = writeFile(columns, rows.length, new Map());
    const table = plainTable(bytes);
    expect(table?.batches.map(({ numRows }) => numRows)).toEqual([32_768, 32_768, 4464]);
    expect(valuesOf(table)).toEqual(valuesOf(readFile(bytes)));
  });

  it('reads lists, and lists in lists, of several pages', () => {
    // A page ends with the row that makes it a megabyte: of 100,000 numbers, three rows.
    const long = Float32Array.from({ length: 100_000 }, (_, i) => i);
    const lists = [long, null, long, [], long, long, [1, 2], long];
    const samples = [[long, [5]], null, [], [long, long], [long]];
    const paths = float32ListColumn(
      'x',
      samples.flatMap((list) => list ?? []),
      false,
    );
    const columns = [
      float32ListColumn('x', lists, true),
      structListColumn('samples', [...samples, [], [], []], [paths], true),
    ];
    const bytes = writeFile(columns, lists.length, new Map());
    expect(valuesOf(plainTable(bytes))).toEqual(valuesOf(readFile(bytes)));
  });

  it('reads only the columns that are wanted', () => {
    const bytes = encodePredictionPart([okRow('w', 2)], METADATA);
    const table = plainTable(bytes, ['history_x', 'samples.list.element.x', 'obstacles', 'speed']);
    expect(table?.schema.names).toEqual(['history_x', 'samples', 'obstacles']);
    expect(table?.schema.fields.map(({ type }) => String(type))).toEqual([
      'List<Float32>',
      'List<Struct<{x:List<Float32>}>>',
      'List<Struct<{track_id:Utf8, class_name:Utf8, length_m:Float64, width_m:Float64, t_us:List<Int32>, x:List<Float32>, y:List<Float32>, yaw:List<Float32>}>>',
    ]);
  });

  it('reads bytes that lie in the middle of a buffer', () => {
    const bytes = encodePredictionPart([okRow('w', 2)], METADATA);
    const buffer = Buffer.concat([Buffer.alloc(3), bytes, Buffer.alloc(5)]);
    const table = plainTable(buffer.subarray(3, 3 + bytes.length));
    expect(valuesOf(table)).toEqual(valuesOf(readFile(bytes)));
  });

  it('leaves to parquet-wasm what is not plain: truth values, dictionaries, what is no Parquet', () => {
    const truth = encodeTable([{ name: 'b', type: 'boolean', values: [true] }]);
    const repeated = Array.from({ length: 500 }, () => 'the same');
    const dictionary = buildParquet([{ name: 's', type: 'string', values: repeated }]);
    for (const bytes of [truth, dictionary, new Uint8Array(), Buffer.from('PAR1 no, PAR1')]) {
      expect(readPlainFile(bytes)).toBeUndefined();
    }
  });

  it('reads the right values of damaged bytes, or leaves them to parquet-wasm', () => {
    const whole = encodePredictionPart([okRow('w0', 2), failedRow('w1'), okRow('w2', 1)], METADATA);
    let read = 0;
    for (let at = 0; at < whole.length; at += 23) {
      const bytes = Uint8Array.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      const own = plainTable(bytes);
      if (own === undefined) continue;
      read += 1;
      const theirs = attempt(() => valuesOf(readFile(bytes)));
      if (theirs !== undefined) expect(valuesOf(own)).toEqual(theirs);
    }
    expect(read).toBeGreaterThan(50);
  });
});

function attempt<T>(effect: () => T): T | undefined {
  try {
    return effect();
  } catch {
    return undefined;
  }
}
