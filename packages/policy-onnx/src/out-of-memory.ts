/**
 * What onnxruntime, CUDA and V8 say when an allocation fails. onnxruntime gives no code for it: the text of the message
 * is all there is.
 */
const SIGNS: readonly RegExp[] = [
  /failed to allocate memory/i,
  /\bBFCArena\b/,
  /\bout of memory\b/i,
  /\bCUDA_?ERROR_?(MEMORY_?ALLOCATION|OUT_?OF_?MEMORY)\b/i,
  /\bcuda failure 2\b/i,
  /\bCU(BLAS|DNN|SOLVER|SPARSE)_STATUS_(INTERNAL_ERROR_DEVICE_)?ALLOC(ATION)?_FAILED\b/,
  /\bbad_alloc\b/,
  /\barray buffer allocation failed\b/i,
];

/** True when the message of a failed run or load says that memory ran out, on the device or on the host. */
export function isOutOfMemory(message: string): boolean {
  return SIGNS.some((sign) => sign.test(message));
}
