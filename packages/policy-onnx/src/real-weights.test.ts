import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PolicyInput } from '@drivesweep/contracts';
import { bundleOf, localBundle } from '@drivesweep/testkit';
import type { BundleManifestInput } from './bundle-manifest.ts';
import { openBundle } from './bundle.ts';
import { loadOnnxPolicy } from './onnx-policy.ts';
import { openGraphHere } from './ort-graph.ts';

/*
 * The image path with networks that other people trained, on real dash-camera video. Both give steering and no trajectory,
 * so the bundle declares a curvature that the pipeline integrates. What comes out is compared with plain onnxruntime on the
 * same pixels, prepared here by other code.
 */

const DATA = new URL('../../../../shared/data/', import.meta.url).pathname;
const VIDEO = join(DATA, 'carnd_video/solidWhiteRight.mp4');
const there = ['onnx/dronet.onnx', 'onnx/dave_small.onnx'].every((f) => existsSync(join(DATA, f)));
const withVideo = there && existsSync(VIDEO);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drivesweep-weights-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const FRAMES = 4;
const STEPS = 64;
const STEP_US = 100_000;
const PARAMETERS = { samples: 1, seed: 0, horizonSteps: STEPS, stepUs: STEP_US };

/** A frame of the video every two seconds, planar, as the frame decoder gives it. */
function videoFrames(size: number, colour: 'rgb' | 'grey'): Uint8Array[] {
  const format = colour === 'grey' ? 'gray' : 'gbrp';
  const args = ['-v', 'error', '-i', VIDEO, '-vf', `fps=1/2,scale=${size}:${size}:flags=area`];
  const raw = execFileSync('ffmpeg', [...args, '-f', 'rawvideo', '-pix_fmt', format, '-'], {
    maxBuffer: 1 << 28,
  });
  const plane = size * size;
  const bytes = colour === 'grey' ? plane : 3 * plane;
  return Array.from({ length: FRAMES }, (_, i) => {
    const frame = Uint8Array.from(raw.subarray(i * bytes, (i + 1) * bytes));
    if (colour === 'grey') return frame;
    const [g, b, r] = [0, 1, 2].map((p) => frame.subarray(p * plane, (p + 1) * plane));
    return Uint8Array.of(...(r ?? []), ...(g ?? []), ...(b ?? []));
  });
}

function windowOf(frames: Uint8Array): PolicyInput {
  const zeros = new Float64Array(16);
  const history = { x: zeros, y: zeros, z: zeros, yaw: zeros };
  return { windowId: 'w', history, v0Mps: 10, frames: frames.slice() };
}

async function policyFrom(graph: string, own: Partial<BundleManifestInput>) {
  const bytes = await readFile(join(DATA, 'onnx', graph));
  const licence = await readFile(join(DATA, 'onnx/LICENSE'));
  const manifest: Omit<BundleManifestInput, 'files'> = {
    schema: 'policy-bundle/1',
    name: graph.replace('.onnx', ''),
    version: '1.0.0',
    licence: {
      id: 'MIT',
      url: 'https://github.com/dlshriver/dnnv-benchmarks',
      commercialUse: true,
      mustAccept: false,
    },
    runtime: { engine: 'onnxruntime', min: '1.20.0', opset: 9, providers: ['cpu'] },
    graph: `graphs/${graph}`,
    cameras: null,
    inputs: {},
    output: { kind: 'curvature', value: '', conversion: { kind: 'gain', gain: 0 } },
    history: { steps: 16, stepUs: STEP_US },
    horizon: null,
    samples: [1],
    batch: { sizes: [1], maxBatch: 1 },
    golden: null,
    ...own,
  };
  const files = new Map<string, Uint8Array>([
    [`graphs/${graph}`, bytes],
    ['LICENSE', licence],
  ]);
  const store = await localBundle(bundleOf(manifest, files), join(folder, graph));
  return loadOnnxPolicy(await openBundle(store), {
    provider: 'cpu',
    deviceId: 0,
    threads: 1,
    cacheDir: folder,
    openGraph: openGraphHere,
  });
}

const camera = {
  names: ['front'],
  frames: { offsetsUs: [0] },
  resize: 'area' as const,
  dtype: 'float32' as const,
  scale: 1 / 255,
};

describe.skipIf(!withVideo)('networks with real weights (needs ../shared/data)', () => {
  it('dronet steers as plain onnxruntime says, in batches and alone', async () => {
    const gain = 0.1;
    const policy = await policyFrom('dronet.onnx', {
      cameras: { ...camera, height: 200, width: 200, colour: 'grey', layout: 'BHWC' },
      inputs: { frames: 'input_1' },
      output: { kind: 'curvature', value: 'output', column: 0, conversion: { kind: 'gain', gain } },
      batch: { sizes: 'dynamic', maxBatch: FRAMES },
    });
    const frames = videoFrames(200, 'grey');
    const together = await policy.infer(frames.map(windowOf), PARAMETERS);
    const session = await InferenceSession.create(join(DATA, 'onnx/dronet.onnx'));
    const steering: number[] = [];
    for (const [i, frame] of frames.entries()) {
      const pixels = Float32Array.from(frame, (value) => value / 255);
      const { output } = await session.run({ input_1: new Tensor(pixels, [1, 200, 200, 1]) });
      const expected = gain * Number(output?.data[0]);
      steering.push(expected);
      expect(together[i]?.[0]?.curvature?.[0]).toBeCloseTo(expected, 6);
      const [[alone] = []] = await policy.infer([windowOf(frame)], PARAMETERS);
      expect(alone?.curvature?.[0]).toBeCloseTo(expected, 6);
      expect(alone?.x.every(Number.isFinite)).toBe(true);
      // 64 steps of 0.1 s at 10 m/s along an arc of this curvature turn by 64 m of it.
      expect(alone?.yaw.at(-1)).toBeCloseTo(64 * expected, 4);
    }
    // Otherwise a constant would pass.
    expect(new Set(steering.map((value) => value.toFixed(4))).size).toBeGreaterThan(1);
    await Promise.all([policy.close(), session.release()]);
  });

  it('DAVE steers as plain onnxruntime says, by the bicycle model', async () => {
    const wheelbaseM = 2.8;
    const policy = await policyFrom('dave_small.onnx', {
      cameras: { ...camera, height: 100, width: 100, colour: 'rgb', layout: 'BCHW' },
      inputs: { frames: 'input.1' },
      output: {
        kind: 'curvature',
        value: '20',
        conversion: { kind: 'steering', radPerUnit: 1, wheelbaseM },
      },
    });
    const session = await InferenceSession.create(join(DATA, 'onnx/dave_small.onnx'));
    for (const frame of videoFrames(100, 'rgb')) {
      const pixels = Float32Array.from(frame, (value) => value / 255);
      const answers = await session.run({ 'input.1': new Tensor(pixels, [1, 3, 100, 100]) });
      const expected = Math.tan(Number(answers['20']?.data[0])) / wheelbaseM;
      const [[sample] = []] = await policy.infer([windowOf(frame)], PARAMETERS);
      expect(sample?.curvature?.[0]).toBeCloseTo(expected, 6);
      expect(sample?.yaw.every(Number.isFinite)).toBe(true);
    }
    await Promise.all([policy.close(), session.release()]);
  });
});
