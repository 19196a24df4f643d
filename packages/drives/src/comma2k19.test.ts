import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gridT0Us } from '@drivesweep/contracts';
import type { Drive, DriveEntry } from '@drivesweep/contracts';
import { FolderObjectStore } from '@drivesweep/object-store';
import { MemoryObjectStore } from '@drivesweep/testkit';
import { describe, expect, it } from 'vitest';
import { CommaReader } from './comma2k19.ts';
import { parseNpy } from './npy.ts';

const ROUTE = 'b0c9d2329ad1606b_2018-08-02--08-34-47';
const DRIVE_ID = `${ROUTE}--40`;
const EVERYTHING = { cameras: null, obstacles: true };
const ALL = { split: null, ids: null, limit: null };

/** The bytes that numpy.save writes for an array of float64. */
function npy(shape: readonly number[], values: readonly number[]): Uint8Array {
  const descr = `{'descr': '<f8', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const header = Buffer.from(`${descr.padEnd(117)}\n`);
  const fixed = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0]);
  return Buffer.concat([fixed, header, new Uint8Array(Float64Array.from(values).buffer)]);
}

interface SegmentParts {
  readonly folder?: string;
  readonly times?: readonly number[];
  readonly quaternion?: readonly number[];
  readonly video?: Uint8Array;
}

/** A segment with one pose per time, each one metre further along the x axis of ECEF. */
function segmentStore(...segments: SegmentParts[]): MemoryObjectStore {
  const store = new MemoryObjectStore();
  for (const { folder = `${ROUTE}/40`, times = [100, 100.05, 100.1], ...rest } of segments) {
    const n = times.length;
    const quaternions = times.flatMap(() => rest.quaternion ?? [1, 0, 0, 0]);
    const positions = times.flatMap((_, i) => [4e6 + i, 5, 6]);
    store.objects.set(`${folder}/global_pose/frame_times`, npy([n], times));
    store.objects.set(`${folder}/global_pose/frame_positions`, npy([n, 3], positions));
    store.objects.set(`${folder}/global_pose/frame_orientations`, npy([n, 4], quaternions));
    if (rest.video) store.objects.set(`${folder}/video.hevc`, rest.video);
  }
  return store;
}

async function listed(store: MemoryObjectStore, selection = {}): Promise<DriveEntry[]> {
  const entries: DriveEntry[] = [];
  for await (const entry of new CommaReader(store).listDrives({ ...ALL, ...selection })) {
    entries.push(entry);
  }
  return entries;
}

/** Where the vehicle's forward, left and up point to in the anchor frame: the columns of R(q), to 12 digits. */
function vehicleAxesAt(drive: Drive, row: number): number[][] {
  const { qx, qy, qz, qw } = drive.egomotion;
  const at = (component: Float64Array) => component[row] ?? NaN;
  const [x, y, z, w] = [at(qx), at(qy), at(qz), at(qw)];
  const axes = [
    [1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)],
    [2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x)],
    [2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)],
  ];
  return axes.map((axis) => axis.map((value) => Number(value.toFixed(12)) + 0));
}

describe('a comma2k19 drive', () => {
  it('starts at 0, at the origin, in whole microseconds', async () => {
    const reader = new CommaReader(segmentStore({ times: [100, 100.0500004, 100.1] }));
    const { egomotion, span } = await reader.openDrive(DRIVE_ID, EVERYTHING);
    expect([...egomotion.tUs]).toEqual([0, 50_000, 100_000]);
    expect([...egomotion.xM]).toEqual([0, 1, 2]);
    expect([...egomotion.yM]).toEqual([0, 0, 0]);
    expect(span).toEqual({ firstUs: 0, lastUs: 100_000 });
    expect(await reader.readSpan(DRIVE_ID)).toEqual(span);
  });

  it('turns the camera axes forward, right, down to forward, left, up', async () => {
    // No rotation: the camera looks along x of ECEF, y is to its right and z below it.
    const drive = await new CommaReader(segmentStore({})).openDrive(DRIVE_ID, EVERYTHING);
    expect(vehicleAxesAt(drive, 0)).toEqual([
      [1, 0, 0],
      [0, -1, 0],
      [0, 0, -1],
    ]);
  });

  it('keeps the scalar where it belongs: a quarter turn to the right turns forward to right', async () => {
    // w, x, y, z of a turn by 90 degrees about z (down): forward goes to y.
    const quaternion = [Math.SQRT1_2, 0, 0, Math.SQRT1_2];
    const drive = await new CommaReader(segmentStore({ quaternion })).openDrive(
      DRIVE_ID,
      EVERYTHING,
    );
    expect(vehicleAxesAt(drive, 0)[0]).toEqual([0, 1, 0]);
  });

  it('has a camera where there is a video, with the times of the poses', async () => {
    const video = new Uint8Array(77);
    const reader = new CommaReader(segmentStore({ video }));
    const { cameras, egomotion } = await reader.openDrive(DRIVE_ID, EVERYTHING);
    const media = { kind: 'mp4', key: `${ROUTE}/40/video.hevc`, offset: 0, bytes: 77 };
    expect(cameras).toEqual([{ name: 'camera_front', frameTimesUs: egomotion.tUs, media }]);
    const blind = await reader.openDrive(DRIVE_ID, { cameras: [], obstacles: false });
    expect(blind.cameras).toEqual([]);
  });

  it('says what its name surely says', async () => {
    const { facts } = await new CommaReader(segmentStore({})).openDrive(DRIVE_ID, EVERYTHING);
    expect(facts).toEqual({ dongle: 'b0c9d2329ad1606b', date: '2018-08-02' });
  });
});

describe('comma2k19 names', () => {
  const bar = ROUTE.replace('_', '|');

  it('give one id for both spellings of a route, at any depth', async () => {
    expect(await listed(segmentStore({ folder: `Chunk_1/${bar}/40` }))).toEqual([
      { driveId: DRIVE_ID, split: null, valid: true, chunk: null },
    ]);
    expect((await listed(segmentStore({ folder: `${ROUTE}/40` })))[0]?.driveId).toBe(DRIVE_ID);
  });

  it('are taken from a person in either spelling', async () => {
    const store = segmentStore({});
    for (const ids of [[`${bar}/40`], [`${ROUTE}/40`], [DRIVE_ID]]) {
      expect((await listed(store, { ids })).map(({ driveId }) => driveId)).toEqual([DRIVE_ID]);
      expect((await new CommaReader(store).openDrive(ids[0] ?? '', EVERYTHING)).driveId).toBe(
        DRIVE_ID,
      );
    }
  });

  it('list each drive once, sorted, with the ids that are not there behind', async () => {
    const store = segmentStore(
      { folder: `Example_1/${ROUTE}/40` },
      { folder: `Chunk_1/${bar}/40` },
      { folder: `Chunk_1/${bar}/3` },
    );
    const ids = async (selection: object) =>
      (await listed(store, selection)).map(({ driveId }) => driveId);
    expect(await ids({})).toEqual([`${ROUTE}--3`, DRIVE_ID]);
    expect(await ids({ limit: 1 })).toEqual([`${ROUTE}--3`]);
    expect(await ids({ ids: ['nowhere', DRIVE_ID] })).toEqual([DRIVE_ID, 'nowhere']);
  });
});

describe('the fingerprint of comma2k19', () => {
  const fingerprint = async (store: MemoryObjectStore) =>
    (await new CommaReader(store).describe()).fingerprint;

  it('is the same wherever the same drives lie, and another when a pose differs', async () => {
    const here = await fingerprint(segmentStore({}));
    const there = segmentStore({ folder: `deep/${ROUTE.replace('_', '|')}/40` });
    there.objects.set('README.md', new Uint8Array(5));
    expect(await fingerprint(there)).toBe(here);
    expect(await fingerprint(segmentStore({ times: [100, 100.05, 100.2] }))).not.toBe(here);
    expect(await fingerprint(segmentStore({ video: new Uint8Array(1) }))).not.toBe(here);
  });
});

describe('comma2k19 that is not as it should be', () => {
  it('is refused when there is no drive at all', async () => {
    await expect(new CommaReader(new MemoryObjectStore()).describe()).rejects.toMatchObject({
      code: 'DATASET_INVALID',
      hint: expect.stringContaining('global_pose/frame_times') as string,
    });
  });

  it('names the drive, the array, or the object at fault', async () => {
    const key = `${ROUTE}/40/global_pose/frame_positions`;
    const failure = async (change: (store: MemoryObjectStore) => void, id = DRIVE_ID) => {
      const store = segmentStore({});
      change(store);
      return new CommaReader(store).openDrive(id, EVERYTHING).catch((error: unknown) => error);
    };
    expect(await failure(() => undefined, 'nowhere')).toMatchObject({ code: 'DRIVE_NOT_FOUND' });
    expect(await failure((s) => s.objects.delete(key))).toMatchObject({
      code: 'EGOMOTION_MISSING',
      message: `drive ${DRIVE_ID} has no global_pose/frame_positions`,
    });
    expect(await failure((s) => s.objects.set(key, npy([2, 3], [1, 2, 3, 4, 5, 6])))).toMatchObject(
      {
        code: 'DRIVE_UNREADABLE',
        message: `${DRIVE_ID}: frame_positions: shape (2, 3), expected (3, 3)`,
      },
    );
    expect(await failure((s) => s.objects.set(key, new Uint8Array(40)))).toMatchObject({
      code: 'DRIVE_UNREADABLE',
      message: expect.stringContaining(key) as string,
    });
  });
});

const sample = fileURLToPath(new URL('../../../../shared/data/comma2k19', import.meta.url));

describe.skipIf(!existsSync(sample))('the sample drive (needs ../shared/data/comma2k19)', () => {
  const store = new FolderObjectStore(sample);
  const reader = new CommaReader(store);
  const folder = `Example_1/${ROUTE}/40`;
  const values = async (path: string) =>
    parseNpy(await store.get(`${folder}/${path}`), path).values;

  it('holds 521 windows at every 0.1 s', async () => {
    const span = await reader.readSpan(DRIVE_ID);
    expect(span).toEqual({ firstUs: 0, lastUs: 59_949_160 });
    const rule = { everyUs: 100_000, historySteps: 16, horizonSteps: 64, stepUs: 100_000 };
    expect(gridT0Us(span, rule)).toHaveLength(521);
  });

  it('drives forward: its velocity lies along x of the vehicle, but for the tilt of the camera', async () => {
    const drive = await reader.openDrive(DRIVE_ID, EVERYTHING);
    const velocities = await values('global_pose/frame_velocities');
    const sum = [0, 0, 0];
    for (let row = 0; row < drive.egomotion.tUs.length; row++) {
      const axes = vehicleAxesAt(drive, row);
      for (const [axis, direction] of axes.entries()) {
        const along = direction.map((d, i) => d * (velocities[3 * row + i] ?? NaN));
        sum[axis] = (sum[axis] ?? NaN) + along.reduce((a, b) => a + b, 0);
      }
    }
    const [forward = NaN, left = NaN, up = NaN] = sum.map((v) => v / drive.egomotion.tUs.length);
    const degrees = 180 / Math.PI;
    expect(forward).toBeGreaterThan(16);
    // In the mean the camera looks 3.8 degrees below the direction of travel and 0.8 degrees to its left.
    expect(Math.atan2(up, forward) * degrees).toBeCloseTo(3.8, 1);
    expect(Math.atan2(left, forward) * degrees).toBeCloseTo(-0.8, 1);
  });

  it('is as fast as its wheels say', async () => {
    const { egomotion } = await reader.openDrive(DRIVE_ID, EVERYTHING);
    const canS = await values('processed_log/CAN/speed/t');
    const canMps = await values('processed_log/CAN/speed/value');
    const bootS = await values('global_pose/frame_times');
    const { tUs, xM, yM, zM } = egomotion;
    let squares = 0;
    let compared = 0;
    for (let i = 10; i + 10 < tUs.length; i += 10) {
      const step = (axis: Float64Array) => (axis[i + 10] ?? NaN) - (axis[i - 10] ?? NaN);
      const dtS = ((tUs[i + 10] ?? NaN) - (tUs[i - 10] ?? NaN)) / 1e6;
      const speedMps = Math.hypot(step(xM), step(yM), step(zM)) / dtS;
      const at = canS.findIndex((t) => t >= (bootS[i] ?? NaN));
      if (at < 0) continue;
      squares += (speedMps - (canMps[at] ?? NaN)) ** 2;
      compared += 1;
    }
    expect(compared).toBeGreaterThan(100);
    expect(Math.sqrt(squares / compared)).toBeLessThan(0.25);
  });

  it('has no camera and no obstacle, and no problem', async () => {
    const drive = await reader.openDrive(DRIVE_ID, EVERYTHING);
    expect(drive).toMatchObject({ cameras: [], obstacles: null, egoBox: null, problems: [] });
  });
});
