import { DrivesweepError } from '@drivesweep/contracts';
import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import type { GraphOptions, OpenGraph, TensorData, TensorInfo } from './graph.ts';
import { isOutOfMemory } from './out-of-memory.ts';
import { probeModel, providerError, requireDevice } from './provider.ts';

/**
 * Loads a graph with onnxruntime in this thread: loading and each run block the thread's event loop and cannot be
 * stopped, so a service uses openGraphInThread.
 * Errors: PROVIDER_UNAVAILABLE, BUNDLE_GRAPH_MISMATCH (not a graph that onnxruntime can load), POLICY_RUN_FAILED,
 * POLICY_OUT_OF_MEMORY (loading or running).
 */
export const openGraphHere: OpenGraph = async (options) => {
  requireDevice(options.provider, options.deviceId);
  const sessionOptions: InferenceSession.SessionOptions = {
    executionProviders: [
      options.provider === 'cuda' ? { name: 'cuda', deviceId: options.deviceId } : options.provider,
    ],
    logSeverityLevel: 3,
    ...(options.threads === null ? {} : { intraOpNumThreads: options.threads }),
    interOpNumThreads: 1,
  };
  if (options.provider !== 'cpu') await probe(options, sessionOptions);
  const session = await load(options.path, sessionOptions);
  return {
    info: {
      inputs: session.inputMetadata.map(tensorInfo),
      outputs: session.outputMetadata.map(tensorInfo),
      runtimeVersion: env.versions.node ?? env.versions.common,
    },
    async run(feeds, fetches, onSeconds) {
      const tensors = Object.fromEntries(
        Object.entries(feeds).map(([name, { type, data, dims }]) => [
          name,
          new Tensor(type, data, dims),
        ]),
      );
      try {
        const startedMs = performance.now();
        const answers = await session.run(tensors, [...fetches]);
        onSeconds?.((performance.now() - startedMs) / 1000);
        return Object.fromEntries(
          Object.entries(answers).map(([name, tensor]) => [name, tensorData(name, tensor)]),
        );
      } catch (thrown) {
        if (thrown instanceof DrivesweepError) throw thrown;
        const why = messageOf(thrown);
        const code = isOutOfMemory(why) ? 'POLICY_OUT_OF_MEMORY' : 'POLICY_RUN_FAILED';
        throw new DrivesweepError(code, `${options.path}: ${why}`, { cause: thrown });
      }
    },
    close: () => session.release(),
  };
};

/** Loads a graph of one node: what fails here is the provider, not the policy. */
async function probe(
  options: GraphOptions,
  sessionOptions: InferenceSession.SessionOptions,
): Promise<void> {
  try {
    const session = await InferenceSession.create(probeModel(), sessionOptions);
    await session.release();
  } catch (cause) {
    throw providerError(options.provider, cause);
  }
}

async function load(
  path: string,
  sessionOptions: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(path, sessionOptions);
  } catch (cause) {
    const why = `onnxruntime cannot load ${path}: ${messageOf(cause)}`;
    const code = isOutOfMemory(why) ? 'POLICY_OUT_OF_MEMORY' : 'BUNDLE_GRAPH_MISMATCH';
    throw new DrivesweepError(code, why, { cause });
  }
}

function tensorInfo(value: InferenceSession.ValueMetadata): TensorInfo {
  return value.isTensor
    ? { name: value.name, type: value.type, shape: value.shape }
    : { name: value.name, type: 'not a tensor', shape: [] };
}

function tensorData(name: string, { type, dims, data }: Tensor): TensorData {
  if (type === 'float32' && data instanceof Float32Array) return { type, dims, data };
  if (type === 'int64' && data instanceof BigInt64Array) return { type, dims, data };
  if (type === 'int32' && data instanceof Int32Array) return { type, dims, data };
  if ((type === 'uint8' || type === 'bool') && data instanceof Uint8Array) {
    return { type, dims, data };
  }
  throw new DrivesweepError('POLICY_OUTPUT_SHAPE', `output ${name} is of type ${type}`);
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
