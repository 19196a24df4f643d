import { DrivesweepError } from '@drivesweep/contracts';
import type { ParquetColumn, ParquetEncoder } from '@drivesweep/contracts';
import {
  binaryColumn,
  booleanColumn,
  float64Column,
  int32Column,
  int64Column,
  stringColumn,
} from './arrow-data.ts';
import type { ArrowColumn } from './arrow-data.ts';
import { writeFile } from './parquet-file.ts';

const INT32_LIMIT = 2 ** 31;

function fault(column: string, message: string): DrivesweepError {
  return new DrivesweepError('INTERNAL', `encodeTable: column ${column}: ${message}`);
}

function assertIntegers(name: string, values: ArrayLike<number>, limit: number): void {
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i];
    const fits = Number.isSafeInteger(value) && value !== undefined;
    if (!fits || value >= limit || value < -limit) {
      throw fault(name, `row ${i}: ${value ?? 'nothing'} is not such an integer`);
    }
  }
}

function arrowColumn(column: ParquetColumn): ArrowColumn {
  switch (column.type) {
    case 'int32':
      assertIntegers(column.name, column.values, INT32_LIMIT);
      return int32Column(column.name, column.values, true);
    case 'int64':
      assertIntegers(column.name, column.values, Number.MAX_SAFE_INTEGER);
      return int64Column(column.name, column.values, true);
    case 'float64':
      return float64Column(column.name, column.values, true);
    case 'boolean':
      return booleanColumn(column.name, column.values, true);
    case 'string':
      return stringColumn(column.name, column.values, true);
    case 'binary':
      return binaryColumn(column.name, column.values, true);
  }
}

/**
 * Encodes a flat table as one Parquet file, columns in the order given, Snappy, without dictionaries. Columns are
 * declared optional, as pandas and DuckDB do. NaN stays NaN. Columns of different lengths and integers that do not
 * fit are INTERNAL.
 */
export const encodeTable: ParquetEncoder = (columns) => {
  const rows = columns[0]?.values.length ?? 0;
  for (const { name, values } of columns) {
    if (values.length !== rows) throw fault(name, `${values.length} values, expected ${rows}`);
  }
  return writeFile(columns.map(arrowColumn), rows, new Map());
};
