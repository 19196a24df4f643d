import { describe, expect, it } from 'vitest';
import { buildParquet } from '@drivesweep/testkit';
import { parseWindowList } from './window-list.ts';

const text = (value: string) => new TextEncoder().encode(value);
const read = (name: string, bytes: Uint8Array) =>
  Object.fromEntries([...parseWindowList(name, bytes)].map(([id, t0s]) => [id, [...t0s.keys()]]));
const navigationOf = (name: string, bytes: Uint8Array) =>
  Object.fromEntries([...parseWindowList(name, bytes)].map(([id, t0s]) => [id, [...t0s]]));

describe('parseWindowList', () => {
  const windows = { a: [100, 300], b: [200] };

  it('reads CSV, in any order of columns, and merges rows that say the same', () => {
    expect(
      read('l.csv', text('note,t0_us,drive_id\r\nx,300,a\n,100,a\n"1, 2",200,b\ny,300,"a"\n\n')),
    ).toEqual(windows);
    expect(read('l.csv', text('\uFEFFdrive_id,t0_us\n"a ""b""",1'))).toEqual({ 'a "b"': [1] });
  });

  it('reads JSON', () => {
    const rows = [
      { drive_id: 'a', t0_us: 300 },
      { drive_id: 'b', t0_us: 200 },
      { drive_id: 'a', t0_us: 100 },
    ];
    expect(read('l.json', text(JSON.stringify(rows)))).toEqual(windows);
  });

  it('reads Parquet', () => {
    const bytes = buildParquet([
      { name: 't0_us', type: 'int64', values: [300, 200, 100] },
      { name: 'drive_id', type: 'string', values: ['a', 'b', 'a'] },
    ]);
    expect(read('l.parquet', bytes)).toEqual(windows);
  });

  it.each([
    ['l.csv', 'drive,t0_us\na,1', 'l.csv: no column drive_id in the header (found drive, t0_us)'],
    ['l.csv', '', 'l.csv: no column drive_id in the header (found )'],
    [
      'l.csv',
      'drive_id,t0_us\na,1\nb,1.5',
      'l.csv, row 2, column t0_us: expected integer microseconds >= 0, found "1.5"',
    ],
    [
      'l.csv',
      'drive_id,t0_us\na',
      'l.csv, row 1, column t0_us: expected integer microseconds >= 0, found nothing',
    ],
    ['l.csv', 'drive_id,t0_us\n,1', 'l.csv, row 1, column drive_id: expected a drive id, found ""'],
    ['l.json', '{"a": 1}', 'l.json: expected an array of {"drive_id": ..., "t0_us": ...}'],
    [
      'l.json',
      '[{"drive_id": 7, "t0_us": 1}]',
      'l.json, row 1, column drive_id: expected a drive id, found 7',
    ],
    [
      'l.json',
      '[{"drive_id": "a", "t0_us": -1}]',
      'l.json, row 1, column t0_us: expected integer microseconds >= 0, found -1',
    ],
    ['l.txt', 'a', 'l.txt: expected a file that ends in .csv, .json or .parquet'],
  ])('%s with %j is refused: %s', (name, content, message) => {
    const parse = () => parseWindowList(name, text(content));
    expect(parse).toThrow(expect.objectContaining({ code: 'LIST_INVALID', message }));
  });

  const LEFT = 'left, then "straight"';

  it.each([
    [
      'l.csv',
      text(
        'drive_id,t0_us,navigation\na,1,"left, then ""straight"""\na,2,\nb,1, \n"a",1,"left, then ""straight"""',
      ),
    ],
    [
      'l.json',
      text(
        JSON.stringify([
          { drive_id: 'a', t0_us: 1, navigation: LEFT },
          { drive_id: 'a', t0_us: 2, navigation: null },
          { drive_id: 'b', t0_us: 1 },
        ]),
      ),
    ],
    [
      'l.parquet',
      buildParquet([
        { name: 'drive_id', type: 'string', values: ['a', 'a', 'b'] },
        { name: 't0_us', type: 'int64', values: [1, 2, 1] },
        { name: 'navigation', type: 'string', values: [LEFT, null, ''] },
      ]),
    ],
  ])('reads where to go out of %s; a cell without a text says nothing', (name, bytes) => {
    expect(navigationOf(name, bytes)).toEqual({
      a: [
        [1, LEFT],
        [2, null],
      ],
      b: [[1, null]],
    });
  });

  it('refuses two texts for one window, and what is no text', () => {
    const twice = text('drive_id,t0_us,navigation\nA,1,left\na,1,right');
    expect(() => parseWindowList('l.csv', twice, (id) => id.toLowerCase())).toThrow(
      'l.csv, row 2, column navigation: expected what an earlier row says of this window, "left", found "right"',
    );
    const number = text('[{"drive_id": "a", "t0_us": 1, "navigation": 7}]');
    expect(() => parseWindowList('l.json', number)).toThrow(
      /row 1, column navigation: expected a text of at most 500/,
    );
  });

  it.each(['l.json', 'l.parquet'])('says which file is damaged: %s', (name) => {
    const parse = () => parseWindowList(name, text('{{{'));
    expect(parse).toThrow(expect.objectContaining({ code: 'LIST_INVALID' }));
    expect(parse).toThrow(new RegExp(`^${name} cannot be read: `));
  });

  it('does not take a time that a number cannot hold exactly', () => {
    expect(() => parseWindowList('l.csv', text('drive_id,t0_us\na,9007199254740993'))).toThrow(
      /row 1, column t0_us/,
    );
  });
});
