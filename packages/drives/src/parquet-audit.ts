import type { ColumnMetaData, FileMetaData, PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';

/** The largest index has 0.3 million rows, the largest drive 0.05 million; more is a damaged or hostile file. */
export const MAX_ROWS = 10_000_000;
const MAX_PAGE_BYTES = 256 * 1024 * 1024;

/**
 * Checks the sizes and counts that a Parquet file states before anything is made of that size: hyparquet believes them,
 * and one changed byte in a page's header can keep it busy for minutes. Cheap: reads headers of pages, no page.
 *
 * @param columns top-level columns that will be read
 * @throws Error saying what does not add up
 */
export function auditParquet(
  file: ArrayBuffer,
  metadata: FileMetaData,
  columns: readonly string[],
): void {
  const rows = metadata.row_groups.reduce((sum, group) => sum + group.num_rows, 0n);
  if (rows !== metadata.num_rows || rows < 0n || rows > BigInt(MAX_ROWS)) {
    throw new Error(`it claims ${metadata.num_rows} rows, and ${rows} in its row groups`);
  }
  for (const group of metadata.row_groups) {
    for (const { meta_data: column } of group.columns) {
      const [name = ''] = column?.path_in_schema ?? [];
      if (!column || !columns.includes(name)) continue;
      const isFlat = column.path_in_schema.length === 1;
      if (isFlat && column.num_values !== group.num_rows) {
        throw new Error(`column ${name} has ${column.num_values} values in ${group.num_rows} rows`);
      }
      auditPages(file, column, name);
    }
  }
}

/** Walks the pages of one column chunk: they must fill it, and hold as many values as the footer says. */
function auditPages(file: ArrayBuffer, column: ColumnMetaData, name: string): void {
  const dictionary = column.dictionary_page_offset ?? 0n;
  const start = Number(dictionary > 0n ? dictionary : column.data_page_offset);
  const bytes = Number(column.total_compressed_size);
  const expected = Number(column.num_values);
  if (!(start >= 0 && bytes >= 0 && start + bytes <= file.byteLength)) {
    throw new Error(`column ${name} lies outside the file`);
  }
  const reader = { view: new DataView(file, start, bytes), offset: 0 };
  let values = 0;
  while (values < expected) {
    const page = parquetHeader(reader);
    reader.offset += page.compressed_page_size;
    if (!isPlausible(page) || reader.offset > bytes) {
      throw new Error(`a page of column ${name} states impossible sizes`);
    }
    values += (page.data_page_header ?? page.data_page_header_v2)?.num_values ?? 0;
  }
  if (values !== expected) {
    throw new Error(`pages of column ${name} hold ${values} values, expected ${expected}`);
  }
}

/** Whether the numbers that a page states of itself can all be true. */
function isPlausible(page: PageHeader): boolean {
  const { uncompressed_page_size: unpacked, compressed_page_size: packed } = page;
  if (!isCount(unpacked, MAX_PAGE_BYTES) || !isCount(packed, MAX_PAGE_BYTES)) return false;
  switch (page.type) {
    case 'DATA_PAGE':
      return isCount(page.data_page_header?.num_values, MAX_ROWS);
    case 'DICTIONARY_PAGE':
      return isCount(page.dictionary_page_header?.num_values, MAX_ROWS);
    case 'DATA_PAGE_V2': {
      const v2 = page.data_page_header_v2;
      const definition = v2?.definition_levels_byte_length ?? NaN;
      const repetition = v2?.repetition_levels_byte_length ?? NaN;
      return (
        isCount(v2?.num_values, MAX_ROWS) &&
        isCount(v2.num_nulls, v2.num_values) &&
        isCount(v2.num_rows, v2.num_values) &&
        isCount(definition, packed) &&
        isCount(repetition, packed - definition) &&
        definition + repetition <= unpacked
      );
    }
    case 'INDEX_PAGE':
    default:
      return false;
  }
}

function isCount(value: unknown, max: number): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= max;
}
