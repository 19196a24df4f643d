import { DrivesweepError } from '@drivesweep/contracts';
import type { DriveSpan } from '@drivesweep/contracts';
import type { EgomotionTrack } from '@drivesweep/geometry';
import { readParquetTable } from './parquet-table.ts';

/**
 * Reads an egomotion file of PhysicalAI-AV: `timestamp` int64 us, `x y z` m, `qx qy qz qw` scalar last, rig to
 * anchor. As recorded: at whatever rate, from before 0, longer than the cameras, NaN where a value is missing.
 *
 * @throws DRIVE_UNREADABLE when the file is damaged or lacks a column
 */
export async function readEgomotionFile(bytes: Uint8Array, what: string): Promise<EgomotionTrack> {
  const columns = ['timestamp', 'x', 'y', 'z', 'qx', 'qy', 'qz', 'qw'];
  const table = await readParquetTable(bytes, { what, code: 'DRIVE_UNREADABLE' }, columns);
  return {
    tUs: table.numbers('timestamp'),
    xM: table.numbers('x'),
    yM: table.numbers('y'),
    zM: table.numbers('z'),
    qx: table.numbers('qx'),
    qy: table.numbers('qy'),
    qz: table.numbers('qz'),
    qw: table.numbers('qw'),
  };
}

/** The times alone, integer microseconds: all that planning needs. */
export async function readEgomotionTimes(bytes: Uint8Array, what: string): Promise<Float64Array> {
  const table = await readParquetTable(bytes, { what, code: 'DRIVE_UNREADABLE' }, ['timestamp']);
  return table.numbers('timestamp');
}

/**
 * The times that windows may use: from the first to the last finite time of the egomotion, cut to the range from the
 * first to the last frame of any camera where there are cameras. Empty (lastUs < firstUs) when the two do not overlap.
 *
 * @throws EGOMOTION_MISSING when there is no pose, EGOMOTION_NOT_FINITE when no time is finite
 */
export function spanOf(
  egomotionUs: Float64Array,
  camerasUs: readonly Float64Array[],
  driveId: string,
): DriveSpan {
  if (egomotionUs.length === 0) {
    throw new DrivesweepError('EGOMOTION_MISSING', `drive ${driveId}: its egomotion has no pose`);
  }
  const recorded = rangeOf([egomotionUs]);
  if (!recorded) {
    throw new DrivesweepError(
      'EGOMOTION_NOT_FINITE',
      `drive ${driveId}: no pose has a finite time`,
    );
  }
  const seen = rangeOf(camerasUs);
  if (!seen) return recorded;
  return {
    firstUs: Math.max(recorded.firstUs, seen.firstUs),
    lastUs: Math.min(recorded.lastUs, seen.lastUs),
  };
}

function rangeOf(tracksUs: readonly Float64Array[]): DriveSpan | null {
  let firstUs = Infinity;
  let lastUs = -Infinity;
  for (const timesUs of tracksUs) {
    for (const tUs of timesUs) {
      if (!Number.isFinite(tUs)) continue;
      if (tUs < firstUs) firstUs = tUs;
      if (tUs > lastUs) lastUs = tUs;
    }
  }
  return firstUs <= lastUs ? { firstUs, lastUs } : null;
}
