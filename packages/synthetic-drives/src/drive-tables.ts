import type { ParquetColumn } from '@drivesweep/contracts';
import { multiply as times, quaternionOf, rotate, rotationOf } from './camera.ts';
import type { Matrix3 } from './camera.ts';
import { sentenceOf } from './decision.ts';
import { decisionOnsets } from './label-timeline.ts';
import { rigPoseAt } from './render.ts';
import type { RigPose } from './render.ts';
import type { SimulatedDrive } from './simulate-drive.ts';

/** Tables of one drive, column by column, as the dataset has them. Pure. */

export type Table = readonly ParquetColumn[];

const VOCABULARY = 'oss';
const OBSTACLE_RANGE_M = 110;
const OBSTACLE_PERIOD_S = 0.1;
const SOURCE = 'drivesweep:synthetic:v1';

/**
 * 100 Hz poses of the rig in the anchor frame (the rig at t = 0 with roll and pitch against gravity and yaw 0),
 * from before the cameras start to after they end. Velocity and acceleration are in the anchor frame too.
 */
export function egomotionTable(drive: SimulatedDrive): Table {
  const { scene, ego } = drive;
  const { clock } = scene;
  const anchor = anchorOf(drive);
  const column = () => new Float64Array(clock.count);
  const [timestamp, x, y, z] = [column(), column(), column(), column()];
  const [qx, qy, qz, qw] = [column(), column(), column(), column()];
  for (let i = 0; i < clock.count; i++) {
    timestamp[i] = Math.round((clock.startS + i * clock.stepS) * 1e6);
    const at = (values: Float64Array) => values[i] ?? 0;
    [x[i], y[i], z[i]] = rotate(
      anchor.level,
      at(ego.xM) - anchor.xM,
      at(ego.yM) - anchor.yM,
      at(ego.zM) - anchor.zM,
    );
    const rotation = rotationOf(at(ego.yaw) - anchor.yaw, at(ego.pitch), at(ego.roll));
    [qx[i], qy[i], qz[i], qw[i]] = quaternionOf(rotation);
  }
  keepSign(qx, qy, qz, qw);
  const rate = (values: Float64Array) => derivative(values, clock.stepS);
  const [vx, vy, vz] = [rate(x), rate(y), rate(z)];
  return [
    { name: 'timestamp', type: 'int64', values: timestamp },
    ...floats({ qx, qy, qz, qw, x, y, z, vx, vy, vz, ax: rate(vx), ay: rate(vy), az: rate(vz) }),
    { name: 'curvature', type: 'float64', values: ego.curvature },
  ];
}

/**
 * 10 Hz boxes of what is around the vehicle, in the rig frame of each row's own time. Rows are sorted by track and
 * time; tracks are observed at times of their own, as detectors do.
 */
export function obstacleTable(drive: SimulatedDrive): Table {
  const { scene, ego, durationS } = drive;
  const rows = {
    timestamp: new Array<number>(),
    trackId: new Array<string>(),
    className: new Array<string>(),
    numbers: Array.from({ length: 10 }, () => new Array<number>()),
  };
  scene.agents.forEach((agent, number) => {
    const phaseS = ((number * 7) % 19) / 1000;
    for (let k = 0; ; k++) {
      const tS = k * OBSTACLE_PERIOD_S + phaseS;
      if (tS > durationS) break;
      const state = agent.at(tS);
      const point = scene.road.pointAt(state.sM, state.dM);
      const rig = rigPoseAt(scene, ego, tS);
      if (Math.hypot(point.xM - rig.xM, point.yM - rig.yM) > OBSTACLE_RANGE_M) continue;
      const centre = toRig(rig, point.xM, point.yM, agent.heightM / 2);
      const heading = point.yaw + state.yawRoad;
      const turned = quaternionOf(times(transpose(rig.rotation), rotationOf(heading, 0, 0)));
      rows.timestamp.push(Math.round(tS * 1e6));
      rows.trackId.push(agent.trackId);
      rows.className.push(agent.className);
      [...centre, agent.lengthM, agent.widthM, agent.heightM, ...turned].forEach((value, i) =>
        rows.numbers[i]?.push(value),
      );
    }
  });
  const names = [
    ...['center_x', 'center_y', 'center_z', 'size_x', 'size_y', 'size_z'],
    ...['orientation_x', 'orientation_y', 'orientation_z', 'orientation_w'],
  ];
  const count = rows.timestamp.length;
  return [
    { name: 'timestamp_us', type: 'int64', values: rows.timestamp },
    { name: 'source', type: 'string', values: new Array<string>(count).fill(SOURCE) },
    { name: 'track_id', type: 'string', values: rows.trackId },
    ...names.map((name, i): ParquetColumn => ({
      name,
      type: 'float64',
      values: rows.numbers[i] ?? [],
    })),
    { name: 'label_class', type: 'string', values: rows.className },
    { name: 'reference_frame', type: 'string', values: new Array<string>(count).fill('rig') },
    { name: 'reference_frame_timestamp_us', type: 'int64', values: rows.timestamp },
  ];
}

