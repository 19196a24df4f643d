import { PREDICTION_SCHEMA_VERSION } from '@drivesweep/contracts';
import type { PartMetadata, PredictionRow } from '@drivesweep/contracts';
import { writerProperties } from './parquet-file.ts';
import { encodeStream } from './parquet-stream.ts';
import type { RowGroups } from './parquet-stream.ts';
import { metadataToWrite } from './part-metadata.ts';
import { predictionColumns } from './prediction-rows.ts';

/** Writes a prediction part of any size, piece by piece, as `encodeStream`. */
export function encodePredictionStream(
  groups: RowGroups<PredictionRow>,
  metadata: PartMetadata,
): AsyncGenerator<Uint8Array> {
  const properties = writerProperties(metadataToWrite(metadata, PREDICTION_SCHEMA_VERSION));
  return encodeStream(groups, predictionColumns, properties);
}
