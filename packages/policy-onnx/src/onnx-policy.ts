import { join } from 'node:path';
import { DrivesweepError } from '@drivesweep/contracts';
import type { InferParameters, Policy, PolicyInput } from '@drivesweep/contracts';
import { samplesOf } from './answers.ts';
import type { BundleManifest, Provider } from './bundle-manifest.ts';
import { bundleNeeds, bundleRef } from './bundle.ts';
import type { Bundle } from './bundle.ts';
import { feedsOf } from './feeds.ts';
import { graphProblems, tensorContracts } from './graph-contract.ts';
import type { GraphRunner, OpenGraph } from './graph.ts';
import { localBundle } from './local-bundle.ts';
import { openGraphInThread } from './thread-graph.ts';

export interface LoadOptions {
  readonly provider: Provider;
  readonly deviceId: number;
  /** Threads inside one operator; null for as many as there are cores. */
  readonly threads: number | null;
  /** Where a bundle that does not lie on this machine is copied to; kept for the next process. */
  readonly cacheDir: string;
  /** For tests: how the graph is opened. By default in a thread of its own. */
  readonly openGraph?: OpenGraph;
}

/**
 * A policy from a bundle, loaded and checked against its graph. `infer` does not block the caller's event loop, may be
 * called ahead, and takes over the frames of its inputs: their buffers may be detached afterwards.
 * Errors: PROVIDER_UNAVAILABLE (never a fallback), BUNDLE_GRAPH_MISMATCH, and those of localBundle; of `infer`:
 * POLICY_OUTPUT_SHAPE, POLICY_RUN_FAILED.
 */
export async function loadOnnxPolicy(bundle: Bundle, options: LoadOptions): Promise<Policy> {
  const { manifest } = bundle;
  requireProvider(manifest, options.provider);
  const folder = await localBundle(bundle, options.cacheDir);
  const graph = await openBundleGraph(manifest, folder, options);
  try {
    requireGraph(manifest, graph);
  } catch (error) {
    await graph.close();
    throw error;
  }
  return policyOn(bundle, graph, options);
}

/** Throws PROVIDER_UNAVAILABLE unless the bundle says that it runs on this provider. */
export function requireProvider(manifest: BundleManifest, provider: Provider): void {
  const { providers } = manifest.runtime;
  if (providers.includes(provider)) return;
  throw new DrivesweepError(
    'PROVIDER_UNAVAILABLE',
    `policy ${manifest.name} runs on ${providers.join(', ')}, not on ${provider}`,
    { hint: `set DRIVESWEEP_PROVIDER to ${providers.join(' or ')}` },
  );
}

export function openBundleGraph(
  manifest: BundleManifest,
  folder: string,
  options: LoadOptions,
): Promise<GraphRunner> {
  const { provider, deviceId, threads, openGraph = openGraphInThread } = options;
  return openGraph({ path: join(folder, manifest.graph), provider, deviceId, threads });
}

/** Throws unless the runtime is new enough and the graph is what policy.json says. */
export function requireGraph(manifest: BundleManifest, graph: GraphRunner): void {
  const { min } = manifest.runtime;
  const { runtimeVersion } = graph.info;
  if (isOlder(runtimeVersion, min)) {
    throw new DrivesweepError(
      'PROVIDER_UNAVAILABLE',
      `policy ${manifest.name} needs onnxruntime ${min}, here is ${runtimeVersion}`,
      { hint: `install onnxruntime-node ${min} or newer` },
    );
  }
  const problems = graphProblems(manifest, graph.info);
  if (problems.length === 0) return;
  throw new DrivesweepError(
    'BUNDLE_GRAPH_MISMATCH',
    `${manifest.graph} of ${manifest.name}: ${problems.join('; ')}`,
    { hint: 'correct policy.json or export the graph again' },
  );
}

/** The policy that a checked graph makes. */
export function policyOn(bundle: Bundle, graph: GraphRunner, options: LoadOptions): Policy {
  const { manifest } = bundle;
  const fetches = tensorContracts(manifest).outputs.map((output) => output.name);
  const needs = bundleNeeds(manifest);
  return {
    ref: bundleRef(bundle, bundle.store.uri),
    needs,
    provider: options.provider === 'cuda' ? `cuda:${options.deviceId}` : options.provider,
    async infer(batch, parameters) {
      requireParameters(manifest, parameters);
      const padded = padBatch(manifest, batch);
      const outputs = await graph.run(feedsOf(manifest, padded), fetches);
      return samplesOf(manifest, outputs, batch, padded.length, parameters);
    },
    close: () => graph.close(),
  };
}

/** Repeats the last window up to a size that the graph takes. */
function padBatch(
  { batch: { sizes, maxBatch }, name }: BundleManifest,
  batch: readonly PolicyInput[],
): readonly PolicyInput[] {
  const last = batch.at(-1);
  if (!last || batch.length > maxBatch) {
    throw new DrivesweepError(
      'INTERNAL',
      `${name} takes 1 to ${maxBatch} windows, got ${batch.length}`,
    );
  }
  if (sizes === 'dynamic') return batch;
  const size = Math.min(...sizes.filter((candidate) => candidate >= batch.length));
  return [...batch, ...Array<PolicyInput>(size - batch.length).fill(last)];
}

function requireParameters(manifest: BundleManifest, parameters: InferParameters): void {
  const { samples, horizon, history, name } = manifest;
  const asked = `${parameters.samples} samples of ${parameters.horizonSteps} steps of ${parameters.stepUs} us`;
  const answers =
    samples.includes(parameters.samples) &&
    (horizon === null || horizon.steps === parameters.horizonSteps) &&
    history.stepUs === parameters.stepUs;
  if (answers) return;
  throw new DrivesweepError('SWEEP_FILE_INVALID', `policy ${name} was asked for ${asked}`, {
    hint: `it answers with ${samples.join(' or ')} samples of ${horizon?.steps ?? 'any number of'} steps of ${history.stepUs} us`,
  });
}

function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split(/[.-]/).slice(0, 3).map(Number));
  const at = [0, 1, 2].find((i) => a?.[i] !== b?.[i]);
  return at !== undefined && (a?.[at] ?? 0) < (b?.[at] ?? 0);
}
