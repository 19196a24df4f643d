import { describe, expect, it } from 'vitest';
import { DrivesweepError, SHARDS_PER_CHUNK } from '@drivesweep/contracts';
import type { DriveEntry, DriveWindows, Shard } from '@drivesweep/contracts';
import { planChunks, planDrives } from './plan-sweep.ts';
import type { PlanRequest, PlanTally } from './plan-sweep.ts';

const steps = { historySteps: 4, horizonSteps: 4, stepUs: 100_000 };
const entry = (driveId: string, valid = true): DriveEntry => ({
  driveId,
  valid,
  split: null,
  chunk: null,
});

async function* each<T>(items: Iterable<T>): AsyncIterable<T> {
  for (const item of items) yield await Promise.resolve(item);
}

async function plan(request: Partial<PlanRequest> & Pick<PlanRequest, 'entries'>) {
  const drives: DriveWindows[] = [];
  const whole = {
    choice: { kind: 'grid', everyUs: 100_000 },
    steps,
    readSpan: () => Promise.reject(new Error('must not be opened')),
    ...request,
  } as const;
  for await (const drive of planDrives(whole)) drives.push(drive);
  return drives;
}

describe('planDrives', () => {
  it('asks from the first t0 with a whole history to the last with a whole future', async () => {
    const [drive] = await plan({
      entries: each([entry('a')]),
      readSpan: () => Promise.resolve({ firstUs: 0, lastUs: 900_000 }),
    });
    // History reaches 0.3 s back, the future 0.4 s ahead.
    expect(drive).toEqual({ driveId: 'a', t0Us: [300_000, 400_000, 500_000], verdict: null });
  });

  it('keeps the order of the drives, whichever is read first', async () => {
    const later: (() => void)[] = [];
    const drives = await plan({
      entries: each([entry('a'), entry('b')]),
      readSpan: async (driveId) => {
        if (driveId === 'a') await new Promise<void>((resolve) => later.push(resolve));
        else later.forEach((resolve) => resolve());
        return { firstUs: 0, lastUs: 700_000 };
      },
    });
    expect(drives.map(({ driveId }) => driveId)).toEqual(['a', 'b']);
  });

  it('keeps a drive that cannot be read, as one window with the reason', async () => {
    const drives = await plan({
      entries: each([entry('a')]),
      readSpan: () => Promise.reject(new DrivesweepError('EGOMOTION_MISSING', 'no egomotion')),
    });
    expect(drives).toEqual([
      {
        driveId: 'a',
        t0Us: [null],
        verdict: { status: 'error', code: 'EGOMOTION_MISSING', message: 'no egomotion' },
      },
    ]);
  });

  it('does not blame a drive for a store that is away', async () => {
    const planning = plan({
      entries: each([entry('a')]),
      readSpan: () => Promise.reject(new DrivesweepError('STORE_UNAVAILABLE', 'throttled')),
    });
    await expect(planning).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('skips a drive that the dataset marks as invalid, and says so', async () => {
    const [drive] = await plan({ entries: each([entry('a', false)]) });
    expect(drive).toMatchObject({
      t0Us: [null],
      verdict: { status: 'skipped', code: 'DRIVE_MARKED_INVALID' },
    });
  });

  it('opens no drive when the times are given', async () => {
    const at = await plan({
      entries: each([entry('a'), entry('b', false)]),
      choice: { kind: 'at', atUs: [1, 2] },
    });
    expect(at.map(({ t0Us, verdict }) => [t0Us, verdict?.status ?? null])).toEqual([
      [[1, 2], null],
      [[1, 2], 'skipped'],
    ]);
    const list = await plan({
      entries: each([entry('a'), entry('b')]),
      choice: { kind: 'list', windowsByDrive: new Map([['b', new Map([[7, null]])]]) },
    });
    expect(list.map(({ t0Us }) => t0Us)).toEqual([[], [7]]);
  });

  it('says where to go at the times of which the list says so', async () => {
    const windows = new Map([
      [7, null],
      [8, 'turn left'],
    ]);
    const [told, silent] = await plan({
      entries: each([entry('a'), entry('b')]),
      choice: {
        kind: 'list',
        windowsByDrive: new Map<string, typeof windows>([
          ['a', windows],
          ['b', new Map([[7, null]])],
        ]),
      },
    });
    expect(told).toMatchObject({ t0Us: [7, 8], navigation: new Map([[8, 'turn left']]) });
    expect(silent).not.toHaveProperty('navigation');
  });
});

describe('planChunks', () => {
  const windows = (driveId: string, count: number): DriveWindows => ({
    driveId,
    t0Us: Array.from({ length: count }, (_, n) => n),
    verdict: null,
  });
  async function chunksOf(drives: Iterable<DriveWindows>) {
    const tally: PlanTally = { drives: 0, drivesWithoutWindows: 0, windows: 0 };
    const chunks: Shard[][] = [];
    for await (const chunk of planChunks(each(drives), tally)) chunks.push(chunk);
    return { chunks, tally };
  }

  it('numbers shards through all drives and counts drives without windows', async () => {
    const { chunks, tally } = await chunksOf([windows('a', 200), windows('b', 0), windows('c', 1)]);
    expect(chunks.flat().map(({ index, driveId, t0Us }) => [index, driveId, t0Us.length])).toEqual([
      [0, 'a', 128],
      [1, 'a', 72],
      [2, 'c', 1],
    ]);
    expect(tally).toEqual({ drives: 3, drivesWithoutWindows: 1, windows: 201 });
  });

  it('puts 1000 shards into a chunk', async () => {
    const drives = Array.from({ length: SHARDS_PER_CHUNK + 1 }, (_, n) => windows(`d${n}`, 1));
    const { chunks } = await chunksOf(drives);
    expect(chunks.map((chunk) => chunk.length)).toEqual([1000, 1]);
    expect(chunks[1]?.[0]?.index).toBe(1000);
  });

  it('refuses a drive that is listed twice, because its windows would count twice', async () => {
    await expect(chunksOf([windows('a', 1), windows('a', 1)])).rejects.toMatchObject({
      code: 'DATASET_INVALID',
    });
  });
});
