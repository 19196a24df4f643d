import { DrivesweepError } from '@drivesweep/contracts';
import type { DriveEntry, ParquetColumn } from '@drivesweep/contracts';
import { buildParquet, buildPhysicalAi, everyUs, MemoryObjectStore } from '@drivesweep/testkit';
import type { BuiltDataset, BuiltDrive } from '@drivesweep/testkit';
import { describe, expect, it } from 'vitest';
import { PhysicalAiReader } from './physicalai-av.ts';

const FRONT = 'camera_front_wide_120fov';
const LEFT = 'camera_cross_left_120fov';
const EGOMOTION_ZIP = 'labels/egomotion/egomotion.chunk_0007.zip';
const FRONT_ZIP = `camera/${FRONT}/${FRONT}.chunk_0007.zip`;
const EVERYTHING = { cameras: null, obstacles: true };

/** Remembers which bytes of which object were read. */
class WatchedStore extends MemoryObjectStore {
  readonly ranges: { key: string; from: number; to: number }[] = [];

  override getRange(key: string, offset: number, length: number): Promise<Uint8Array> {
    this.ranges.push({ key, from: offset, to: offset + length });
    return super.getRange(key, offset, length);
  }
}

function storeOf(drives: readonly BuiltDrive[], options?: BuiltDataset): WatchedStore {
  const store = new WatchedStore();
  for (const [key, bytes] of buildPhysicalAi(drives, options)) store.objects.set(key, bytes);
  return store;
}

/** A drive with two cameras at 30 Hz from 0.1 s to 20.1 s; its videos are nonsense of 300 KB. */
function drive(driveId: string, changes: Partial<BuiltDrive> = {}): BuiltDrive {
  const timesUs = everyUs(33_333, 20_000_000).map((t) => t + 100_000);
  const video = new Uint8Array(300_000).fill(driveId.charCodeAt(0));
  const camera = { timesUs, video };
  return { driveId, chunk: 7, cameras: { [FRONT]: camera, [LEFT]: camera }, ...changes };
}

function readerOf(drives: readonly BuiltDrive[], options?: BuiltDataset) {
  const store = storeOf(drives, options);
  return { store, reader: new PhysicalAiReader(store) };
}

async function listed(
  reader: PhysicalAiReader,
  selection: object = {},
): Promise<readonly DriveEntry[]> {
  const entries: DriveEntry[] = [];
  const all = { split: null, ids: null, limit: null };
  for await (const entry of reader.listDrives({ ...all, ...selection })) entries.push(entry);
  return entries;
}

function replaced(
  store: MemoryObjectStore,
  key: string,
  change: (bytes: Uint8Array) => Uint8Array,
) {
  const bytes = store.objects.get(key);
  if (!bytes) throw new Error(`no ${key}`);
  store.objects.set(key, change(bytes));
}

