import { describe, expect, it } from 'vitest';
import { DrivesweepError, FrameError } from '@drivesweep/contracts';
import type { DecodedFrame } from '@drivesweep/contracts';
import { CameraFeed } from './camera-feed.ts';

interface Video {
  /** Frame -> from where on the video goes on. */
  readonly damaged?: ReadonlyMap<number, number | null>;
  readonly opened?: number[][];
  readonly decoded?: number[];
}

/** A stream whose frame i has the one pixel i. */
function streamOf({ damaged = new Map(), opened = [], decoded = [] }: Video) {
  return async function* (wanted: readonly number[]): AsyncGenerator<DecodedFrame> {
    opened.push([...wanted]);
    for (const frameIndex of wanted) {
      await Promise.resolve();
      const resumeAtFrame = damaged.get(frameIndex);
      if (resumeAtFrame !== undefined) {
        const where = { frameIndex, resumeAtFrame };
        throw new FrameError('FRAME_UNDECODABLE', `frame ${frameIndex}`, where);
      }
      decoded.push(frameIndex);
      yield { frameIndex, pixels: Uint8Array.of(frameIndex) };
    }
  };
}

describe('CameraFeed', () => {
  it('decodes each frame once, however often it is asked for', async () => {
    const decoded: number[] = [];
    const feed = new CameraFeed(streamOf({ decoded }), [1, 2, 3]);
    expect(await feed.frame(2)).toEqual(Uint8Array.of(2));
    expect(await feed.frame(1)).toEqual(Uint8Array.of(1));
    expect(await feed.frame(2)).toEqual(Uint8Array.of(2));
    expect(decoded).toEqual([1, 2]);
  });

  it('decodes no further than it is asked', async () => {
    const decoded: number[] = [];
    const feed = new CameraFeed(streamOf({ decoded }), [1, 2, 3]);
    await feed.frame(1);
    expect(decoded).toEqual([1]);
  });

  it('keeps only what is still needed, and accounts for its bytes', async () => {
    let bytes = 0;
    const feed = new CameraFeed(streamOf({}), [1, 2, 3], (change) => (bytes += change));
    await feed.frame(3);
    expect([feed.kept, bytes]).toEqual([3, 3]);
    feed.dropBefore(3);
    expect([feed.kept, bytes]).toEqual([1, 1]);
    await feed.close();
    expect([feed.kept, bytes]).toEqual([0, 0]);
  });

  it('loses a damaged stretch and goes on behind it', async () => {
    const opened: number[][] = [];
    const damaged = new Map([[2, 4]]);
    const feed = new CameraFeed(streamOf({ damaged, opened }), [1, 2, 3, 4, 5]);
    expect(await feed.frame(1)).toEqual(Uint8Array.of(1));
    await expect(feed.frame(2)).rejects.toThrow('frame 2');
    await expect(feed.frame(3)).rejects.toThrow('frame 2');
    expect(await feed.frame(5)).toEqual(Uint8Array.of(5));
    expect(opened).toEqual([
      [1, 2, 3, 4, 5],
      [4, 5],
    ]);
  });

  it('loses all the rest when the video does not go on', async () => {
    const feed = new CameraFeed(streamOf({ damaged: new Map([[2, null]]) }), [1, 2, 9]);
    await expect(feed.frame(9)).rejects.toMatchObject({ code: 'FRAME_UNDECODABLE' });
    expect(await feed.frame(1)).toEqual(Uint8Array.of(1));
  });

  it('comes to an end with a decoder that always says to go on where it failed', async () => {
    const damaged = new Map([1, 2, 3].map((frame) => [frame, frame]));
    const feed = new CameraFeed(streamOf({ damaged }), [1, 2, 3]);
    await expect(feed.frame(3)).rejects.toThrow('frame 3');
  });

  it('does not take a failure of the store for a lost frame', async () => {
    const down = {
      next: () => Promise.reject(new DrivesweepError('STORE_UNAVAILABLE', 'down')),
    };
    const feed = new CameraFeed(() => ({ [Symbol.asyncIterator]: () => down }), [1]);
    await expect(feed.frame(1)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});
