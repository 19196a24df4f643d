import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DrivesweepError } from '@drivesweep/contracts';
import type { TeacherRow } from '@drivesweep/contracts';
import { createFrameDecoder, encodeJpegs, openDriveReader, planFrames } from '@drivesweep/drives';
import type { CameraFrames } from '@drivesweep/drives';
import type { FrameFile } from '@drivesweep/teacher-export';
import { readSpec } from '../sweep-documents.ts';
import type { OpenExport } from './open-export.ts';
import type { FramesOfRows } from './shard-bytes.ts';

/**
 * Calls `use` with what makes JPEGs of the frames that the teacher was shown, in the size that the recipe asks for; null
 * when it asks for none. Nothing of it is left behind. Errors: those of reading drives and decoding; CAMERA_MISSING and
 * FRAME_MISSING when the dataset no longer has what the teacher saw.
 */
export async function withFrames<T>(
  open: OpenExport,
  use: (framesOf: FramesOfRows | null) => Promise<T>,
): Promise<T> {
  const { frames } = open.spec.recipe;
  if (frames === undefined || open.spec.teacher.cameras.length === 0) return use(null);
  const { dataset } = await readSpec(open.sweeps, open.spec.sweepId);
  const store = open.openStore(dataset.uri);
  const scratchDir = await mkdtemp(join(tmpdir(), 'drivesweep-frames-'));
  const decoder = createFrameDecoder({ store, scratchDir });
  const reader = openDriveReader(store, dataset.layout);
  const { signal } = new AbortController();
  const { cameras } = open.spec.teacher;
  const names = [...new Set(cameras.map(({ camera }) => camera))];
  const offsetsUs = [...new Set(cameras.map(({ offsetUs }) => offsetUs))];
  const format = { ...frames, colour: 'rgb', resize: 'area' } as const;

  const jpegsOf = async ({ camera, frameIndices }: CameraFrames): Promise<JpegsOfCamera> => {
    async function* pictures() {
      for await (const { pixels } of decoder.decode({ camera, frameIndices, format }, signal)) {
        yield { width: format.width, height: format.height, pixels };
      }
    }
    const jpegs = await encodeJpegs(pictures(), format, signal);
    return new Map(frameIndices.map((index, i) => [index, jpegs[i]]));
  };

  const framesOf: FramesOfRows = async (rows) => {
    const [first] = rows;
    if (first === undefined) return [];
    const drive = await reader.openDrive(first.driveId, { cameras: names, obstacles: false });
    const plan = planFrames(
      { names, offsetsUs },
      drive.cameras,
      rows.map(({ t0Us }) => t0Us),
    );
    const jpegs: JpegsOfCamera[] = [];
    for (const camera of plan.cameras) jpegs.push(await jpegsOf(camera));
    return plan.windows.map((window) => {
      if ('error' in window) throw window.error;
      return window.frameIndices.flatMap((indices, c) =>
        indices.map((index, o): FrameFile => {
          const jpeg = jpegs[c]?.get(index);
          if (jpeg === undefined) throw lost(names[c] ?? '', index, first);
          return { camera: names[c] ?? '', offsetUs: offsetsUs[o] ?? 0, jpeg };
        }),
      );
    });
  };
  try {
    return await use(framesOf);
  } finally {
    await decoder.close();
    await rm(scratchDir, { recursive: true, force: true });
  }
}

/** By frame index. */
type JpegsOfCamera = ReadonlyMap<number, Uint8Array | undefined>;

function lost(camera: string, index: number, { driveId }: TeacherRow): DrivesweepError {
  return new DrivesweepError('FRAME_MISSING', `drive ${driveId}: ${camera} gave no frame ${index}`);
}
