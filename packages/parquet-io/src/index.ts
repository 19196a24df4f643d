export { encodeTable } from './encode-table.ts';
export { readForeignPredictions } from './foreign-predictions.ts';
export type { ForeignPredictions, ForeignRow } from './foreign-predictions.ts';
export type { OptionalLists } from './optional-lists.ts';
export { openPartWindows, WHOLE_PART } from './part-windows.ts';
export type { PartExtent, PartWindows } from './part-windows.ts';
export { readPredictionColumns } from './prediction-columns.ts';
export type {
  PathColumns,
  PredictionColumns,
  SampleColumns,
  ScoredExtent,
} from './prediction-columns.ts';
export { decodePredictionPart, encodePredictionPart } from './prediction-part.ts';
export { decodeScoredPredictions } from './scored-predictions.ts';
export type { ScoredPredictions } from './scored-predictions.ts';
export { encodePredictionStream } from './prediction-stream.ts';
export { readTable } from './read-table.ts';
export type { ReadTable, TableValue } from './read-table.ts';
export type { EgoBoxColumns, ObstacleColumns } from './surroundings.ts';
export { readScoreColumns } from './score-columns.ts';
export type { ScoreColumns } from './score-columns.ts';
export { decodeScorePart, encodeScorePart } from './score-part.ts';
export type { PartTopTokens, TopTokenColumns } from './top-tokens.ts';
export { encodeTeacherShard } from './teacher-shard.ts';
export type { TeacherGroups, TeacherShardOptions } from './teacher-shard.ts';
