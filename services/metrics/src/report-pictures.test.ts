import { describe, expect, it } from 'vitest';
import { DrivesweepError } from '@drivesweep/contracts';
import type { CameraStream, Drive, DriveReader } from '@drivesweep/contracts';
import { createFrameDecoder, encodeJpeg } from '@drivesweep/drives';
import { MemoryObjectStore } from '@drivesweep/testkit';
import { createPictureTaker } from './report-pictures.ts';

const never = new AbortController().signal;
const FRONT = 'camera_front_wide_120fov';

async function dataset(...cameras: readonly string[]) {
  const store = new MemoryObjectStore();
  const grey = { width: 32, height: 18, pixels: new Uint8Array(3 * 32 * 18).fill(120) };
  await store.put('0.jpg', await encodeJpeg(grey, never));
  const streams = cameras.map((name): CameraStream => ({
    name,
    frameTimesUs: Float64Array.of(900_000),
    media: { kind: 'jpeg-frames', keys: ['0.jpg'] },
  }));
  const asked: string[] = [];
  const openDrive: DriveReader['openDrive'] = (driveId, options) => {
    asked.push(driveId);
    const wanted = streams.filter(({ name }) => options.cameras?.includes(name) ?? true);
    return Promise.resolve({ ...DRIVE, driveId, cameras: wanted });
  };
  const unused = () => Promise.reject(new Error('not used'));
  const reader: DriveReader = {
    openDrive,
    describe: unused,
    readSpan: unused,
    listDrives: () => {
      throw new Error('not used');
    },
  };
  const decoder = createFrameDecoder({ store, scratchDir: 'unused' });
  return { take: createPictureTaker(() => ({ reader, decoder }), never), asked };
}

const DRIVE: Drive = {
  driveId: 'drive',
  egomotion: {
    tUs: Float64Array.of(),
    xM: Float64Array.of(),
    yM: Float64Array.of(),
    zM: Float64Array.of(),
    qx: Float64Array.of(),
    qy: Float64Array.of(),
    qz: Float64Array.of(),
    qw: Float64Array.of(),
  },
  span: { firstUs: 0, lastUs: 1 },
  cameras: [],
  obstacles: null,
  egoBox: null,
  facts: {},
};

describe('the picture of a window', () => {
  it('is what the wide front camera saw last', async () => {
    const { take } = await dataset('camera_rear', FRONT);
    expect(await take('drive', 1_000_000)).toMatchObject({
      kind: 'jpeg',
      camera: FRONT,
      widthPx: 32,
      heightPx: 18,
      offsetUs: -100_000,
    });
  });

  it('is of another camera where the drive has no such camera', async () => {
    const { take } = await dataset('road_camera');
    expect(await take('drive', 1_000_000)).toMatchObject({ kind: 'jpeg', camera: 'road_camera' });
  });

  it('opens each drive once', async () => {
    const { take, asked } = await dataset(FRONT);
    await take('drive', 1_000_000);
    await take('drive', 1_000_001);
    expect(asked).toEqual(['drive']);
  });

  it('that cannot be taken says why', async () => {
    const { take } = await dataset();
    expect(await take('drive', 1)).toEqual({ kind: 'none', reason: 'drive drive has no camera' });
    const { take: early } = await dataset(FRONT);
    expect(await early('drive', 1)).toMatchObject({
      reason: `camera ${FRONT} has no frame at or before 1 us`,
    });
    expect(await early('drive', null)).toMatchObject({ kind: 'none' });
  });

  it('is not tried again when the dataset cannot be reached', async () => {
    let opened = 0;
    const take = createPictureTaker(() => {
      opened++;
      throw new DrivesweepError('STORE_UNAVAILABLE', 'the bucket is away');
    }, never);
    const none = { kind: 'none', reason: 'the bucket is away' };
    expect([await take('a', 1), await take('b', 2)]).toEqual([none, none]);
    expect(opened).toBe(1);
  });

  it('waits no longer than it may', async () => {
    const take = createPictureTaker(() => {
      throw new Error('aborted');
    }, AbortSignal.abort());
    expect(await take('a', 1)).toMatchObject({ reason: 'the dataset took too long to answer' });
  });
});
