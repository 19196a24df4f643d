import { z } from 'zod';
import { smartResize } from '@drivesweep/contracts';
import { contradictionsAt, positive } from './manifest-fields.ts';
import type { Contradiction } from './manifest-fields.ts';

const frameTimes = z.union([
  z.strictObject({
    /** Relative to t0, strictly ascending, never after t0. */
    offsetsUs: z.array(z.int().max(0, 'a frame after t0 would show the future')).min(1),
  }),
  /** `count` frames at `hz`, the last at t0. */
  z.strictObject({ count: positive, hz: z.number().positive() }),
]);

export const camerasSchema = z.strictObject({
  /** Dataset camera names, in the order of the N axis. */
  names: z.array(z.string().min(1)).min(1),
  frames: frameTimes,
  /** Frames are resized to this, then cut to `crop`. */
  height: positive,
  width: positive,
  /** See FrameFormat of @drivesweep/contracts; `catmull-rom` is what PIL and torchvision call antialiased bicubic. */
  resize: z.enum(['bicubic', 'bilinear', 'area', 'catmull-rom']),
  /**
   * The rule by which the policy's own preprocessing chooses a size. Frames of a source for which it would choose
   * another one than `height` x `width` are refused, not stretched. Absent: any source is stretched.
   */
  smartResize: z
    .strictObject({ factor: positive, minPixels: positive, maxPixels: positive })
    .optional(),
  crop: z
    .strictObject({ top: z.int().min(0), left: z.int().min(0), height: positive, width: positive })
    .optional(),
  colour: z.enum(['rgb', 'bgr', 'grey']),
  layout: z.enum(['BNCHW', 'BNHWC', 'BCHW', 'BHWC']),
  dtype: z.enum(['uint8', 'float32']),
  /** float32 only: value = (pixel * scale - mean[c]) / std[c]; one mean and std, or one per channel. */
  scale: z.number().optional(),
  mean: z.array(z.number()).optional(),
  std: z.array(z.number().positive()).optional(),
});
export type BundleCameras = z.output<typeof camerasSchema>;

export function channelsOf(colour: BundleCameras['colour']): number {
  return colour === 'grey' ? 1 : 3;
}

/** Frame times relative to t0, ascending. */
export function frameOffsetsUs(camera: BundleCameras): number[] {
  if ('offsetsUs' in camera.frames) return camera.frames.offsetsUs;
  const { count, hz } = camera.frames;
  return Array.from({ length: count }, (_, i) =>
    i === count - 1 ? 0 : ((i + 1 - count) * 1e6) / hz,
  );
}

/** Length of the N axis. */
export function imageCount(camera: BundleCameras): number {
  return camera.names.length * frameOffsetsUs(camera).length;
}

export function cameraContradictions(camera: BundleCameras): Contradiction[] {
  const { found, refuse } = contradictionsAt('cameras');
  const offsets = frameOffsetsUs(camera);
  const images = imageCount(camera);
  const perChannel = [1, channelsOf(camera.colour)];
  refuse(new Set(camera.names).size < camera.names.length, ['names'], 'a camera is named twice');
  refuse(!offsets.every(Number.isInteger), ['frames'], 'times are not whole microseconds');
  refuse(
    offsets.some((offset, i) => i > 0 && offset <= (offsets[i - 1] ?? offset)),
    ['frames'],
    'times do not strictly ascend',
  );
  refuse(
    camera.layout === 'BHWC' && images > 1,
    ['layout'],
    `BHWC has room for one image, there are ${images}`,
  );
  refuse(
    camera.dtype === 'uint8' && Boolean(camera.scale ?? camera.mean ?? camera.std),
    ['dtype'],
    'uint8 pixels are handed over as they are: scale, mean and std need float32',
  );
  for (const field of ['mean', 'std'] as const) {
    const length = camera[field]?.length ?? 1;
    refuse(!perChannel.includes(length), [field], 'expected one value, or one per channel');
  }
  const { crop } = camera;
  refuse(
    crop !== undefined &&
      (crop.top + crop.height > camera.height || crop.left + crop.width > camera.width),
    ['crop'],
    `reaches outside ${camera.height}x${camera.width}`,
  );
  found.push(...smartResizeContradictions(camera));
  return found;
}

/** A size that the rule keeps is one that it can choose; any other is chosen for no source. */
function smartResizeContradictions({ smartResize: rule, height, width }: BundleCameras) {
  const { found, refuse } = contradictionsAt('cameras', 'smartResize');
  if (!rule) return found;
  const ordered = rule.minPixels <= rule.maxPixels;
  refuse(!ordered, ['minPixels'], 'more than maxPixels');
  if (!ordered) return found;
  const kept = smartResize({ height, width }, rule);
  refuse(
    kept.height !== height || kept.width !== width,
    [],
    `never chooses ${height}x${width}: it would make ${kept.height}x${kept.width} of it`,
  );
  return found;
}
