import { tableToIPC } from 'apache-arrow';
import { Table as WasmTable, transformParquetStream } from 'parquet-wasm';
import type { RecordBatch as WasmRecordBatch } from 'parquet-wasm';
import { PREDICTION_SCHEMA_VERSION } from '@drivesweep/contracts';
import type { PartMetadata, PredictionRow } from '@drivesweep/contracts';
import { arrowTable, writerProperties } from './parquet-file.ts';
import { metadataToWrite } from './part-metadata.ts';
import { predictionColumns } from './prediction-rows.ts';

type Groups = AsyncIterable<readonly PredictionRow[]> | Iterable<readonly PredictionRow[]>;

/** Copies one group of rows into WebAssembly memory. */
function wasmBatches(rows: readonly PredictionRow[]): WasmRecordBatch[] {
  const table = arrowTable(predictionColumns(rows), rows.length);
  const copy = WasmTable.fromIPCStream(tableToIPC(table, 'stream'));
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

async function* allGroups(groups: Groups): AsyncGenerator<readonly PredictionRow[]> {
  let any = false;
  for await (const rows of groups) {
    any = true;
    yield rows;
  }
  // The schema comes with the first group: no group would be no file.
  if (!any) yield [];
}

function sourceOf(groups: Groups): Source {
  const rows = allGroups(groups);
  let failure: { thrown: unknown } | undefined;
  const stream = new ReadableStream<WasmRecordBatch>({
    async pull(controller) {
      try {
        const next = await rows.next();
        if (next.done === true) controller.close();
        else for (const batch of wasmBatches(next.value)) controller.enqueue(batch);
      } catch (thrown) {
        failure = { thrown };
        controller.error(thrown);
      }
    },
  });
  const stop = async () => {
    await rows.return(undefined);
  };
  return { stream, failure: () => failure, stop };
}

/**
 * Writes a prediction part of any size, piece by piece: what is held in memory is one group of rows and one row
 * group of the file. Groups of some thousand rows are best. When the groups throw, this throws the same at the end:
 * the bytes that came until then must be thrown away.
 */
export async function* encodePredictionStream(
  groups: Groups,
  metadata: PartMetadata,
): AsyncGenerator<Uint8Array> {
  const properties = writerProperties(metadataToWrite(metadata, PREDICTION_SCHEMA_VERSION));
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
