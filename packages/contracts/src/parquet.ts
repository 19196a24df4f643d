/** Port: encodes a table as one Parquet file. For packages that write datasets and may not know a Parquet library. */
export type ParquetEncoder = (columns: readonly ParquetColumn[]) => Uint8Array;

export type ParquetColumn =
  | {
      readonly name: string;
      readonly type: 'int32';
      readonly values: readonly number[] | Int32Array;
    }
  | {
      readonly name: string;
      readonly type: 'int64';
      readonly values: readonly number[] | Float64Array;
    }
  | {
      readonly name: string;
      readonly type: 'float64';
      readonly values: readonly number[] | Float64Array;
    }
  | { readonly name: string; readonly type: 'boolean'; readonly values: readonly boolean[] }
  | { readonly name: string; readonly type: 'string'; readonly values: readonly (string | null)[] }
  | { readonly name: string; readonly type: 'binary'; readonly values: readonly Uint8Array[] };