/** What the ego vehicle decided and why, at 10 Hz over the range of the cameras. Not a part of the original dataset. */
export function decisionTable(drive: SimulatedDrive): Table {
  const count = Math.floor(drive.durationS * 10) + 1;
  const times = Array.from({ length: count }, (_, i) => i * 100_000);
  const labels = times.map((tUs) => drive.labelsAt(tUs));
  const text = (name: string, values: (string | null)[]): ParquetColumn => ({
    name,
    type: 'string',
    values,
  });
  return [
    { name: 'timestamp', type: 'int64', values: times },
    text(
      'vocab',
      labels.map(() => VOCABULARY),
    ),
    text(
      'longitudinal',
      labels.map((label) => label.longitudinal),
    ),
    text(
      'lateral',
      labels.map((label) => label.lateral),
    ),
    text(
      'direction',
      labels.map((label) => label.direction),
    ),
    text(
      'cause_kind',
      labels.map((label) => label.causeKind),
    ),
    text(
      'cause_track_id',
      labels.map((label) => label.causeTrackId),
    ),
    text('text', labels.map(sentenceOf)),
  ];
}

export function frameTimesTable(timesUs: readonly number[]): Table {
  return [
    { name: 'timestamp', type: 'int64', values: timesUs },
    { name: 'frame_index', type: 'int64', values: timesUs.map((_, i) => i) },
  ];
}

/** Nobody has to be made unrecognisable here, so the table has its columns and no rows. */
export function blurredBoxesTable(): Table {
  return ['frame_index', 'x1', 'y1', 'x2', 'y2'].map((name) => ({
    name,
    type: 'int64',
    values: [],
  }));
}

/** An event of the reasoning table, with the names that the original uses. */
export interface ReasoningEvent {
  readonly event_start_frame: number;
  readonly event_start_timestamp: number;
  readonly coc: string;
}

/** Where the decision of a drive changes while the cameras run, as reasoning events. */
export function reasoningEvents(
  drive: SimulatedDrive,
  timesUs: readonly number[],
): ReasoningEvent[] {
  const { clock } = drive.scene;
  const firstUs = timesUs[0] ?? 0;
  const lastUs = timesUs.at(-1) ?? 0;
  return decisionOnsets(drive.labels, clock.stepS)
    .map(({ index, decision }) => ({
      tUs: Math.max(Math.round((clock.startS + index * clock.stepS) * 1e6), firstUs),
      coc: sentenceOf(decision),
    }))
    .filter(({ tUs }, i, all) => tUs <= lastUs && (all[i + 1]?.tUs ?? Infinity) > firstUs)
    .map(({ tUs, coc }) => {
      const after = timesUs.findIndex((timeUs) => timeUs > tUs);
      return {
        event_start_frame: Math.max((after < 0 ? timesUs.length : after) - 1, 0),
        event_start_timestamp: tUs,
        coc,
      };
    });
}

function anchorOf({ scene, ego }: SimulatedDrive) {
  const i = Math.round(-scene.clock.startS / scene.clock.stepS);
  const yaw = ego.yaw[i] ?? 0;
  return {
    xM: ego.xM[i] ?? 0,
    yM: ego.yM[i] ?? 0,
    zM: ego.zM[i] ?? 0,
    yaw,
    level: rotationOf(-yaw, 0, 0),
  };
}

function floats(columns: Readonly<Record<string, Float64Array>>): ParquetColumn[] {
  return Object.entries(columns).map(([name, values]) => ({ name, type: 'float64', values }));
}

/** Central differences; one-sided at the ends. */
function derivative(values: Float64Array, stepS: number): Float64Array {
  const last = values.length - 1;
  return Float64Array.from(values, (_, i) => {
    const [from, to] = [Math.max(i - 1, 0), Math.min(i + 1, last)];
    return ((values[to] ?? 0) - (values[from] ?? 0)) / ((to - from) * stepS);
  });
}

/** A quaternion and its negative are one rotation: take the one that is nearer to the row before. */
function keepSign(qx: Float64Array, qy: Float64Array, qz: Float64Array, qw: Float64Array): void {
  const columns = [qx, qy, qz, qw];
  for (let i = 1; i < qx.length; i++) {
    const dot = columns.reduce((sum, column) => sum + (column[i] ?? 0) * (column[i - 1] ?? 0), 0);
    if (dot < 0) for (const column of columns) column[i] = -(column[i] ?? 0);
  }
}

function toRig(rig: RigPose, x: number, y: number, z: number): [number, number, number] {
  return rotate(transpose(rig.rotation), x - rig.xM, y - rig.yM, z - rig.zM);
}

function transpose([a, b, c, d, e, f, g, h, i]: Matrix3): Matrix3 {
  return [a, d, g, b, e, h, c, f, i];
}
