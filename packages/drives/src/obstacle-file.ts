import { DrivesweepError } from '@drivesweep/contracts';
import type { ObstacleTrack } from '@drivesweep/contracts';
import { readParquetTable } from './parquet-table.ts';
import type { ParquetTable } from './parquet-table.ts';

/**
 * Reads an obstacle.offline file of PhysicalAI-AV: one row per box, each with a time of its own, in the rig frame at
 * that time. Gives one track per `track_id`, by id, its boxes in time order; the size of a track is the median of its boxes.
 *
 * @throws DRIVE_UNREADABLE when the file is damaged, or a box is in another frame or in the rig frame of another time
 */
export async function readObstacleFile(bytes: Uint8Array, what: string): Promise<ObstacleTrack[]> {
  const table = await readParquetTable(bytes, { what, code: 'DRIVE_UNREADABLE' });
  const boxes = columnsOf(table);
  requireRigFrame(table, boxes.tUs, what);

  const rowsOfTrack = new Map<string, number[]>();
  for (const [row, trackId] of table.raw('track_id').entries()) {
    const rows = rowsOfTrack.get(String(trackId));
    if (rows) rows.push(row);
    else rowsOfTrack.set(String(trackId), [row]);
  }
  return [...rowsOfTrack]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([trackId, rows]) => trackOf(trackId, rows, boxes));
}

type Boxes = ReturnType<typeof columnsOf>;

function columnsOf(table: ParquetTable) {
  return {
    tUs: table.numbers('timestamp_us'),
    className: table.strings('label_class'),
    x: table.numbers('center_x'),
    y: table.numbers('center_y'),
    z: table.numbers('center_z'),
    lengthM: table.numbers('size_x'),
    widthM: table.numbers('size_y'),
    heightM: table.numbers('size_z'),
    qx: table.numbers('orientation_x'),
    qy: table.numbers('orientation_y'),
    qz: table.numbers('orientation_z'),
    qw: table.numbers('orientation_w'),
  };
}

function trackOf(trackId: string, unordered: readonly number[], boxes: Boxes): ObstacleTrack {
  const at = (values: Float64Array, row: number) => values[row] ?? NaN;
  const rows = [...unordered].sort((a, b) => at(boxes.tUs, a) - at(boxes.tUs, b));
  const pick = (values: Float64Array) => Float64Array.from(rows, (row) => at(values, row));
  return {
    trackId,
    className: boxes.className[rows[0] ?? 0] ?? 'unknown',
    tUs: pick(boxes.tUs),
    xRigM: pick(boxes.x),
    yRigM: pick(boxes.y),
    zRigM: pick(boxes.z),
    yawRig: Float64Array.from(rows, (row) =>
      yawOf(at(boxes.qx, row), at(boxes.qy, row), at(boxes.qz, row), at(boxes.qw, row)),
    ),
    lengthM: median(pick(boxes.lengthM)),
    widthM: median(pick(boxes.widthM)),
    heightM: median(pick(boxes.heightM)),
  };
}

/** Heading of the rotated x axis in the plane of x and y, radians. */
function yawOf(qx: number, qy: number, qz: number, qw: number): number {
  return Math.atan2(2 * (qw * qz + qx * qy), 1 - 2 * (qy * qy + qz * qz));
}

/** Of an even number of values the lower of the two in the middle: a value that was measured. */
function median(values: Float64Array): number {
  return values.toSorted()[Math.floor((values.length - 1) / 2)] ?? NaN;
}

function requireRigFrame(table: ParquetTable, tUs: Float64Array, what: string): void {
  const frames = table.has('reference_frame') ? table.strings('reference_frame') : [];
  const other = frames.find((frame) => frame !== 'rig');
  if (other !== undefined) {
    throw new DrivesweepError('DRIVE_UNREADABLE', `${what}: a box is in frame ${other ?? 'none'}`);
  }
  const column = 'reference_frame_timestamp_us';
  const referenceUs = table.has(column) ? table.numbers(column) : tUs;
  const row = referenceUs.findIndex((reference, i) => reference !== tUs[i]);
  if (row >= 0) {
    const problem = `the box in row ${row} is not in the rig frame of its own time`;
    throw new DrivesweepError('DRIVE_UNREADABLE', `${what}: ${problem}`);
  }
}
