import { describe, expect, it } from 'vitest';
import { isOutOfMemory } from './out-of-memory.ts';

describe('isOutOfMemory', () => {
  it.each([
    "Non-zero status code returned while running MatMul node. Name:'/MatMul' Status Message: /onnxruntime/core/framework/bfc_arena.cc:376 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool) Failed to allocate memory for requested buffer of size 17179869184",
    'CUDA failure 2: out of memory ; GPU=0 ; hostname=gpu-3 ; expr=cudaMalloc((void**)&p, size);',
    'CUDA error cudaErrorMemoryAllocation:out of memory',
    'CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0',
    'CUDNN failure 4000: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED',
    'Exception during initialization: std::bad_alloc',
    'Array buffer allocation failed',
  ])('knows %j', (message) => {
    expect(isOutOfMemory(message)).toBe(true);
  });

  it.each([
    'Non-zero status code returned while running Reshape node. The input tensor cannot be reshaped to the requested shape',
    'CUDA failure 700: an illegal memory access was encountered',
    'Failed to load shared library libonnxruntime_providers_cuda.so',
    'output memory_bank is of type string',
  ])('does not take %j for it', (message) => {
    expect(isOutOfMemory(message)).toBe(false);
  });
});
