export { encodeTable } from './encode-table.ts';
export { readForeignPredictions } from './foreign-predictions.ts';
export type { ForeignPredictions, ForeignRow } from './foreign-predictions.ts';
export { readPredictionColumns } from './prediction-columns.ts';
export type {
  OptionalLists,
  PathColumns,
  PredictionColumns,
  SampleColumns,
} from './prediction-columns.ts';
export {
  decodePredictionPart,
  decodeScoredPredictions,
  encodePredictionPart,
} from './prediction-part.ts';
export { encodePredictionStream } from './prediction-stream.ts';
export { readTable } from './read-table.ts';
export type { ReadTable, TableValue } from './read-table.ts';
export type { EgoBoxColumns, ObstacleColumns } from './surroundings.ts';
export { decodeScorePart, encodeScorePart } from './score-part.ts';
