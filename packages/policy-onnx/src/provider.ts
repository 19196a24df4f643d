import { createRequire } from 'node:module';
import { DrivesweepError } from '@drivesweep/contracts';
import type { Provider } from './bundle-manifest.ts';

const HOW_TO_GET: Readonly<Record<Provider, string>> = {
  cpu: 'the CPU provider is part of onnxruntime-node: install the package again',
  cuda:
    'run "node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12" on the worker, with ' +
    'CUDA 12 and cuDNN 9 on LD_LIBRARY_PATH and a GPU that the process may see (docs/gpu.md)',
  webgpu: 'install a Vulkan driver for the GPU of the worker',
};

/** Never a silent fallback to another provider: its numbers and its speed are not the same. */
export function providerError(provider: Provider, cause: unknown): DrivesweepError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new DrivesweepError(
    'PROVIDER_UNAVAILABLE',
    `execution provider ${provider} is not available here: ${why}`,
    { hint: HOW_TO_GET[provider], cause },
  );
}

/** As it is recorded with each part: `cpu`, `cuda:1`, `webgpu:0`. */
export function providerLabel(provider: Provider, deviceId: number): string {
  return provider === 'cpu' ? provider : `${provider}:${deviceId}`;
}

/** Throws PROVIDER_UNAVAILABLE for a device that the provider cannot be told to take. */
export function requireDevice(provider: Provider, deviceId: number): void {
  if (provider !== 'webgpu' || deviceId === 0) return;
  throw new DrivesweepError(
    'PROVIDER_UNAVAILABLE',
    `execution provider webgpu takes the first GPU that Vulkan shows, not device ${deviceId}`,
    { hint: 'set the device to 0, and hide the other GPUs from the process' },
  );
}

/** Version of onnxruntime-node that is installed; does not load it. */
export function onnxRuntimeVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('onnxruntime-node/package.json');
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return known ? String(manifest.version) : 'unknown';
}

/** An ONNX model that returns its one float: `y = Identity(x)`, opset 17. */
export function probeModel(): Uint8Array {
  return Uint8Array.from(Buffer.from(PROBE_MODEL, 'base64'));
}

const PROBE_MODEL =
  'CAgSEmRyaXZlc3dlZXAtdGVzdGtpdDo7ChAKAXgSAXkiCElkZW50aXR5EgVncmFwaFoPCgF4EgoKCAgBEgQKAggBYg8KAXkSCgoICAESBAoCCAFCBAoAEBE=';
