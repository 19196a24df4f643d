import { join } from 'node:path';
import { DrivesweepError } from '@drivesweep/contracts';
import type { InferParameters, Policy, PolicyInput, PolicySample } from '@drivesweep/contracts';
import { samplesOf } from './answers.ts';
import type { BundleManifest, Provider } from './bundle-manifest.ts';
import { bundleNeeds, bundleRef } from './bundle.ts';
import type { Bundle } from './bundle.ts';
import { openBundleText } from './bundle-text.ts';
import type { BundleText } from './bundle-text.ts';
import { feedsOf } from './feeds.ts';
import { graphProblems, tensorContracts } from './graph-contract.ts';
import type { GraphRunner, OpenGraph } from './graph.ts';
import { localBundle } from './local-bundle.ts';
import { providerLabel } from './provider.ts';
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
 * called ahead, and takes over the frames of an input that is alone: its buffer may be detached afterwards. Those of
 * several are copied, so that they can be asked again in smaller batches after POLICY_OUT_OF_MEMORY.
 * Errors: PROVIDER_UNAVAILABLE (never a fallback), BUNDLE_GRAPH_MISMATCH, and those of localBundle; of `infer`:
 * POLICY_OUTPUT_SHAPE, POLICY_RUN_FAILED, POLICY_OUT_OF_MEMORY.
 */
export async function loadOnnxPolicy(bundle: Bundle, options: LoadOptions): Promise<Policy> {
  const { manifest } = bundle;
  requireProvider(manifest, options.provider);
  const folder = await localBundle(bundle, options.cacheDir);
  const text = await openBundleText(manifest, folder);
  const graph = await openBundleGraph(manifest, folder, options);
  try {
    requireGraph(manifest, graph);
  } catch (error) {
    await graph.close();
    throw error;
  }
  return policyOn(bundle, graph, text, options);
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

/** The policy that a checked graph makes; `text` is what openBundleText gives for the same bundle. */
export function policyOn(
  bundle: Bundle,
  graph: GraphRunner,
  text: BundleText | null,
  options: LoadOptions,
): Policy {
  const { manifest } = bundle;
  const fetches = tensorContracts(manifest).outputs.map((output) => output.name);
  const needs = bundleNeeds(manifest);
  return {
    ref: bundleRef(bundle, bundle.store.uri),
    needs,
    provider: providerLabel(options.provider, options.deviceId),
    async infer(batch, parameters, onSeconds) {
      const startedMs = performance.now();
      requireParameters(manifest, parameters);
      const padded = padBatch(manifest, batch);
      const prompts = text?.prompt ? padded.map(text.prompt) : [];
      const ids = prompts.map((prompt) => prompt.ids);
      const feeds = feedsOf(manifest, padded, parameters, ids);
      const preparedMs = performance.now();
      let run = 0;
      const outputs = await graph.run(feeds, fetches, (seconds) => (run = seconds));
      const ranMs = performance.now();
      const tokenizer = text?.tokenizer ?? null;
      const answers = samplesOf(manifest, outputs, batch, padded.length, parameters, tokenizer);
      const samples = answers.map((answer, b) => withProblem(answer, prompts[b]?.problem));
      const postprocess = (performance.now() - ranMs) / 1000;
      onSeconds?.({ prepare: (preparedMs - startedMs) / 1000, run, postprocess });
      return samples;
    },
    close: () => graph.close(),
  };
}

/** A window that could not be asked about as it should have been is not believed; the others of its batch are. */
function withProblem(samples: PolicySample[], problem: PolicySample['problem']): PolicySample[] {
  return problem ? samples.map((sample) => ({ ...sample, problem })) : samples;
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
