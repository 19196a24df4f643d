import { describe, expect, it } from 'vitest';
import { encodeTable } from './encode-table.ts';
import { readTable } from './read-table.ts';

const MICROSECONDS = 1_700_000_000_123_456;

const flat = encodeTable([
  { name: 'drive_id', type: 'string', values: ['a', null, 'Zürich 東京 🚗'] },
  { name: 't0_us', type: 'int64', values: Float64Array.of(0, -5, MICROSECONDS) },
  { name: 'chunk', type: 'int32', values: [1, 2, -(2 ** 31)] },
  { name: 'speed_mps', type: 'float64', values: [0.1, NaN, -0] },
  { name: 'valid', type: 'boolean', values: [true, false, true] },
  {
    name: 'blob',
    type: 'binary',
    values: [Uint8Array.of(), Uint8Array.of(0, 255), Uint8Array.of(7)],
  },
]);

describe('encodeTable and readTable', () => {
  it('give back every value of a flat table', () => {
    const { rows, columns } = readTable(flat);
    expect(rows).toBe(3);
    expect([...columns.keys()]).toEqual([
      'drive_id',
      't0_us',
      'chunk',
      'speed_mps',
      'valid',
      'blob',
    ]);
    expect(columns.get('drive_id')).toEqual(['a', null, 'Zürich 東京 🚗']);
    expect(columns.get('t0_us')).toEqual([0, -5, MICROSECONDS]);
    expect(columns.get('chunk')).toEqual([1, 2, -(2 ** 31)]);
    expect(columns.get('speed_mps')).toEqual([0.1, NaN, -0]);
    expect(columns.get('valid')).toEqual([true, false, true]);
    expect(columns.get('blob')).toEqual([Uint8Array.of(), Uint8Array.of(0, 255), Uint8Array.of(7)]);
  });

  it('reads only the columns that are asked for', () => {
    expect([...readTable(flat, ['t0_us', 'drive_id']).columns.keys()]).toEqual([
      't0_us',
      'drive_id',
    ]);
  });

  it('names a column that is not there, and those that are', () => {
    expect(() => readTable(flat, ['t0'])).toThrow(
      expect.objectContaining({
        code: 'PARQUET_UNREADABLE',
        message: expect.stringMatching(/no column t0; .*drive_id, t0_us/) as string,
      }),
    );
  });

  it('writes and reads a table without rows', () => {
    const empty = readTable(encodeTable([{ name: 'drive_id', type: 'string', values: [] }]));
    expect(empty.rows).toBe(0);
    expect(empty.columns.get('drive_id')).toEqual([]);
  });

  it('writes the same bytes for the same values', () => {
    const once = () => encodeTable([{ name: 'n', type: 'int32', values: [1, 2, 3] }]);
    expect(once()).toEqual(once());
  });

  it('refuses columns of different lengths', () => {
    expect(() =>
      encodeTable([
        { name: 'a', type: 'int32', values: [1] },
        { name: 'b', type: 'int32', values: [1, 2] },
      ]),
    ).toThrow(/column b: 2 values, expected 1/);
  });

  it.each([0.5, NaN, 2 ** 53])('refuses %d as int64 instead of rounding it', (value) => {
    expect(() => encodeTable([{ name: 't', type: 'int64', values: [value] }])).toThrow(
      /column t: row 0/,
    );
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['text', new TextEncoder().encode('drive_id,t0_us\na,1\n')],
    ['the magic bytes around rubbish', new TextEncoder().encode('PAR1 no parquet here PAR1')],
    ['a file cut in half', flat.subarray(0, flat.length >> 1)],
    ['a file whose start is gone', flat.subarray(200)],
  ])('says that %s is not Parquet', (_, bytes) => {
    expect(() => readTable(bytes)).toThrow(expect.objectContaining({ code: 'PARQUET_UNREADABLE' }));
  });
});
