import { FrameError } from '@drivesweep/contracts';
import type { FailedPrediction, PolicyInput } from '@drivesweep/contracts';
import type { Stage } from '../protocol.ts';
import type { CameraFeed } from './camera-feed.ts';
import { failedRow } from './prepare-windows.ts';
import type { AnswerableWindow, PreparedWindow } from './prepare-windows.ts';

/** A window with its pixels, or the row that it becomes without the policy. */
export type AssembledWindow =
  | {
      readonly kind: 'ready';
      readonly position: number;
      readonly window: AnswerableWindow;
      readonly input: PolicyInput;
    }
  | { readonly kind: 'failed'; readonly position: number; readonly row: FailedPrediction };

/** What takes down how long each stage takes; times are milliseconds of any steady clock. */
export interface StageWatch {
  readonly nowMs: () => number;
  readonly observe: (stage: Stage, seconds: number) => void;
}

const UNWATCHED: StageWatch = { nowMs: () => 0, observe: () => undefined };

/**
 * Gives the windows of a shard in order, each as soon as its frames are there. Works only as fast as it is asked, and
 * holds only the frames that a later window needs. Cameras are decoded side by side.
 * @param feeds one per camera, in the order of the first axis of `frameIndices`
 * @param watch told how long each window waited for its frames (`decode`) and was put together (`assemble`)
 */
export async function* assembleWindows(
  windows: readonly PreparedWindow[],
  feeds: readonly CameraFeed[],
  watch: StageWatch = UNWATCHED,
): AsyncGenerator<AssembledWindow, void, undefined> {
  const needed = firstNeededFrames(windows, feeds.length);
  for (const [position, window] of windows.entries()) {
    if (window.status !== 'answerable') {
      yield { kind: 'failed', position, row: window };
      continue;
    }
    const frames = await framesOf(window, feeds, watch);
    feeds.forEach((feed, camera) => feed.dropBefore(needed[position + 1]?.[camera] ?? Infinity));
    if (frames instanceof FrameError) {
      const row = failedRow(window.driveId, window.t0Us, window.facts, frames);
      yield { kind: 'failed', position, row };
      continue;
    }
    const { windowId, history, v0Mps } = window;
    yield { kind: 'ready', position, window, input: { windowId, history, v0Mps, frames } };
  }
}

/**
 * For each position of the shard and each camera the smallest frame index that a window from there on needs; Infinity
 * when none does. One entry more than there are windows.
 */
export function firstNeededFrames(
  windows: readonly PreparedWindow[],
  cameras: number,
): readonly (readonly number[])[] {
  let needed: readonly number[] = Array<number>(cameras).fill(Infinity);
  const fromLast = [needed];
  for (const window of windows.toReversed()) {
    if (window.status === 'answerable') {
      needed = needed.map((first, c) => Math.min(first, ...(window.frameIndices[c] ?? [])));
    }
    fromLast.push(needed);
  }
  return fromLast.reverse();
}

/** The window's pixels [camera * frame, channel, row, column], null when it needs none, or why they do not come. */
async function framesOf(
  { frameIndices }: AnswerableWindow,
  feeds: readonly CameraFeed[],
  { nowMs, observe }: StageWatch,
): Promise<Uint8Array | FrameError | null> {
  if (feeds.length === 0) return null;
  const askedMs = nowMs();
  const perCamera = await Promise.all(
    feeds.map((feed, camera) => framesOfCamera(feed, frameIndices[camera] ?? [])),
  );
  const decodedMs = nowMs();
  observe('decode', (decodedMs - askedMs) / 1000);
  const images: Uint8Array[] = [];
  for (const frames of perCamera) {
    if (frames instanceof FrameError) return frames;
    images.push(...frames);
  }
  const joined = new Uint8Array(images.reduce((sum, image) => sum + image.length, 0));
  let offset = 0;
  for (const image of images) {
    joined.set(image, offset);
    offset += image.length;
  }
  observe('assemble', (nowMs() - decodedMs) / 1000);
  return joined;
}

async function framesOfCamera(
  feed: CameraFeed,
  frameIndices: readonly number[],
): Promise<Uint8Array[] | FrameError> {
  const frames: Uint8Array[] = [];
  let lost: FrameError | undefined;
  for (const index of frameIndices) {
    try {
      frames.push(await feed.frame(index));
    } catch (thrown) {
      if (!(thrown instanceof FrameError)) throw thrown;
      lost ??= thrown;
    }
  }
  return lost ?? frames;
}
