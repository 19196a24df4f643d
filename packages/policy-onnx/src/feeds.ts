import { DrivesweepError } from '@drivesweep/contracts';
import type { InferParameters, PolicyInput } from '@drivesweep/contracts';
import type { BundleManifest } from './bundle-manifest.ts';
import type { TensorData } from './graph.ts';
import { frameDims, imageSize } from './graph-contract.ts';
import { channelsOf, imageCount } from './manifest-cameras.ts';
import type { BundleCameras } from './manifest-cameras.ts';
import { randomFeeds } from './random-feeds.ts';

/**
 * The tensors for one run over `batch`, whose length is the B of the run. Buffers of the windows may be taken over.
 * `prompts` has the ids of each window's prompt, for a graph that takes them.
 */
export function feedsOf(
  manifest: BundleManifest,
  batch: readonly PolicyInput[],
  parameters: InferParameters,
  prompts: readonly BigInt64Array[],
): Readonly<Record<string, TensorData>> {
  const { inputs, cameras, history } = manifest;
  const feeds: Record<string, TensorData> = {};
  const add = (
    name: string | undefined,
    dims: number[],
    value: (input: PolicyInput) => ArrayLike<number>,
  ) => {
    if (name !== undefined) feeds[name] = floats([batch.length, ...dims], batch.map(value));
  };
  if (cameras && inputs.frames !== undefined) {
    feeds[inputs.frames] = framesTensor(cameras, batch);
  }
  add(inputs.historyXyz, [history.steps, 3], ({ history: { x, y, z } }) => interleave(x, y, z));
  add(inputs.historyX, [history.steps], (input) => input.history.x);
  add(inputs.historyY, [history.steps], (input) => input.history.y);
  add(inputs.historyZ, [history.steps], (input) => input.history.z);
  add(inputs.historyYaw, [history.steps], (input) => input.history.yaw);
  add(inputs.v0, [], (input) => [input.v0Mps]);
  if (inputs.promptIds !== undefined) feeds[inputs.promptIds] = promptTensor(prompts);
  return { ...feeds, ...randomFeeds(manifest, batch, parameters) };
}

/**
 * Frames of all windows in the layout and type of the graph. A window's frames are planar u8, camera-major, oldest
 * first, `height x width` before the crop.
 */
export function framesTensor(camera: BundleCameras, batch: readonly PolicyInput[]): TensorData {
  const dims = [batch.length, ...frameDims(camera)];
  const windows = batch.map((input) => framesOf(camera, input));
  const asTheyAre = camera.dtype === 'uint8' && !camera.crop && isPlanar(camera.layout);
  const [only] = windows;
  // One window whose bytes are already those of the tensor: its buffer is handed over, not copied.
  if (asTheyAre && only && windows.length === 1) return { type: 'uint8', dims, data: only };
  const perWindow = dims.slice(1).reduce((product, dim) => product * dim, 1);
  const data = new (camera.dtype === 'uint8' ? Uint8Array : Float32Array)(perWindow * batch.length);
  windows.forEach((frames, i) => {
    const target = data.subarray(i * perWindow, (i + 1) * perWindow);
    if (asTheyAre) target.set(frames);
    else convert(camera, frames, target);
  });
  return { type: camera.dtype, dims, data };
}

function framesOf(camera: BundleCameras, input: PolicyInput): Uint8Array {
  const bytes = imageCount(camera) * channelsOf(camera.colour) * camera.height * camera.width;
  if (input.frames?.length === bytes) return input.frames;
  const got = input.frames ? `${input.frames.length} bytes of frames` : 'no frames';
  throw new DrivesweepError(
    'INTERNAL',
    `window ${input.windowId} brings ${got}, the policy takes ${bytes}`,
  );
}

function isPlanar(layout: BundleCameras['layout']): boolean {
  return layout === 'BNCHW' || layout === 'BCHW';
}

/** Crops, normalises and interleaves the channels of one window, as far as each is asked for. */
function convert(
  camera: BundleCameras,
  frames: Uint8Array,
  target: Uint8Array | Float32Array,
): void {
  const channels = channelsOf(camera.colour);
  const size = imageSize(camera);
  const top = camera.crop?.top ?? 0;
  const left = camera.crop?.left ?? 0;
  const planes = frames.length / (camera.height * camera.width);
  const planar = isPlanar(camera.layout);
  for (let plane = 0; plane < planes; plane++) {
    const channel = plane % channels;
    const value = valueTable(camera, channel);
    const image = ((plane - channel) / channels) * channels * size.height * size.width;
    for (let row = 0; row < size.height; row++) {
      const from = (plane * camera.height + top + row) * camera.width + left;
      for (let column = 0; column < size.width; column++) {
        const pixel = row * size.width + column;
        const to = planar
          ? plane * size.height * size.width + pixel
          : image + pixel * channels + channel;
        target[to] = value[frames[from + column] ?? 0] ?? NaN;
      }
    }
  }
}

/** What each of the 256 values of a pixel becomes in this channel. */
function valueTable(camera: BundleCameras, channel: number): Float64Array {
  const scale = camera.scale ?? 1;
  const mean = camera.mean?.[camera.mean.length === 1 ? 0 : channel] ?? 0;
  const std = camera.std?.[camera.std.length === 1 ? 0 : channel] ?? 1;
  return Float64Array.from({ length: 256 }, (_, pixel) => (pixel * scale - mean) / std);
}

/** int64 [B, P] */
function promptTensor(prompts: readonly BigInt64Array[]): TensorData {
  const length = prompts[0]?.length ?? 0;
  const data = new BigInt64Array(length * prompts.length);
  prompts.forEach((ids, b) => data.set(ids, b * length));
  return { type: 'int64', dims: [prompts.length, length], data };
}

function floats(dims: number[], rows: readonly ArrayLike<number>[]): TensorData {
  const perRow = dims.slice(1).reduce((product, dim) => product * dim, 1);
  const data = new Float32Array(perRow * rows.length);
  rows.forEach((row, i) => {
    if (row.length !== perRow) {
      throw new DrivesweepError('INTERNAL', `history has ${row.length} numbers, not ${perRow}`);
    }
    data.set(row, i * perRow);
  });
  return { type: 'float32', dims, data };
}

function interleave(x: Float64Array, y: Float64Array, z: Float64Array): Float64Array {
  return Float64Array.from(
    { length: 3 * x.length },
    (_, i) => [x, y, z][i % 3]?.[(i - (i % 3)) / 3] ?? NaN,
  );
}
