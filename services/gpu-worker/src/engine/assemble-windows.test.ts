import { describe, expect, it } from 'vitest';
import { FrameError } from '@drivesweep/contracts';
import type { DecodedFrame } from '@drivesweep/contracts';
import { assembleWindows, firstNeededFrames } from './assemble-windows.ts';
import type { AssembledWindow } from './assemble-windows.ts';
import { CameraFeed } from './camera-feed.ts';
import { failedRow } from './prepare-windows.ts';
import type { AnswerableWindow, PreparedWindow } from './prepare-windows.ts';

const none = new Float64Array(0);
const PATH = { x: none, y: none, z: none, yaw: none };

function windowOf(t0Us: number, ...frameIndices: number[][]): AnswerableWindow {
  return {
    status: 'answerable',
    windowId: `d@${t0Us}`,
    driveId: 'd',
    t0Us,
    facts: {},
    history: PATH,
    future: PATH,
    v0Mps: 1,
    obstacles: null,
    egoBox: null,
    frameIndices,
  };
}

const FAILED = failedRow('d', 7, {}, { code: 'EGOMOTION_GAP', message: 'gap' });

/** Frame i of a camera is the two pixels (base + i, base + i). */
function feedOf(base: number, wanted: number[], damaged: readonly number[] = []): CameraFeed {
  return new CameraFeed(async function* (indices): AsyncGenerator<DecodedFrame> {
    for (const frameIndex of indices) {
      await Promise.resolve();
      if (damaged.includes(frameIndex)) {
        const where = { frameIndex, resumeAtFrame: frameIndex + 1 };
        throw new FrameError('FRAME_UNDECODABLE', `frame ${frameIndex}`, where);
      }
      yield { frameIndex, pixels: new Uint8Array(2).fill(base + frameIndex) };
    }
  }, wanted);
}

async function all(windows: PreparedWindow[], feeds: CameraFeed[]): Promise<AssembledWindow[]> {
  const assembled: AssembledWindow[] = [];
  for await (const one of assembleWindows(windows, feeds)) assembled.push(one);
  return assembled;
}

const pixels = (one: AssembledWindow | undefined) =>
  one?.kind === 'ready' ? [...(one.input.frames ?? [])] : one?.row.code;

describe('assembleWindows', () => {
  it('joins frames camera by camera, oldest first', async () => {
    const windows = [windowOf(1, [0, 1], [3, 4])];
    const [one] = await all(windows, [feedOf(10, [0, 1]), feedOf(20, [3, 4])]);
    expect(pixels(one)).toEqual([10, 10, 11, 11, 23, 23, 24, 24]);
  });

  it('gives every window its own bytes, though they share frames', async () => {
    const [first, second] = await all(
      [windowOf(1, [0, 1]), windowOf(2, [1, 2])],
      [feedOf(0, [0, 1, 2])],
    );
    expect(pixels(first)).toEqual([0, 0, 1, 1]);
    expect(pixels(second)).toEqual([1, 1, 2, 2]);
    if (first?.kind === 'ready' && second?.kind === 'ready') {
      expect(first.input.frames?.buffer).not.toBe(second.input.frames?.buffer);
    }
  });

  it('passes a failed window through in its place', async () => {
    const assembled = await all([windowOf(1, [0]), FAILED, windowOf(2, [1])], [feedOf(0, [0, 1])]);
    expect(assembled.map((one) => [one.position, pixels(one)])).toEqual([
      [0, [0, 0]],
      [1, 'EGOMOTION_GAP'],
      [2, [1, 1]],
    ]);
  });

  it('fails only the windows that look at a damaged frame', async () => {
    const windows = [windowOf(1, [0]), windowOf(2, [1]), windowOf(3, [2])];
    const assembled = await all(windows, [feedOf(0, [0, 1, 2], [1])]);
    expect(assembled.map(pixels)).toEqual([[0, 0], 'FRAME_UNDECODABLE', [2, 2]]);
  });

  it('holds no frame that no later window needs', async () => {
    const feed = feedOf(0, [0, 1, 2, 3]);
    const kept: number[] = [];
    const windows = [windowOf(1, [0, 1]), windowOf(2, [1, 2]), windowOf(3, [2, 3])];
    for await (const { position } of assembleWindows(windows, [feed])) kept[position] = feed.kept;
    expect(kept).toEqual([1, 1, 0]);
  });

  it('gives a policy that does not look no frames', async () => {
    const [one] = await all([windowOf(1)], []);
    expect(one?.kind === 'ready' && one.input.frames).toBeNull();
  });
});

describe('firstNeededFrames', () => {
  it('looks ahead over all later windows, also when they are not in order', () => {
    const windows = [windowOf(1, [5], [1]), FAILED, windowOf(2, [3], [9])];
    expect(firstNeededFrames(windows, 2)).toEqual([
      [3, 1],
      [3, 9],
      [3, 9],
      [Infinity, Infinity],
    ]);
  });
});
