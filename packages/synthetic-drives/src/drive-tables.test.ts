import { describe, expect, it } from 'vitest';
import { rotate } from '@drivesweep/geometry';
import type { Quat, Vec3 } from '@drivesweep/geometry';
import {
  decisionTable,
  egomotionTable,
  frameTimesTable,
  obstacleTable,
  reasoningEvents,
} from './drive-tables.ts';
import type { Table } from './drive-tables.ts';
import { ALL_SCENARIOS, simulateDrive } from './simulate-drive.ts';

const drive = simulateDrive({ seed: 5, number: 2, durationS: 12, scenarios: ALL_SCENARIOS });

function numbers(table: Table, name: string): readonly number[] {
  const column = table.find((one) => one.name === name);
  if (column?.type !== 'float64' && column?.type !== 'int64') throw new Error(`no numbers ${name}`);
  return Array.from(column.values);
}

function strings(table: Table, name: string): readonly (string | null)[] {
  const column = table.find((one) => one.name === name);
  if (column?.type !== 'string') throw new Error(`no strings ${name}`);
  return column.values;
}

describe('egomotion', () => {
  const table = egomotionTable(drive);
  const t = numbers(table, 'timestamp');

  it('has the columns of the dataset, at 100 Hz, from before the cameras to after them', () => {
    expect(table.map(({ name }) => name)).toEqual([
      ...[
        'timestamp',
        'qx',
        'qy',
        'qz',
        'qw',
        'x',
        'y',
        'z',
        'vx',
        'vy',
        'vz',
        'ax',
        'ay',
        'az',
        'curvature',
      ],
    ]);
    expect(t[0]).toBe(-2_000_000);
    expect(t.at(-1)).toBe(15_000_000);
    expect(t.every((value, i) => i === 0 || value - (t[i - 1] ?? 0) === 10_000)).toBe(true);
  });

  it('is anchored at t = 0: position 0 and yaw 0, with roll and pitch against gravity kept', () => {
    const i = t.indexOf(0);
    for (const name of ['x', 'y', 'z']) expect(numbers(table, name)[i]).toBeCloseTo(0, 12);
    const [qx, qy, qz, qw] = ['qx', 'qy', 'qz', 'qw'].map((name) => numbers(table, name)[i] ?? NaN);
    const yaw = Math.atan2(
      2 * ((qw ?? 0) * (qz ?? 0) + (qx ?? 0) * (qy ?? 0)),
      1 - 2 * ((qy ?? 0) ** 2 + (qz ?? 0) ** 2),
    );
    expect(yaw).toBeCloseTo(0, 12);
  });

  it('has unit quaternions that do not jump, and velocities that are the derivative of the position', () => {
    const q = ['qx', 'qy', 'qz', 'qw'].map((name) => numbers(table, name));
    const [x, vx] = [numbers(table, 'x'), numbers(table, 'vx')];
    for (let i = 1; i < t.length - 1; i++) {
      const row = q.map((column) => column[i] ?? NaN);
      const before = q.map((column) => column[i - 1] ?? NaN);
      expect(Math.hypot(...row)).toBeCloseTo(1, 9);
      expect(row.reduce((sum, value, k) => sum + value * (before[k] ?? NaN), 0)).toBeGreaterThan(
        0.999,
      );
      expect(((x[i + 1] ?? NaN) - (x[i - 1] ?? NaN)) / 0.02).toBeCloseTo(vx[i] ?? NaN, 6);
    }
  });

  it('uses all three dimensions, a little', () => {
    expect(Math.max(...numbers(table, 'z').map(Math.abs))).toBeGreaterThan(0.001);
    expect(Math.max(...numbers(table, 'qy').map(Math.abs))).toBeGreaterThan(0.0005);
  });
});

