export { MemoryObjectStore } from './memory-object-store.ts';
export type { StoreCall } from './memory-object-store.ts';
export { encodeOnnx } from './onnx-builder.ts';
export type { OnnxConstant, OnnxModel, OnnxNode, OnnxType, OnnxValue } from './onnx-builder.ts';
export { bundleOf, busyPolicyBundle } from './onnx-policy-builder.ts';
export type { BundleFiles, BusyPolicyOptions } from './onnx-policy-builder.ts';
export {
  reasoningPolicyBundle,
  TINY_REASONING_IDS,
  TINY_REASONING_TOKENIZER,
} from './reasoning-bundle.ts';
export type { ReasoningPolicyOptions, ReasoningTokenIds } from './reasoning-bundle.ts';
export { tinyTokenizer } from './tiny-tokenizer.ts';
export type { TinyTokenizer, TinyTokenizerOptions } from './tiny-tokenizer.ts';
export { startRedisServer } from './redis-server.ts';
export type { RedisServer, RedisServerOptions } from './redis-server.ts';
export { buildParquet } from './parquet-builder.ts';
export { buildPhysicalAi, everyUs } from './physicalai-builder.ts';
export type { BuiltCamera, BuiltDataset, BuiltDrive } from './physicalai-builder.ts';
export { buildZip } from './zip-builder.ts';
export type { BuiltMember, BuiltZipOptions } from './zip-builder.ts';
export { localBundle, remoteBundle } from './bundle-store.ts';
export { buildMetric, buildScorecard } from './scorecard-builder.ts';
export type { BuiltScorecard } from './scorecard-builder.ts';
export { buildOkPrediction, buildSealedSweep, buildSpec } from './sealed-sweep-builder.ts';
export type { BuiltPrediction, BuiltShard } from './sealed-sweep-builder.ts';
export { buildStatus } from './status-builder.ts';
export { startFaultyProxy } from './faulty-proxy.ts';
export type { FaultyProxy, FaultyProxyOptions } from './faulty-proxy.ts';
export { FaultyStore, ProcessKilled } from './faulty-store.ts';
export type { FaultKind, StoreFault } from './faulty-store.ts';
export { OBJECT_STORE_CLAIMS } from './object-store-conformance.ts';
export type { StoreClaim } from './object-store-conformance.ts';
