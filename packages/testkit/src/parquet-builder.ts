import type { ParquetColumn, ParquetEncoder } from '@drivesweep/contracts';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { ColumnSource } from 'hyparquet-writer';

/** A Parquet file by a writer that is not the one we ship: what reads it was not made to fit our own files. */
export const buildParquet: ParquetEncoder = (columns) =>
  new Uint8Array(parquetWriteBuffer({ columnData: columns.map(columnOf) }));

function columnOf(column: ParquetColumn): ColumnSource {
  const { name } = column;
  switch (column.type) {
    case 'int32':
      return { name, type: 'INT32', data: [...column.values] };
    case 'int64':
      return { name, type: 'INT64', data: Array.from(column.values, BigInt) };
    case 'float64':
      return { name, type: 'DOUBLE', data: [...column.values] };
    case 'boolean':
      return { name, type: 'BOOLEAN', data: [...column.values] };
    case 'string':
      return { name, type: 'STRING', data: [...column.values], nullable: true };
    case 'binary':
      return { name, type: 'BYTE_ARRAY', data: [...column.values] };
  }
}