describe('a PhysicalAI-AV drive', () => {
  it.each(['nothing', 'parquet'] as const)('opens from a zip that deflates %s', async (deflate) => {
    const { store, reader } = readerOf([drive('a'), drive('b')], { deflate });
    const opened = await reader.openDrive('b', EVERYTHING);
    expect(opened.egomotion.tUs).toHaveLength(2001);
    expect([opened.egomotion.tUs[100], opened.egomotion.xM[100]]).toEqual([1_000_000, 10]);
    expect([opened.egomotion.qx[5], opened.egomotion.qw[5]]).toEqual([0, 1]);
    expect(opened.cameras.map(({ name }) => name)).toEqual([LEFT, FRONT]);
    expect(opened.problems).toEqual([]);

    const media = opened.cameras[1]?.media;
    if (media?.kind !== 'mp4') throw new Error('expected mp4');
    expect(media).toMatchObject({ key: FRONT_ZIP, bytes: 300_000 });
    const { offset, bytes } = media;
    const video = store.objects.get(FRONT_ZIP)?.subarray(offset, offset + bytes);
    expect(video?.every((byte) => byte === 'b'.charCodeAt(0))).toBe(true);
  });

  it('gives the egomotion as recorded and cuts only its span to the cameras', async () => {
    const egomotionUs = everyUs(15_000, 90_000_000).map((t) => t - 1_500_000);
    const { reader } = readerOf([drive('a', { egomotionUs })]);
    const opened = await reader.openDrive('a', EVERYTHING);
    expect(opened.egomotion.tUs[0]).toBe(-1_500_000);
    expect(opened.egomotion.tUs.at(-1)).toBe(88_500_000);
    expect(opened.span).toEqual({ firstUs: 100_000, lastUs: 100_000 + 600 * 33_333 });
    expect(await reader.readSpan('a')).toEqual(opened.span);
  });

  it('has the span of its egomotion where that is shorter, or where there is no camera', async () => {
    const egomotionUs = everyUs(10_000, 5_000_000);
    const { reader } = readerOf([
      drive('short', { egomotionUs }),
      drive('blind', { egomotionUs, cameras: {} }),
    ]);
    expect(await reader.readSpan('short')).toEqual({ firstUs: 100_000, lastUs: 5_000_000 });
    expect(await reader.readSpan('blind')).toEqual({ firstUs: 0, lastUs: 5_000_000 });
  });

  it('gives only the cameras asked for, and the same span whatever was asked', async () => {
    const { reader } = readerOf([drive('a')]);
    const all = await reader.openDrive('a', EVERYTHING);
    const front = await reader.openDrive('a', { cameras: [FRONT], obstacles: false });
    const none = await reader.openDrive('a', { cameras: [], obstacles: false });
    expect(front.cameras.map(({ name }) => name)).toEqual([FRONT]);
    expect(none.cameras).toEqual([]);
    expect([front.span, none.span]).toEqual([all.span, all.span]);
  });

  it('is found where features.csv says, or where the documentation says when there is none', async () => {
    const moved = readerOf([drive('a')], { cameraFolder: 'camera/2026' });
    const [camera] = (await moved.reader.openDrive('a', EVERYTHING)).cameras;
    expect(camera?.media).toMatchObject({ key: `camera/2026/${LEFT}/${LEFT}.chunk_0007.zip` });
    const documented = readerOf([drive('a')], { cameraFolder: null });
    expect((await documented.reader.openDrive('a', EVERYTHING)).cameras).toHaveLength(2);
  });

  it('carries as facts what the dataset knows about it', async () => {
    const collection: ParquetColumn[] = [
      { name: 'country', type: 'string', values: ['Germany', null] },
      { name: 'month', type: 'int64', values: [7, 12] },
    ];
    const scenario: ParquetColumn[] = [
      { name: 'scenario', type: 'string', values: ['cut_in', 'straight'] },
      { name: 'seed', type: 'int64', values: [1, 2] },
    ];
    const drives = [drive('a', { split: 'train' }), drive('b')];
    const { reader } = readerOf(drives, { collection, scenario });
    expect((await reader.openDrive('a', EVERYTHING)).facts).toEqual({
      country: 'Germany',
      month: '7',
      scenario: 'cut_in',
      split: 'train',
    });
    expect((await reader.openDrive('b', EVERYTHING)).facts).toEqual({
      month: '12',
      scenario: 'straight',
      split: 'val',
    });
  });
});

