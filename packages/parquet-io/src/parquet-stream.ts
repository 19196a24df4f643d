import { Table as WasmTable, transformParquetStream } from 'parquet-wasm';
import type { RecordBatch as WasmRecordBatch, WriterProperties } from 'parquet-wasm';
import type { ArrowColumn } from './arrow-data.ts';
import { createIpcStreams } from './arrow-ipc.ts';
import type { IpcStreams } from './arrow-ipc.ts';

/** Rows that come in pieces. */
export type RowGroups<Row> = AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>;

/** The columns of some rows: the same names and types for any rows, also for none. */
export type ColumnsOfRows<Row> = (rows: readonly Row[]) => readonly ArrowColumn[];

/** Some rows by columns. */
export interface ColumnGroup {
  readonly rows: number;
  readonly columns: readonly ArrowColumn[];
}

/** Copies one group of rows into WebAssembly memory. */
function wasmBatches({ columns, rows }: ColumnGroup, ipc: IpcStreams): WasmRecordBatch[] {
  const copy = WasmTable.fromIPCStream(ipc(columns, rows));
  try {
    return copy.recordBatches();
  } finally {
    copy.free();
  }
}

interface Source {
  readonly stream: ReadableStream<WasmRecordBatch>;
  /** What the groups threw; parquet-wasm ends the file in good order when its stream fails, and would hide it. */
  failure(): { readonly thrown: unknown } | undefined;
  /** Ends the groups: parquet-wasm reads on to their end even when nobody reads what it writes. */
  stop(): Promise<void>;
}

function sourceOf(groups: AsyncIterable<ColumnGroup>): Source {
  const iterator = groups[Symbol.asyncIterator]();
  const ipc = createIpcStreams();
  let failure: { thrown: unknown } | undefined;
  const stream = new ReadableStream<WasmRecordBatch>({
    async pull(controller) {
      try {
        const next = await iterator.next();
        if (next.done === true) {
          controller.close();
          return;
        }
        for (const batch of wasmBatches(next.value, ipc)) controller.enqueue(batch);
      } catch (thrown) {
        failure = { thrown };
        controller.error(thrown);
      }
    },
  });
  const stop = async () => {
    await iterator.return?.();
  };
  return { stream, failure: () => failure, stop };
}

/**
 * Writes a file of any size, piece by piece: what is held in memory is one group of rows and one row group of the file.
 * There is at least one group, which says what the columns are; groups of some thousand rows are best. `properties` are
 * consumed. When the groups throw, this throws the same at the end: the bytes that came until then must be thrown away.
 */
export async function* encodeGroups(
  groups: AsyncIterable<ColumnGroup>,
  properties: WriterProperties,
): AsyncGenerator<Uint8Array> {
  const source = sourceOf(groups);
  try {
    const written: AsyncIterable<Uint8Array> = await transformParquetStream(
      source.stream,
      properties,
    );
    yield* written;
  } catch (thrown) {
    throw source.failure()?.thrown ?? thrown;
  } finally {
    await source.stop();
  }
  const failure = source.failure();
  if (failure !== undefined) throw failure.thrown;
}

/** As `encodeGroups`, of rows. */
export function encodeStream<Row>(
  groups: RowGroups<Row>,
  columnsOf: ColumnsOfRows<Row>,
  properties: WriterProperties,
): AsyncGenerator<Uint8Array> {
  async function* columnGroups(): AsyncGenerator<ColumnGroup> {
    let any = false;
    for await (const rows of groups) {
      any = true;
      yield { rows: rows.length, columns: columnsOf(rows) };
    }
    // The schema comes with the first group: no group would be no file.
    if (!any) yield { rows: 0, columns: columnsOf([]) };
  }
  return encodeGroups(columnGroups(), properties);
}
