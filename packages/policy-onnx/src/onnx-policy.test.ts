import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PolicyInput } from '@drivesweep/contracts';
import { bundleOf, busyPolicyBundle, localBundle, remoteBundle } from '@drivesweep/testkit';
import type { BundleFiles } from '@drivesweep/testkit';
import { openBundle } from './bundle.ts';
import { loadOnnxPolicy } from './onnx-policy.ts';
import { openGraphHere } from './ort-graph.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drivesweep-policy-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const STEPS = 4;
const BYTES = 2 * 3 * 8 * 16;
const PARAMETERS = { samples: 1, seed: 0, horizonSteps: STEPS, stepUs: 100_000 };

const busy = (maxBatch = 1): BundleFiles =>
  busyPolicyBundle({
    cameras: ['front'],
    offsetsUs: [-100_000, 0],
    height: 8,
    width: 16,
    horizonSteps: STEPS,
    maxBatch,
  });

/** A good bundle whose policy.json says something else. */
function changed(
  change: (policy: Record<string, unknown>) => object,
  files: BundleFiles = busy(4),
): BundleFiles {
  const policy = JSON.parse(new TextDecoder().decode(files.get('policy.json'))) as Record<
    string,
    unknown
  >;
  files.delete('policy.json');
  return bundleOf({ ...policy, ...change(policy) }, files);
}

const load = async (files: BundleFiles, options: { provider?: 'cpu' | 'cuda' | 'webgpu' } = {}) =>
  loadOnnxPolicy(await openBundle(remoteBundle(files)), {
    provider: 'cpu',
    deviceId: 0,
    threads: 1,
    cacheDir: folder,
    openGraph: openGraphHere,
    ...options,
  });

function windowOf(v0Mps: number, pixel: number): PolicyInput {
  const zeros = new Float64Array(16);
  const history = { x: zeros, y: zeros, z: zeros, yaw: zeros };
  return { windowId: `${v0Mps}`, history, v0Mps, frames: new Uint8Array(BYTES).fill(pixel) };
}

const rounded = (values: Float64Array | undefined) =>
  [...(values ?? [])].map((value) => Math.round(value * 1e5) / 1e5);