describe('obstacles', () => {
  const rows = (changes: Record<string, readonly (string | number)[]> = {}): ParquetColumn[] => {
    const columns: Record<string, readonly (string | number)[]> = {
      timestamp_us: [200_000, 100_000, 100_000],
      reference_frame_timestamp_us: [200_000, 100_000, 100_000],
      reference_frame: ['rig', 'rig', 'rig'],
      track_id: ['9', '9', '4'],
      label_class: ['automobile', 'automobile', 'person'],
      ...{ center_x: [12, 10, 3], center_y: [0, 0, -2], center_z: [1, 1, 1] },
      ...{ size_x: [4.2, 4.1, 0.5], size_y: [1.8, 1.8, 0.5], size_z: [1.5, 1.5, 1.8] },
      ...{ orientation_x: [0, 0, 0], orientation_y: [0, 0, 0] },
      orientation_z: [0, 0, Math.SQRT1_2],
      orientation_w: [1, 1, Math.SQRT1_2],
      ...changes,
    };
    return Object.entries(columns).map(([name, values]): ParquetColumn => {
      if (name.startsWith('timestamp') || name.endsWith('_us')) {
        return { name, type: 'int64', values: values.map(Number) };
      }
      return typeof values[0] === 'string'
        ? { name, type: 'string', values: values.map(String) }
        : { name, type: 'float64', values: values.map(Number) };
    });
  };

  it('come as one track per id, in time order, when they are asked for', async () => {
    const { store, reader } = readerOf([drive('a', { obstacles: rows() })]);
    const { obstacles, problems } = await reader.openDrive('a', EVERYTHING);
    expect(problems).toEqual([]);
    expect(obstacles?.map(({ trackId, className }) => [trackId, className])).toEqual([
      ['4', 'person'],
      ['9', 'automobile'],
    ]);
    expect([...(obstacles?.[1]?.tUs ?? [])]).toEqual([100_000, 200_000]);
    expect([...(obstacles?.[1]?.xRigM ?? [])]).toEqual([10, 12]);
    expect(obstacles?.[1]).toMatchObject({ lengthM: 4.1, widthM: 1.8, heightM: 1.5 });
    expect(obstacles?.[0]?.yawRig[0]).toBeCloseTo(Math.PI / 2, 12);

    store.calls.length = 0;
    const without = await reader.openDrive('a', { cameras: [], obstacles: false });
    expect(without.obstacles).toBeNull();
    expect(store.calls.filter(({ key }) => key.includes('obstacle'))).toEqual([]);
  });

  it('that are in another frame, or not there, are a problem and never an empty road', async () => {
    const early = rows({ reference_frame_timestamp_us: [200_000, 0, 100_000] });
    const drives = [drive('a', { obstacles: early }), drive('b')];
    const { reader } = readerOf(drives, { revision: null });
    const opened = await reader.openDrive('a', EVERYTHING);
    expect(opened.obstacles).toBeNull();
    expect(opened.problems).toEqual([
      {
        stream: 'obstacles',
        code: 'DRIVE_UNREADABLE',
        message: expect.stringContaining('row 1 is not in the rig frame of its own time') as string,
      },
    ]);
    expect(await reader.openDrive('b', EVERYTHING)).toMatchObject({
      obstacles: null,
      problems: [{ stream: 'obstacles', code: 'DRIVE_UNREADABLE' }],
    });
  });

  it('are unknown in a drive without labels, and nobody in a drive whose labels are empty', async () => {
    const nobody = rows().map(({ name, type }) => ({ name, type, values: [] }));
    const { reader } = readerOf([drive('a', { obstacles: nobody }), drive('b')]);
    const [labelled, unlabelled] = [
      await reader.openDrive('a', EVERYTHING),
      await reader.openDrive('b', EVERYTHING),
    ];
    expect([labelled.obstacles, labelled.problems]).toEqual([[], []]);
    expect([unlabelled.obstacles, unlabelled.problems]).toEqual([null, []]);
  });
});

describe('the size of the vehicle', () => {
  const VEHICLES = 'calibration/vehicle_dimensions/vehicle_dimensions.chunk_0007.parquet';
  const car = (length = 4.87) => ({ length, width: 2.12, rearAxleToBoxCentre: 1.42 });
  const opened = async (reader: PhysicalAiReader, id: string) => {
    const drive = await reader.openDrive(id, { cameras: [], obstacles: false });
    const problems = drive.problems?.filter(({ stream }) => stream === 'vehicle_dimensions');
    return { egoBox: drive.egoBox, problems };
  };

  it.each([
    ['features.csv', 'camera'],
    ['the documentation', null],
  ])('comes from the table of the chunk that %s names, read once', async (_, cameraFolder) => {
    const drives = [drive('a', { vehicle: car() }), drive('b', { vehicle: car(5) }), drive('c')];
    const { store, reader } = readerOf(drives, { cameraFolder });
    expect(await opened(reader, 'a')).toEqual({
      egoBox: { lengthM: 4.87, widthM: 2.12, rearAxleToCentreM: 1.42 },
      problems: [],
    });
    expect((await opened(reader, 'b')).egoBox?.lengthM).toBe(5);
    expect(await opened(reader, 'c')).toEqual({ egoBox: null, problems: [] });
    expect(store.calls.filter(({ op, key }) => op === 'get' && key === VEHICLES)).toHaveLength(1);
  });

  it('is unknown where the chunk has no table, or the table no number', async () => {
    const { reader } = readerOf([drive('a'), drive('b', { chunk: 8, vehicle: car(NaN) })]);
    expect(await opened(reader, 'a')).toEqual({ egoBox: null, problems: [] });
    expect(await opened(reader, 'b')).toEqual({ egoBox: null, problems: [] });
  });

  it('is found under the index that pandas writes without a name', async () => {
    const { store, reader } = readerOf([drive('a')]);
    const table = buildParquet([
      { name: 'length', type: 'float64', values: [4.5] },
      { name: 'width', type: 'float64', values: [1.9] },
      { name: 'rear_axle_to_bbox_center', type: 'float64', values: [1.25] },
      { name: '__index_level_0__', type: 'string', values: ['a'] },
    ]);
    store.objects.set(VEHICLES, table);
    expect((await opened(reader, 'a')).egoBox).toMatchObject({ lengthM: 4.5 });
  });

  it('that is no size, or cannot be read, is a problem and costs nothing else', async () => {
    const { store, reader } = readerOf([drive('a', { vehicle: car(-1) })]);
    expect(await opened(reader, 'a')).toMatchObject({
      egoBox: null,
      problems: [
        {
          stream: 'vehicle_dimensions',
          code: 'DRIVE_UNREADABLE',
          message: expect.stringContaining('the vehicle of a is -1 x 2.12 m') as string,
        },
      ],
    });
    replaced(store, VEHICLES, (bytes) => bytes.subarray(0, 60));
    expect(await opened(new PhysicalAiReader(store), 'a')).toMatchObject({
      egoBox: null,
      problems: [{ stream: 'vehicle_dimensions', code: 'DRIVE_UNREADABLE' }],
    });
  });
});

