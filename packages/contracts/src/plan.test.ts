import { describe, expect, it } from 'vitest';
import {
  decodePlanChunk,
  encodePlanChunk,
  gridT0Us,
  shardIdOf,
  shardsOfDrive,
  windowIdOf,
} from './plan.ts';

const ALPAMAYO = { everyUs: 100_000, historySteps: 16, horizonSteps: 64, stepUs: 100_000 };

describe('gridT0Us', () => {
  it('starts at the first t0 with a whole history and ends at the last with a whole future', () => {
    const t0Us = gridT0Us({ firstUs: 0, lastUs: 20_000_000 }, ALPAMAYO);
    expect(t0Us[0]).toBe(1_500_000);
    expect(t0Us.at(-1)).toBe(13_600_000);
    expect(t0Us).toHaveLength(122);
  });

  it('fits 521 windows into the 59.95 s of the comma2k19 example', () => {
    expect(gridT0Us({ firstUs: 0, lastUs: 59_950_000 }, ALPAMAYO)).toHaveLength(521);
  });

  it('is anchored at the first possible t0, not at a round number', () => {
    expect(gridT0Us({ firstUs: 33_333, lastUs: 9_000_000 }, ALPAMAYO)[0]).toBe(1_533_333);
  });

  it('is empty for a drive that is too short', () => {
    expect(gridT0Us({ firstUs: 0, lastUs: 7_899_999 }, ALPAMAYO)).toEqual([]);
    expect(gridT0Us({ firstUs: 0, lastUs: 7_900_000 }, ALPAMAYO)).toEqual([1_500_000]);
  });
});

describe('shardsOfDrive', () => {
  const drive = { driveId: 'd', t0Us: [3, 1, 2, 1], verdict: null };

  it('holds every window once, in order, in shards of bounded size', () => {
    const shards = shardsOfDrive(drive, 7, 2);
    expect(shards.map(({ index, t0Us }) => ({ index, t0Us }))).toEqual([
      { index: 7, t0Us: [1, 2] },
      { index: 8, t0Us: [3] },
    ]);
  });

  it('says where to go beside each t0, and nothing when no window has a text of its own', () => {
    const navigation = new Map([[3, 'turn left']]);
    const [first, second] = shardsOfDrive({ ...drive, navigation }, 0, 2);
    expect(first).not.toHaveProperty('navigation');
    expect(second).toMatchObject({ t0Us: [3], navigation: ['turn left'] });
    const [whole] = shardsOfDrive({ ...drive, navigation }, 0);
    expect(whole?.navigation).toEqual([null, null, 'turn left']);
  });

  it('names a shard after its windows only', () => {
    const [first] = shardsOfDrive(drive, 7, 2);
    expect(first?.shardId).toBe(shardIdOf('d', [1, 2]));
    expect(shardIdOf('d', [1, 2])).not.toBe(shardIdOf('e', [1, 2]));
  });
});

describe('plan chunks', () => {
  it('come back as they were written, a window without a time included', () => {
    const verdict = {
      status: 'error' as const,
      code: 'DRIVE_UNREADABLE',
      message: 'zip ends early',
    };
    const shards = [
      ...shardsOfDrive({ driveId: 'good', t0Us: [1, 2], verdict: null }, 0),
      ...shardsOfDrive({ driveId: 'bad', t0Us: [null], verdict }, 1),
    ];
    expect(decodePlanChunk(encodePlanChunk(shards))).toEqual(shards);
  });

  it('are refused when a field is missing', () => {
    expect(() => decodePlanChunk(new TextEncoder().encode('{"index":0}\n'))).toThrow(/shardId/);
  });
});

describe('windowIdOf', () => {
  it('names a window without a time', () => {
    expect(windowIdOf('d', 5)).toBe('d@5');
    expect(windowIdOf('d', null)).toBe('d@none');
  });
});
