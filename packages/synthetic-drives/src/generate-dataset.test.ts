import { describe, expect, it } from 'vitest';
import { encodeTable } from '@drivesweep/parquet-io';
import { MemoryObjectStore } from '@drivesweep/testkit';
import { parquetReadObjects } from 'hyparquet';
import { generateDataset, planChunks, splitOf } from './generate-dataset.ts';
import type { GenerateProgress } from './generate-dataset.ts';
import { checkOptions } from './options.ts';
import type { GenerateOptions } from './options.ts';
import type { VideoEncoder } from './video-encoder.ts';

const SMALL: GenerateOptions = {
  cameras: ['camera_front_wide_120fov'],
  ...{ width: 64, height: 36, durationS: 2, drivesPerChunk: 2 },
};

/** In place of a video: how many frames there were, and a sum over their pixels. */
const countFrames: VideoEncoder = (_format, frames) => {
  let [count, sum] = [0, 0];
  for (const frame of frames) {
    count += 1;
    for (const byte of frame) sum = (sum * 31 + byte) >>> 0;
  }
  return Promise.resolve(new TextEncoder().encode(`${count} frames ${sum}`));
};

async function generate(options: GenerateOptions, drives: number, seed = 3) {
  const store = new MemoryObjectStore();
  const said: GenerateProgress[] = [];
  const request = {
    store,
    encodeParquet: encodeTable,
    encodeVideo: countFrames,
    seed,
    drives,
    options,
  };
  for await (const progress of generateDataset(request)) said.push(progress);
  const table = async (key: string): Promise<Record<string, unknown>[]> => {
    const { buffer } = await store.get(key);
    if (!(buffer instanceof ArrayBuffer)) throw new TypeError(key);
    return parquetReadObjects({ file: buffer });
  };
  return { store, said, table };
}

describe('a small dataset', () => {
  it('has the files of the layout, the index last', async () => {
    const { store } = await generate({ ...SMALL, split: 'val' }, 3);
    const features = [
      'labels/decision',
      'labels/egomotion',
      'labels/obstacle.offline',
      'camera/camera_front_wide_120fov',
    ];
    const calibration = ['camera_intrinsics', 'sensor_extrinsics', 'vehicle_dimensions'];
    const chunked = ['0000', '0001'].flatMap((chunk) => [
      ...features.map((path) => `${path}/${path.split('/')[1] ?? ''}.chunk_${chunk}.zip`),
      ...calibration.map((name) => `calibration/${name}/${name}.chunk_${chunk}.parquet`),
    ]);
    const flat = [
      'clip_index',
      'metadata/data_collection',
      'metadata/feature_presence',
      'metadata/scenario',
      'reasoning/ood_reasoning',
    ];
    expect([...store.objects.keys()].sort()).toEqual(
      [...chunked, ...flat.map((name) => `${name}.parquet`), 'features.csv'].sort(),
    );
    expect(store.calls.at(-1)?.key).toBe('clip_index.parquet');
  });

  it('lists its drives with split and chunk, and describes its features as the devkit reads them', async () => {
    const { store, table } = await generate({ ...SMALL, split: 'val' }, 3);
    const index = await table('clip_index.parquet');
    expect(
      index.map(({ chunk, split, clip_is_valid: valid }) => [Number(chunk), split, valid]),
    ).toEqual([
      [0, 'val', true],
      [0, 'val', true],
      [1, 'val', true],
    ]);
    const csv = new TextDecoder().decode(await store.get('features.csv'));
    expect(csv.split('\n')[0]).toBe('feature,directory,chunk_path,clip_files_in_zip');
    expect(csv).toContain(
      'egomotion,labels,labels/egomotion/egomotion.chunk_{chunk_id:04d}.zip,"{""egomotion"":""{clip_id}.egomotion.parquet""}"',
    );
    expect(csv).toContain(
      'vehicle_dimensions,calibration,calibration/vehicle_dimensions/vehicle_dimensions.chunk_{chunk_id:04d}.parquet,\n',
    );
    const [facts] = await table('metadata/scenario.parquet');
    expect(facts).toMatchObject({ clip_id: index[0]?.['clip_id'], scenario: 'straight' });
    const [reasons] = await table('reasoning/ood_reasoning.parquet');
    const events: unknown = JSON.parse(String(reasons?.['events']));
    expect(events).toContainEqual(
      expect.objectContaining({
        event_start_frame: 0,
        coc: expect.stringContaining('because') as string,
      }),
    );
  });

  it('draws every frame of every camera and says so', async () => {
    const cameras = ['camera_front_wide_120fov', 'camera_cross_left_120fov'];
    const { said, store } = await generate({ ...SMALL, cameras, split: 'val' }, 2);
    expect(said.map(({ stage, drivesDone, frames }) => [stage, drivesDone, frames])).toEqual([
      ['camera', 0, 61],
      ['camera', 0, 122],
      ['drive', 1, 122],
      ['camera', 1, 183],
      ['camera', 1, 244],
      ['drive', 2, 244],
      ['index', 2, 244],
    ]);
    const zip = await store.get(
      'camera/camera_cross_left_120fov/camera_cross_left_120fov.chunk_0000.zip',
    );
    expect(new TextDecoder().decode(zip)).toContain('61 frames');
  });

  it('is the same bytes for the same seed and others for another', async () => {
    const [a, b, other] = [
      await generate(SMALL, 2),
      await generate(SMALL, 2),
      await generate(SMALL, 2, 4),
    ];
    expect([...a.store.objects]).toEqual([...b.store.objects]);
    expect(a.store.objects.get('clip_index.parquet')).not.toEqual(
      other.store.objects.get('clip_index.parquet'),
    );
  });

  it('writes no index when it is broken off', async () => {
    const store = new MemoryObjectStore();
    const encodeVideo = () => Promise.reject(new Error('disk full'));
    const request = {
      store,
      encodeParquet: encodeTable,
      encodeVideo,
      seed: 1,
      drives: 1,
      options: SMALL,
    };
    const broken = async () => {
      for await (const progress of generateDataset(request)) expect(progress.drivesDone).toBe(0);
    };
    await expect(broken()).rejects.toThrow('disk full');
    expect(store.objects.size).toBe(0);
  });
});

describe('planChunks', () => {
  it('gives every drive once, chunks of one split, and all three splits', () => {
    const chunks = planChunks(checkOptions({}, 1, 200), 1, 200);
    const numbers = chunks.flatMap(({ keys }) => keys.map(({ number }) => number));
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    expect(chunks.map(({ number }) => number)).toEqual(chunks.map((_, i) => i));
    expect(new Set(chunks.map(({ split }) => split))).toEqual(new Set(['train', 'val', 'test']));
    expect(Math.max(...chunks.map(({ keys }) => keys.length))).toBeLessThanOrEqual(20);
  });

  it('splits by the id of a drive alone, about 70 : 15 : 15', () => {
    const splits = Array.from({ length: 3000 }, (_, i) => splitOf(`drive ${i}`));
    const share = (split: string) => splits.filter((one) => one === split).length / 3000;
    expect(share('train')).toBeCloseTo(0.7, 1);
    expect(share('val')).toBeCloseTo(0.15, 1);
    expect(share('test')).toBeCloseTo(0.15, 1);
  });
});