describe('what reading costs', () => {
  it('opens each zip of a chunk once for all its drives, and reads no byte of a video', async () => {
    const { store, reader } = readerOf([drive('a'), drive('b')]);
    const located = [];
    for (const id of ['a', 'b']) {
      const { cameras } = await reader.openDrive(id, { cameras: null, obstacles: false });
      located.push(...cameras.map(({ media }) => media));
    }
    const zips = store.calls.filter(({ key }) => key.endsWith('.zip'));
    expect(zips.filter(({ op }) => op === 'head')).toHaveLength(3);
    // Per zip one read of the tail; per drive one member of egomotion, and per camera its times and 30 bytes.
    expect(zips.filter(({ op }) => op === 'getRange')).toHaveLength(3 + 2 * (1 + 2 * 2));
    expect(located).toHaveLength(4);
    for (const media of located) {
      if (media.kind !== 'mp4') throw new Error('expected mp4');
      // The tail of an archive is read for its directory; of one as small as this it holds a part of the last video.
      const tailFrom = (store.objects.get(media.key)?.length ?? 0) - 128 * 1024;
      const inside = store.ranges.filter(
        ({ key, from, to }) =>
          key === media.key &&
          from !== tailFrom &&
          from < media.offset + media.bytes &&
          to > media.offset,
      );
      expect(inside).toEqual([]);
    }
  });

  it('of a span is less than of a drive: neither facts nor the place of a video', async () => {
    const { store, reader } = readerOf([drive('a')], { collection: [] });
    await reader.readSpan('a');
    expect(store.calls.filter(({ key }) => key.includes('data_collection'))).toEqual([]);
    expect(store.calls.filter(({ bytes }) => bytes === 30)).toEqual([]);
  });

  it('of the index is paid once', async () => {
    const { store, reader } = readerOf([drive('a'), drive('b')]);
    await Promise.all([reader.readSpan('a'), reader.readSpan('b')]);
    await listed(reader);
    expect(
      store.calls.filter(({ op, key }) => op === 'get' && key === 'clip_index.parquet'),
    ).toHaveLength(1);
  });
});

describe('the list of drives', () => {
  const drives = [
    drive('m', { chunk: 10, split: 'train' }),
    drive('z', { chunk: 2 }),
    drive('c', { chunk: 10 }),
    drive('q', { chunk: 2, valid: false }),
  ];

  it('keeps the drives of a chunk together, chunks in the order of their numbers', async () => {
    const { reader } = readerOf(drives);
    expect(await listed(reader)).toEqual([
      { driveId: 'q', split: 'val', valid: false, chunk: '0002' },
      { driveId: 'z', split: 'val', valid: true, chunk: '0002' },
      { driveId: 'c', split: 'val', valid: true, chunk: '0010' },
      { driveId: 'm', split: 'train', valid: true, chunk: '0010' },
    ]);
  });

  it('can be narrowed by split, ids and limit; an id that is not there is not lost', async () => {
    const { reader } = readerOf(drives);
    const ids = async (selection: object) =>
      (await listed(reader, selection)).map(({ driveId }) => driveId);
    expect(await ids({ split: ['train', 'test'] })).toEqual(['m']);
    expect(await ids({ limit: 3 })).toEqual(['q', 'z', 'c']);
    expect(await ids({ ids: ['nowhere', 'm', 'z', 'm'] })).toEqual(['z', 'm', 'nowhere']);
    expect((await listed(reader, { ids: ['nowhere'] }))[0]).toEqual({
      driveId: 'nowhere',
      split: null,
      valid: true,
      chunk: null,
    });
  });
});