describe('obstacles', () => {
  const table = obstacleTable(drive);

  it('hold the lead vehicle ahead in the rig frame, standing on the ground', () => {
    const ids = strings(table, 'track_id');
    const rows = ids.flatMap((id, i) => (id === 'lead' ? [i] : []));
    expect(rows.length).toBeGreaterThan(100);
    const column = (name: string) => rows.map((i) => numbers(table, name)[i] ?? NaN);
    expect(Math.min(...column('center_x'))).toBeGreaterThan(4);
    expect(Math.max(...column('center_x'))).toBeLessThan(110);
    const [z, height] = [column('center_z'), column('size_z')];
    z.forEach((value, i) => expect(Math.abs(value - (height[i] ?? NaN) / 2)).toBeLessThan(0.7));
  });

  it('have rows at 10 Hz per track, in order, in the frame of their own time', () => {
    const [time, frame] = [
      numbers(table, 'timestamp_us'),
      numbers(table, 'reference_frame_timestamp_us'),
    ];
    const ids = strings(table, 'track_id');
    expect(time).toEqual(frame);
    for (let i = 1; i < time.length; i++) {
      if (ids[i] !== ids[i - 1]) continue;
      expect(((time[i] ?? 0) - (time[i - 1] ?? 0)) % 100_000).toBe(0);
      expect(time[i]).toBeGreaterThan(time[i - 1] ?? Infinity);
    }
    expect(new Set(strings(table, 'reference_frame'))).toEqual(new Set(['rig']));
  });
});

describe('obstacles seen from a vehicle that turns', () => {
  // A bend in a town, so that there are parked vehicles beside it.
  const bend = simulateDrive({ seed: 9, number: 0, durationS: 12, scenarios: ['curve'] });
  const boxes = obstacleTable(bend);
  const poses = egomotionTable(bend);
  const column = (name: string) => numbers(boxes, name);
  const turned = (q: Quat, v: Vec3): Vec3 => rotate(q, v);

  it('lie still in the anchor frame when they are parked, with a heading that does not turn', () => {
    const seen = new Map<string, { place: Vec3; heading: number }>();
    let compared = 0;
    strings(boxes, 'track_id').forEach((id, row) => {
      if (!id?.startsWith('parked')) return;
      const pose = poseAt(poses, column('timestamp_us')[row] ?? NaN);
      const of = (name: string) => column(name)[row] ?? NaN;
      const centre = turned(pose.q, [of('center_x'), of('center_y'), of('center_z')]);
      const place = [centre[0] + pose.p[0], centre[1] + pose.p[1], centre[2] + pose.p[2]] as const;
      const own: Quat = [
        of('orientation_x'),
        of('orientation_y'),
        of('orientation_z'),
        of('orientation_w'),
      ];
      const ahead = turned(pose.q, turned(own, [1, 0, 0]));
      const heading = Math.atan2(ahead[1], ahead[0]);
      const first = seen.get(id) ?? { place, heading };
      seen.set(id, first);
      place.forEach((value, axis) =>
        expect(Math.abs(value - (first.place[axis] ?? NaN))).toBeLessThan(0.05),
      );
      expect(Math.abs(Math.sin(heading - first.heading))).toBeLessThan(0.01);
      compared += 1;
    });
    const headings = Array.from(bend.ego.yaw);
    expect(Math.max(...headings) - Math.min(...headings)).toBeGreaterThan(0.4);
    expect(compared).toBeGreaterThan(500);
  });
});

/** Pose in the anchor frame at the nearest row. */
function poseAt(table: Table, tUs: number): { p: Vec3; q: Quat } {
  const row = Math.round((tUs + 2_000_000) / 10_000);
  const of = (name: string) => numbers(table, name)[row] ?? NaN;
  return { p: [of('x'), of('y'), of('z')], q: [of('qx'), of('qy'), of('qz'), of('qw')] };
}

describe('decisions and reasons', () => {
  it('say at 10 Hz what labelsAt says', () => {
    const table = decisionTable(drive);
    const t = numbers(table, 'timestamp');
    expect(t).toHaveLength(121);
    expect(strings(table, 'cause_kind')).toEqual(t.map((tUs) => drive.labelsAt(tUs).causeKind));
    expect(new Set(strings(table, 'vocab'))).toEqual(new Set(['oss']));
  });

  it('start each event at the last frame at or before its time', () => {
    const timesUs = Array.from({ length: 361 }, (_, i) => Math.round((i * 1e6) / 30));
    const events = reasoningEvents(drive, timesUs);
    expect(events.length).toBeGreaterThan(1);
    for (const { event_start_frame: frame, event_start_timestamp: tUs, coc } of events) {
      expect(timesUs[frame]).toBeLessThanOrEqual(tUs);
      expect(timesUs[frame + 1] ?? Infinity).toBeGreaterThan(tUs);
      expect(coc).toMatch(/ because /);
    }
  });
});

it('numbers frames from 0', () => {
  const table = frameTimesTable([0, 33_333, 66_667]);
  expect(numbers(table, 'frame_index')).toEqual([0, 1, 2]);
  expect(numbers(table, 'timestamp')).toEqual([0, 33_333, 66_667]);
});