describe('loadOnnxPolicy', () => {
  it('answers what the graph computes: x = v0 t and y = mean / 255 t', async () => {
    const policy = await load(busy());
    const [[sample] = []] = await policy.infer([windowOf(10, 51)], PARAMETERS);
    expect(rounded(sample?.x)).toEqual([1, 2, 3, 4]);
    expect(rounded(sample?.y)).toEqual([0.02, 0.04, 0.06, 0.08]);
    expect(rounded(sample?.z)).toEqual([0, 0, 0, 0]);
    expect(rounded(sample?.yaw)).toEqual([0.0002, 0.0004, 0.0006, 0.0008]);
    await policy.close();
  });

  it('gives each window of a batch its own answer', async () => {
    const policy = await load(busy(4));
    const answers = await policy.infer(
      [windowOf(1, 0), windowOf(2, 51), windowOf(3, 102)],
      PARAMETERS,
    );
    expect(answers.map(([sample]) => rounded(sample?.x)[0])).toEqual([0.1, 0.2, 0.3]);
    expect(answers.map(([sample]) => rounded(sample?.y)[0])).toEqual([0, 0.02, 0.04]);
    await policy.close();
  });

  it('fills a batch up to a size that the graph takes and leaves the filling out of the answer', async () => {
    const sizes: number[] = [];
    const files = changed(() => ({ batch: { sizes: [1, 4], maxBatch: 4 } }));
    const policy = await loadOnnxPolicy(await openBundle(remoteBundle(files)), {
      provider: 'cpu',
      deviceId: 0,
      threads: 1,
      cacheDir: folder,
      openGraph: async (options) => {
        const graph = await openGraphHere(options);
        return {
          ...graph,
          run: (feeds, fetches) => {
            sizes.push(feeds['v0']?.dims[0] ?? 0);
            return graph.run(feeds, fetches);
          },
        };
      },
    });
    expect(await policy.infer([windowOf(1, 0), windowOf(2, 0)], PARAMETERS)).toHaveLength(2);
    expect(await policy.infer([windowOf(1, 0)], PARAMETERS)).toHaveLength(1);
    expect(sizes).toEqual([4, 1]);
    await policy.close();
  });

  it('refuses parameters that the policy cannot answer', async () => {
    const policy = await load(busy());
    await expect(
      policy.infer([windowOf(1, 0)], { ...PARAMETERS, horizonSteps: 64 }),
    ).rejects.toMatchObject({ code: 'SWEEP_FILE_INVALID' });
    await policy.close();
  });

  it('refuses a provider that the bundle does not name', async () => {
    await expect(load(busy(), { provider: 'cuda' })).rejects.toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
      message: 'policy busy runs on cpu, not on cuda',
    });
  });

  it('never falls back: without CUDA libraries it says how to get them', async () => {
    const files = changed(({ runtime }) => ({
      runtime: { ...(runtime as object), providers: ['cuda'] },
    }));
    await expect(load(files, { provider: 'cuda' })).rejects.toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
      hint: expect.stringContaining('--onnxruntime-node-install=cuda12') as string,
    });
  });

  it('refuses a runtime that is too old', async () => {
    const files = changed(({ runtime }) => ({
      runtime: { ...(runtime as object), min: '99.0.0' },
    }));
    await expect(load(files)).rejects.toThrow('needs onnxruntime 99.0.0');
  });

  it.each([
    [{ inputs: { frames: 'frames', v0: 'speed' } }, 'the graph has no input speed'],
    [{ inputs: { frames: 'frames' } }, 'input v0 of the graph is not named in policy.json'],
    [
      { output: { kind: 'trajectory', position: { xyz: 'xyz' }, yaw: 'heading' } },
      'the graph has no output heading; it has xyz, yaw',
    ],
    [
      { horizon: { steps: 5, stepUs: 100_000 } },
      'output xyz has shape [B, 1, 4, 3], policy.json says [B, 1, 5, 3]',
    ],
    [
      {
        output: { kind: 'curvature', value: 'yaw', conversion: { kind: 'gain', gain: 1 } },
        horizon: null,
      },
      'output yaw has shape [B, 1, 4], policy.json says [B, ?]',
    ],
  ])('compares policy.json with the graph: %j', async (change, message) => {
    await expect(load(changed(() => change))).rejects.toMatchObject({
      code: 'BUNDLE_GRAPH_MISMATCH',
      message: expect.stringContaining(message) as string,
    });
  });

  it('compares the type of the frames', async () => {
    const files = changed(({ cameras }) => ({
      cameras: { ...(cameras as object), dtype: 'float32' },
    }));
    await expect(load(files)).rejects.toThrow('input frames is uint8, policy.json says float32');
  });

  it('says when a file is no graph', async () => {
    const files = busy();
    files.delete('policy.json');
    files.set('graphs/policy.onnx', new TextEncoder().encode('not a graph'));
    const policy = JSON.parse(new TextDecoder().decode(busy().get('policy.json'))) as object;
    await expect(load(bundleOf({ ...policy }, files))).rejects.toMatchObject({
      code: 'BUNDLE_GRAPH_MISMATCH',
    });
  });
});