describe('what a dataset says of itself', () => {
  it.each(['26.03', '25.10', null] as const)('may be revision %s', async (revision) => {
    const { reader } = readerOf([drive('a'), drive('b')], { revision });
    expect(await reader.describe()).toMatchObject({
      layout: 'physicalai-av',
      detectedRevision: revision,
      driveCount: 2,
    });
  });

  it('has a fingerprint that changes with sizes and with the index, and not with what lies beside it', async () => {
    const fingerprint = async (change: (store: WatchedStore) => unknown) => {
      const { store, reader } = readerOf([drive('a')]);
      change(store);
      return (await reader.describe()).fingerprint;
    };
    const plain = await fingerprint(() => undefined);
    expect(plain).toMatch(/^[0-9a-f]{64}$/);
    expect(await fingerprint((s) => s.objects.set('README.md', new Uint8Array(3)))).toBe(plain);
    expect(await fingerprint((s) => s.objects.set('.cache/x', new Uint8Array(3)))).toBe(plain);
    expect(await fingerprint((s) => s.objects.delete(FRONT_ZIP))).not.toBe(plain);
    expect(await fingerprint((s) => replaced(s, FRONT_ZIP, (bytes) => bytes.subarray(1)))).not.toBe(
      plain,
    );
    expect(
      await fingerprint((s) =>
        replaced(s, 'features.csv', (bytes) =>
          Buffer.from(
            Buffer.from(bytes).toString().replace('egomotion,labels', 'egomotion,Labels'),
          ),
        ),
      ),
    ).not.toBe(plain);
  });
});

describe('a drive that is not as it should be', () => {
  const failure = async (
    change: (store: WatchedStore) => unknown,
    {
      id = 'a',
      drives = [drive('a')],
      ...options
    }: { id?: string; drives?: BuiltDrive[] } & BuiltDataset = {},
  ) => {
    const { store, reader } = readerOf(drives, options);
    change(store);
    const errors = await Promise.all(
      [reader.readSpan(id), reader.openDrive(id, EVERYTHING)].map((answer) =>
        answer.then(
          () => 'nothing',
          (error: unknown) => error,
        ),
      ),
    );
    // Planning and computing must agree on what is wrong.
    expect(errors[0]).toEqual(errors[1]);
    return errors[1];
  };

  it('has an error that names it', async () => {
    expect(await failure(() => undefined, { id: 'nowhere' })).toMatchObject({
      code: 'DRIVE_NOT_FOUND',
      message: 'memory://test has no drive nowhere',
    });
    expect(
      await failure(() => undefined, { drives: [drive('a', { egomotionUs: null }), drive('b')] }),
    ).toMatchObject({
      code: 'EGOMOTION_MISSING',
      message: `${EGOMOTION_ZIP} has no a.egomotion.parquet`,
    });
    expect(await failure((s) => s.objects.delete(EGOMOTION_ZIP))).toMatchObject({
      code: 'EGOMOTION_MISSING',
      message: `drive a: the dataset has no ${EGOMOTION_ZIP}`,
    });
    expect(
      await failure(() => undefined, { drives: [drive('a', { egomotionUs: [] })] }),
    ).toMatchObject({ code: 'EGOMOTION_MISSING' });
    expect(
      await failure((s) => replaced(s, EGOMOTION_ZIP, (bytes) => bytes.subarray(0, -9))),
    ).toMatchObject({
      code: 'DRIVE_UNREADABLE',
      message: expect.stringContaining(EGOMOTION_ZIP) as string,
    });
  });

  it('opens without a camera that cannot be read, and says which and why', async () => {
    const opened = async (change: (store: WatchedStore) => unknown, options?: BuiltDataset) => {
      const { store, reader } = readerOf([drive('a')], options);
      change(store);
      const { cameras, problems } = await reader.openDrive('a', {
        cameras: null,
        obstacles: false,
      });
      return { cameras: cameras.map(({ name }) => name), problems };
    };
    expect(await opened((s) => s.objects.delete(FRONT_ZIP))).toEqual({
      cameras: [LEFT],
      problems: [
        {
          stream: FRONT,
          code: 'CAMERA_MISSING',
          message: `drive a: the dataset has no ${FRONT_ZIP}`,
        },
      ],
    });
    expect(
      await opened((s) => replaced(s, FRONT_ZIP, (bytes) => bytes.subarray(0, -100))),
    ).toMatchObject({ cameras: [LEFT], problems: [{ stream: FRONT, code: 'DRIVE_UNREADABLE' }] });
    expect(await opened(() => undefined, { deflate: 'everything' })).toMatchObject({
      cameras: [],
      problems: [
        {
          stream: LEFT,
          code: 'DRIVE_UNREADABLE',
          message: expect.stringContaining(
            'a.camera_cross_left_120fov.mp4 is compressed',
          ) as string,
        },
        { stream: FRONT },
      ],
    });
  });

  it('has no problem with a camera that the dataset says it does not have', async () => {
    const { reader } = readerOf([drive('a'), drive('b', { cameras: {} })]);
    expect(await reader.openDrive('b', { cameras: null, obstacles: false })).toMatchObject({
      cameras: [],
      problems: [],
    });
  });

  it('has a camera without frames that go forward in time as a problem', async () => {
    const cameras = { [FRONT]: { timesUs: [0, 33_333, 33_333], video: new Uint8Array(9) } };
    const { reader } = readerOf([drive('a', { cameras })]);
    expect((await reader.openDrive('a', { cameras: null, obstacles: false })).problems).toEqual([
      {
        stream: FRONT,
        code: 'DRIVE_UNREADABLE',
        message: expect.stringContaining('do not strictly increase at frame 2') as string,
      },
    ]);
  });
});

