import { describe, expect, it } from 'vitest';
import type { Drive, DriveReader } from '@drivesweep/contracts';
import { formatDrive, inspectDrive } from './inspect-drive.ts';

/** A drive of 10 s at 10 Hz, straight on. */
function drive(changes: Partial<Drive> = {}, tUs = steps(101, 100_000)): Drive {
  const column = (value: (index: number) => number) =>
    Float64Array.from({ length: tUs.length }, (_, index) => value(index));
  const zero = column(() => 0);
  return {
    driveId: 'drive',
    egomotion: {
      tUs,
      xM: column((index) => index),
      yM: zero,
      zM: zero,
      qx: zero,
      qy: zero,
      qz: zero,
      qw: column(() => 1),
    },
    span: { firstUs: 0, lastUs: 10_000_000 },
    cameras: [],
    obstacles: null,
    egoBox: null,
    facts: { country: 'de' },
    ...changes,
  };
}

function steps(count: number, stepUs: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => index * stepUs);
}

function readerOf(found: Drive): DriveReader {
  const never = () => Promise.reject(new Error('not asked for'));
  return {
    describe: never,
    readSpan: never,
    openDrive: () => Promise.resolve(found),
    listDrives: () => ({ [Symbol.asyncIterator]: () => ({ next: never }) }),
  };
}

describe('a drive that is inspected', () => {
  it('tells what is recorded and how many windows a sweep would ask', async () => {
    const camera = {
      name: 'front',
      frameTimesUs: steps(300, 33_333),
      media: { kind: 'jpeg-frames' as const, keys: [] },
    };
    const about = await inspectDrive(readerOf(drive({ cameras: [camera] })), 'drive');
    expect(about).toMatchObject({
      span: { seconds: 10 },
      poses: 101,
      posesHz: 10,
      cameras: [{ name: 'front', frames: 300 }],
      // From 1.5 s, the first with a whole history, to 3.6 s, the last with a whole future.
      windowsAt10Hz: 22,
      problems: [],
    });
    expect(formatDrive(about)).toContain('poses      101 (10.0 Hz)');
  });

  it('tells labels of nobody from no labels, and how large the vehicle is', async () => {
    const egoBox = { lengthM: 4.87, widthM: 2.1, rearAxleToCentreM: 1.425 };
    const labelled = await inspectDrive(readerOf(drive({ obstacles: [], egoBox })), 'drive');
    expect(labelled).toMatchObject({ obstacles: 0, egoBox });
    expect(formatDrive(labelled)).toMatch(/obstacles {2}0 tracks\nvehicle {4}4.87 x 2.10 m/);
    const unlabelled = await inspectDrive(readerOf(drive()), 'drive');
    expect(unlabelled).toMatchObject({ obstacles: null, egoBox: null });
    expect(formatDrive(unlabelled)).toMatch(/obstacles {2}none\nvehicle {4}of unknown size/);
  });

  it('tells what is wrong with it', async () => {
    const tUs = steps(101, 100_000);
    tUs[50] = 0;
    const problems = [
      { stream: 'camera_front', code: 'DRIVE_UNREADABLE' as const, message: 'truncated zip' },
    ];
    const about = await inspectDrive(readerOf(drive({ problems }, tUs)), 'drive');
    expect(about.problems).toEqual([
      'egomotion: not-monotonic at pose 50',
      'camera_front: [DRIVE_UNREADABLE] truncated zip',
    ]);
    expect(formatDrive(about)).toContain('problem    egomotion: not-monotonic at pose 50');
  });
});
