import { tableFromIPC } from 'apache-arrow';
import { Table as WasmTable } from 'parquet-wasm';
import { describe, expect, it } from 'vitest';
import {
  binaryColumn,
  booleanColumn,
  float32ListColumn,
  float64Column,
  int32Column,
  int64Column,
  stringColumn,
  structListColumn,
} from './arrow-data.ts';
import type { ArrowColumn } from './arrow-data.ts';
import { createIpcStreams } from './arrow-ipc.ts';
import { arrowTable } from './parquet-file.ts';

/** Every kind of column that is written, with nulls where there may be some. */
function columns(rows: number): ArrowColumn[] {
  const each = <T>(of: (row: number) => T) => Array.from({ length: rows }, (_, row) => of(row));
  const lists = each((row) => each(() => row).slice(0, row % 3));
  const members = lists.flat();
  return [
    stringColumn(
      'text',
      each((row) => (row % 2 === 0 ? `zwölf ${row}` : null)),
      true,
    ),
    int32Column(
      'int32',
      each((row) => row),
      false,
    ),
    int64Column(
      'int64',
      each((row) => (row === 1 ? null : row * 2 ** 40)),
      true,
    ),
    float64Column(
      'float64',
      each((row) => row / 3),
      false,
    ),
    booleanColumn(
      'boolean',
      each((row) => row % 3 === 0),
      false,
    ),
    binaryColumn(
      'binary',
      each((row) => new Uint8Array(row)),
      false,
    ),
    float32ListColumn(
      'floats',
      each((row) => (row === 0 ? null : [row, row + 1])),
      true,
    ),
    structListColumn(
      'structs',
      lists,
      [
        int32Column('member', members, false),
        float32ListColumn(
          'list',
          members.map((value) => [value]),
          false,
        ),
      ],
      false,
    ),
  ];
}

const valuesOf = (stream: Uint8Array) => JSON.stringify(tableFromIPC(stream).toArray(), plain);
const plain = (_: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);

describe('streams of columns', () => {
  it.each([0, 1, 2, 9])('hold the values of %d rows, as Arrow reads them', (rows) => {
    const expected = JSON.stringify(arrowTable(columns(rows), rows).toArray(), plain);
    expect(valuesOf(createIpcStreams()(columns(rows), rows))).toBe(expected);
  });

  it('hold them as parquet-wasm reads them', () => {
    const stream = createIpcStreams()(columns(9), 9);
    const again = WasmTable.fromIPCStream(stream).intoIPCStream();
    expect(valuesOf(again)).toBe(valuesOf(stream));
  });

  it('of one maker lie in the same memory, whatever lay there before', () => {
    const make = createIpcStreams();
    const many = make(columns(9), 9);
    const few = make(columns(3), 3);
    expect(few.buffer).toBe(many.buffer);
    expect(valuesOf(few)).toBe(valuesOf(createIpcStreams()(columns(3), 3)));
  });
});
