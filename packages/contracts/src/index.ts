export { addRowCounts, commitSchema, isConserved, NO_ROWS, rowCountsSchema } from './commit.ts';
export type { Commit, RowCounts } from './commit.ts';
export { comparisonDocumentSchema, gateResultSchema } from './comparison.ts';
export type { ComparisonDocument, GateResult } from './comparison.ts';
export type {
  CameraStream,
  DatasetInfo,
  Drive,
  DriveEntry,
  DriveFacts,
  DriveProblem,
  DriveReader,
  DriveSelection,
  DriveSpan,
  EgoBox,
  MediaRef,
  ObstacleTrack,
  OpenDriveOptions,
} from './drive.ts';
export { asDrivesweepError, DrivesweepError, ERROR_CODES, isErrorCode } from './errors.ts';
export type { ErrorCode, ErrorDetails, ErrorKind } from './errors.ts';
export type { JobAttempt, JobConsumer, JobHandler } from './queue.ts';
export { FrameError } from './frames.ts';
export type {
  DecodedFrame,
  FrameDecoder,
  FrameFormat,
  FrameRequest,
  PixelSize,
  SmartResizeRule,
} from './frames.ts';
export { canonicalJson, sha256Hex } from './hashing.ts';
export type { JsonValue } from './hashing.ts';
export {
  EXPORT_STAGES,
  exportJobId,
  exportJobSchema,
  jobResultSchema,
  predictionJobId,
  predictionJobSchema,
  QUEUES,
  scoreJobId,
  scoreJobSchema,
} from './jobs.ts';
export type { ExportJob, ExportStage, JobResult, PredictionJob, ScoreJob } from './jobs.ts';
export { keys } from './keys.ts';
export { manifestEntrySchema, manifestSchema } from './manifest.ts';
export type { Manifest, ManifestEntry } from './manifest.ts';
export { assertObjectKey, assertKeyPrefix } from './object-key.ts';
export type { ObjectStat, ObjectStore } from './object-store.ts';
export type { ParquetColumn, ParquetEncoder } from './parquet.ts';
export {
  decodePlanChunk,
  encodePlanChunk,
  gridT0Us,
  planIndexSchema,
  shardIdOf,
  shardSchema,
  SHARDS_PER_CHUNK,
  shardsOfDrive,
  windowIdOf,
  WINDOWS_PER_SHARD,
} from './plan.ts';
export type { DriveWindows, PlanIndex, Shard } from './plan.ts';
export type {
  CameraNeeds,
  InferParameters,
  InferSeconds,
  Policy,
  PolicyInput,
  PolicyNeeds,
  PolicySample,
  TopTokens,
} from './policy.ts';
export { PREDICTION_SCHEMA_VERSION, SCORE_SCHEMA_VERSION } from './rows.ts';
export type {
  FailedPrediction,
  OkPrediction,
  PartMetadata,
  PredictionRow,
  RowStatus,
  ScoreRow,
  WindowObstacle,
} from './rows.ts';
export {
  aboutSweep,
  intervalSchema,
  macroMeanSchema,
  metricSummarySchema,
  scorecardSchema,
} from './scorecard.ts';
export type { Interval, MacroMean, MetricSummary, Scorecard } from './scorecard.ts';
export { SCORING_ID, scoringIdOf } from './scoring-id.ts';
export { smartResize } from './smart-resize.ts';
export { apiErrorSchema, submittedSchema, SWEEP_STATES, sweepStatusSchema } from './status.ts';
export type { ApiError, Submitted, SweepState, SweepStatus } from './status.ts';
export { SAMPLE_COLUMNS } from './stored-windows.ts';
export type {
  Lists,
  Paths,
  SampleColumn,
  StoredSamples,
  StoredWindows,
  TopTokenLists,
} from './stored-windows.ts';
export { DATASET_LAYOUTS, navigationText, sweepFileSchema } from './sweep-file.ts';
export type { DatasetLayout, SweepFile, SweepFileInput } from './sweep-file.ts';
export {
  datasetRefSchema,
  policyRefSchema,
  PREPROCESSING_VERSION,
  SWEEP_ID,
  sweepIdOf,
  sweepSpecSchema,
  windowRuleSchema,
} from './sweep-spec.ts';
export type { DatasetRef, PolicyRef, SweepSpec, WindowRule } from './sweep-spec.ts';
export {
  addRealtime,
  NO_REALTIME,
  REALTIME_BUDGET_S,
  realtimeCountsSchema,
  realtimeOf,
} from './realtime.ts';
export type { RealtimeCounts } from './realtime.ts';
export type { ScoreColumn, TeacherSamples, TeacherWindows } from './teacher-windows.ts';
export { TEACHER_SCHEMA_VERSION } from './teacher-row.ts';
export type {
  TeacherCause,
  TeacherDecision,
  TeacherMetaAction,
  TeacherPath,
  TeacherProvenance,
  TeacherReasons,
  TeacherRow,
  TeacherSample,
  TeacherTopTokens,
} from './teacher-row.ts';
