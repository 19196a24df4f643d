import type { InferParameters, PolicyInput } from '@drivesweep/contracts';
import type { BundleManifest } from './bundle-manifest.ts';
import type { TensorData } from './graph.ts';
import { fillNormals, fillUniforms, streamKey } from './random-streams.ts';

/** Uniforms [B, K, M] and noise [B, K, T, 2], as far as the graph takes them; see random-streams.ts. */
export function randomFeeds(
  { inputs, reasoning, horizon }: BundleManifest,
  batch: readonly PolicyInput[],
  { samples, seed }: InferParameters,
): Readonly<Record<string, TensorData>> {
  const feeds: Record<string, TensorData> = {};
  const keys = batch.map(({ windowId }) => streamKey(seed, windowId));
  const add = (name: string | undefined, rest: readonly number[], fill: typeof fillUniforms) => {
    if (name === undefined) return;
    const perSample = rest.reduce((product, dim) => product * dim, 1);
    const data = new Float32Array(batch.length * samples * perSample);
    keys.forEach((key, b) => {
      for (let k = 0; k < samples; k++) {
        const from = (b * samples + k) * perSample;
        fill(key, k, data.subarray(from, from + perSample));
      }
    });
    feeds[name] = { type: 'float32', dims: [batch.length, samples, ...rest], data };
  };
  if (reasoning) add(inputs.uniforms, [reasoning.decode.maxTokens], fillUniforms);
  if (horizon) add(inputs.noise, [horizon.steps, 2], fillNormals);
  return feeds;
}