describe('a policy with a closed list of sentences', () => {
  const SENTENCES = ['Stop because the traffic light is red', 'Keep lane', 'Yield'];
  const speaking = (maxBatch = 1): BundleFiles =>
    busyPolicyBundle({
      cameras: ['front'],
      offsetsUs: [-100_000, 0],
      height: 8,
      width: 16,
      horizonSteps: STEPS,
      maxBatch,
      traces: SENTENCES,
    });

  it('says the sentence that its graph chose for each window', async () => {
    const policy = await load(speaking(4));
    const answers = await policy.infer([windowOf(2, 0), windowOf(0, 0)], PARAMETERS);
    expect(answers).toMatchObject([
      [{ trace: 'Yield', finishReason: 'stop' }],
      [{ trace: 'Stop because the traffic light is red', finishReason: 'stop' }],
    ]);
    await policy.close();
  });

  it.each([3, -1])('hands on that %d is no place in the list, for that window', async (index) => {
    const policy = await load(speaking(4));
    const [wrong, right] = await policy.infer([windowOf(index, 0), windowOf(1, 0)], PARAMETERS);
    expect(wrong).toMatchObject([
      {
        trace: null,
        finishReason: null,
        problem: {
          code: 'POLICY_OUTPUT_RANGE',
          message: `trace_index of busy is ${index}; its list has 3 sentences`,
        },
      },
    ]);
    expect(right).toMatchObject([{ trace: 'Keep lane' }]);
    expect(right?.[0]).not.toHaveProperty('problem');
    await policy.close();
  });

  it('says nothing without a list', async () => {
    const policy = await load(busy());
    const [samples] = await policy.infer([windowOf(1, 0)], PARAMETERS);
    expect(samples).toMatchObject([{ trace: null, finishReason: null }]);
    await policy.close();
  });

  it('is refused when its graph chooses none of the sentences', async () => {
    await expect(load(changed(() => ({ traces: SENTENCES })))).rejects.toMatchObject({
      code: 'BUNDLE_GRAPH_MISMATCH',
      message: expect.stringContaining(
        'the graph has no output trace_index; it has xyz, yaw',
      ) as string,
    });
  });

  it('is refused when its graph chooses from a list that is not there', async () => {
    await expect(load(changed(() => ({ traces: undefined }), speaking()))).rejects.toMatchObject({
      code: 'BUNDLE_GRAPH_MISMATCH',
      message: expect.stringContaining(
        'policy.json has no "traces" for output trace_index of the graph',
      ) as string,
    });
  });
});

describe('the copy of a bundle that lies elsewhere', () => {
  it('is made once and read again by the next process', async () => {
    const store = remoteBundle(busy());
    const options = {
      provider: 'cpu',
      deviceId: 0,
      threads: 1,
      cacheDir: folder,
      openGraph: openGraphHere,
    } as const;
    const bundle = await openBundle(store);
    await (await loadOnnxPolicy(bundle, options)).close();
    const copied = store.calls.length;
    await (await loadOnnxPolicy(bundle, options)).close();
    expect(store.calls.length).toBe(copied);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('is made again when it was damaged', async () => {
    await (await load(busy())).close();
    const [name = ''] = await readdir(folder);
    await writeFile(join(folder, name, 'graphs/policy.onnx'), 'damaged');
    const policy = await load(busy());
    expect(await policy.infer([windowOf(1, 0)], PARAMETERS)).toHaveLength(1);
    await policy.close();
  });

  it('is refused when the store holds other bytes than policy.json says, and leaves nothing behind', async () => {
    const files = busy();
    const licence = files.get('LICENSE') ?? new Uint8Array();
    files.set(
      'LICENSE',
      licence.map((byte) => byte ^ 1),
    );
    await expect(load(files)).rejects.toMatchObject({ code: 'BUNDLE_HASH_MISMATCH' });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('a bundle in a folder of this machine', () => {
  it('may hold nothing beside its graph that policy.json does not list', async () => {
    const store = await localBundle(busy(), folder);
    await writeFile(join(folder, 'graphs/weights.bin'), 'x');
    const options = {
      provider: 'cpu',
      deviceId: 0,
      threads: 1,
      cacheDir: folder,
      openGraph: openGraphHere,
    } as const;
    await expect(loadOnnxPolicy(await openBundle(store), options)).rejects.toThrow(
      'graphs/weights.bin is not in the "files" of policy.json',
    );
  });
});