describe('a store that is throttled', () => {
  class ThrottledStore extends MemoryObjectStore {
    throttled: string | null = null;

    override getRange(key: string, offset: number, length: number): Promise<Uint8Array> {
      if (this.throttled !== null && key.startsWith(this.throttled)) {
        throw new DrivesweepError('STORE_UNAVAILABLE', `429 for ${key}`);
      }
      return super.getRange(key, offset, length);
    }
  }

  it.each(['labels/', 'camera/'])('at %s fails the drive for now, and not its data', async (at) => {
    const store = new ThrottledStore();
    for (const [key, bytes] of buildPhysicalAi([drive('a')])) store.objects.set(key, bytes);
    const reader = new PhysicalAiReader(store);
    store.throttled = at;
    for (const attempt of [reader.readSpan('a'), reader.openDrive('a', EVERYTHING)]) {
      await expect(attempt).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', kind: 'transient' });
    }
    store.throttled = null;
    expect((await reader.openDrive('a', EVERYTHING)).cameras).toHaveLength(2);
  });
});

describe('a folder that is no PhysicalAI-AV dataset', () => {
  it('is refused with what was expected', async () => {
    const reader = new PhysicalAiReader(new MemoryObjectStore());
    for (const attempt of [reader.describe(), reader.readSpan('a'), listed(reader)]) {
      await expect(attempt).rejects.toMatchObject({
        code: 'DATASET_INVALID',
        message: 'memory://test has no clip_index.parquet',
        hint: expect.stringContaining('features.csv, clip_index.parquet') as string,
      });
    }
  });

  it('is refused when its index is damaged, lacks a column, or names a drive twice', async () => {
    const failure = async (index: Uint8Array) => {
      const { store, reader } = readerOf([drive('a')]);
      store.objects.set('clip_index.parquet', index);
      return reader.describe().catch((error: unknown) => error);
    };
    const ids = (...values: string[]) => ({ name: 'clip_id', type: 'string', values }) as const;
    const chunks = (...values: number[]) => ({ name: 'chunk', type: 'int64', values }) as const;
    const invalid = (problem: string) => ({
      code: 'DATASET_INVALID',
      message: expect.stringContaining(problem) as string,
    });
    expect(await failure(Buffer.from('nonsense'))).toMatchObject(invalid('clip_index.parquet'));
    expect(await failure(buildParquet([ids('a')]))).toMatchObject(invalid('no column chunk'));
    expect(await failure(buildParquet([ids('a', 'a'), chunks(1, 1)]))).toMatchObject(
      invalid('row 1 has no id, no chunk, or an id that was there before'),
    );
  });
});
