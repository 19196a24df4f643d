export { MemoryObjectStore } from './memory-object-store.ts';
export type { StoreCall } from './memory-object-store.ts';
export { encodeOnnx } from './onnx-builder.ts';
export type { OnnxConstant, OnnxModel, OnnxNode, OnnxType, OnnxValue } from './onnx-builder.ts';
export { bundleOf, busyPolicyBundle } from './onnx-policy-builder.ts';
export type { BundleFiles, BusyPolicyOptions } from './onnx-policy-builder.ts';
