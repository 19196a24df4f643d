import { buildParquet } from '@drivesweep/testkit';
import { parquetMetadata } from 'hyparquet';
import type { FileMetaData } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { auditParquet } from './parquet-audit.ts';

const bytes = buildParquet([
  { name: 't', type: 'int64', values: [1, 2, 3] },
  { name: 'name', type: 'string', values: ['a', null, 'c'] },
]);

/** Audits the file after a change to its footer, its bytes, or both. */
function audit(change: { footer?: (footer: FileMetaData) => void; at?: number; byte?: number }) {
  const file = new Uint8Array(bytes).buffer;
  const footer = parquetMetadata(file);
  change.footer?.(footer);
  if (change.at !== undefined) new Uint8Array(file)[change.at] = change.byte ?? 0;
  auditParquet(file, footer, ['t', 'name']);
}

function columnOf(footer: FileMetaData) {
  const column = footer.row_groups[0]?.columns[0]?.meta_data;
  if (!column) throw new Error('no column');
  return column;
}

describe('the audit of a Parquet file', () => {
  it('passes a file that is whole', () => {
    expect(() => audit({})).not.toThrow();
  });

  it('refuses a footer that does not add up', () => {
    expect(() => audit({ footer: (footer) => (footer.num_rows = 4n) })).toThrow(
      'it claims 4 rows, and 3 in its row groups',
    );
    expect(() => audit({ footer: (footer) => (columnOf(footer).num_values = 9n) })).toThrow(
      'column t has 9 values in 3 rows',
    );
    expect(() =>
      audit({ footer: (footer) => (columnOf(footer).total_compressed_size = 10n ** 9n) }),
    ).toThrow('column t lies outside the file');
    expect(() =>
      audit({ footer: (footer) => (columnOf(footer).data_page_offset = 10n ** 9n) }),
    ).toThrow('column t lies outside the file');
  });

  it('refuses more rows than any file of a dataset has', () => {
    const footer = (footer: FileMetaData) => {
      footer.num_rows = 10n ** 12n;
      for (const group of footer.row_groups) group.num_rows = 10n ** 12n;
    };
    expect(() => audit({ footer })).toThrow('it claims 1000000000000 rows');
  });

  // The first page's header starts behind four bytes of magic. Thrift writes 2n for n and 2n - 1 for -n.
  it.each([
    ['the unpacked size -1', 7, 1, 'impossible sizes'],
    ['the packed size -1', 9, 1, 'impossible sizes'],
    ['the packed size 63', 9, 126, 'impossible sizes'],
    ['4 values', 12, 8, 'hold 4 values, expected 3'],
    ['4 nulls among 3 values', 14, 8, 'impossible sizes'],
    ['4 rows of 3 values', 16, 8, 'impossible sizes'],
    ['levels longer than itself', 20, 126, 'impossible sizes'],
  ])('refuses a page that states %s', (_, at, byte, problem) => {
    expect(() => audit({ at, byte })).toThrow(problem);
  });
});
