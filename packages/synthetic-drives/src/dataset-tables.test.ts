import { describe, expect, it } from 'vitest';
import { conjugate, rotate } from '@drivesweep/geometry';
import type { Quat, Vec3 } from '@drivesweep/geometry';
import { CAMERA_NAMES, project, rotate as turn } from './camera.ts';
import {
  cameraIntrinsicsTable,
  chunkKey,
  featuresCsv,
  sensorExtrinsicsTable,
  vehicleDimensionsTable,
} from './dataset-tables.ts';
import type { Table } from './drive-tables.ts';
import { checkOptions } from './options.ts';
import { CameraRenderer, rigPoseAt } from './render.ts';
import { EGO_FRONT_M } from './scene.ts';
import { simulateDrive } from './simulate-drive.ts';

const OPTIONS = checkOptions({ width: 320, height: 180 }, 1, 1);
const DRIVE = simulateDrive({ seed: 1, number: 1, durationS: 6, scenarios: OPTIONS.scenarios });

function cell(table: Table, name: string, row: number): number {
  const column = table.find((one) => one.name === name);
  if (column?.type !== 'float64') throw new Error(`no numbers ${name}`);
  return column.values[row] ?? NaN;
}

describe('calibration', () => {
  const intrinsics = cameraIntrinsicsTable([DRIVE.driveId], OPTIONS);
  const extrinsics = sensorExtrinsicsTable([DRIVE.driveId], OPTIONS.cameras);

  /** A point of the rig frame in the picture, from the tables alone, as a user of the dataset does it. */
  function pixelOf(row: number, point: Vec3): { u: number; v: number } {
    const at = (name: string) => cell(extrinsics, name, row);
    const pose: Quat = [at('qx'), at('qy'), at('qz'), at('qw')];
    const from = [point[0] - at('x'), point[1] - at('y'), point[2] - at('z')] as const;
    const [x, y, z] = rotate(conjugate(pose), from);
    const side = Math.hypot(x, y);
    const theta = Math.atan2(side, z);
    const of = (name: string) => cell(intrinsics, name, row);
    const r = [0, 1, 2, 3, 4].reduce(
      (sum, power) => sum + of(`fw_poly_${power}`) * theta ** power,
      0,
    );
    const back = [0, 1, 2, 3, 4].reduce(
      (sum, power) => sum + of(`bw_poly_${power}`) * r ** power,
      0,
    );
    expect(back).toBeCloseTo(theta, 12);
    return { u: of('cx') + (r * x) / side, v: of('cy') + (r * y) / side };
  }

  it.each(CAMERA_NAMES)('of %s puts points where the renderer draws them', (name) => {
    const row = CAMERA_NAMES.indexOf(name);
    const renderer = new CameraRenderer(DRIVE, name, OPTIONS.width, OPTIONS.height);
    const rig = rigPoseAt(DRIVE.scene, DRIVE.ego, 3);
    const points: readonly Vec3[] = [
      [20, 3, 1],
      [8, -6, 0.2],
      [60, 0.5, 5],
      [6, 9, 0],
    ];
    for (const point of points) {
      const [x, y, z] = point;
      const [dx, dy, dz] = turn(rig.rotation, x, y, z);
      const drawn = project(
        renderer.camera,
        renderer.poseAt(3),
        rig.xM + dx,
        rig.yM + dy,
        rig.zM + dz,
      );
      const told = pixelOf(row, point);
      expect(told.u).toBeCloseTo(drawn.u, 6);
      expect(told.v).toBeCloseTo(drawn.v, 6);
    }
  });

  it('gives 120 degrees across the width of the wide cameras', () => {
    expect(cell(intrinsics, 'fw_poly_1', 1) * ((120 * Math.PI) / 180)).toBeCloseTo(320, 9);
  });
});

it('knows the recorded vehicle: its front is 3.845 m ahead of the rear axle, where the driver stops it', () => {
  const table = vehicleDimensionsTable(['a', 'b']);
  expect(table.map(({ name }) => name)).toEqual([
    ...['clip_id', 'length', 'width', 'height'],
    ...['rear_axle_to_bbox_center', 'wheelbase', 'track_width'],
  ]);
  const of = (name: string) => cell(table, name, 1);
  expect([of('length'), of('width'), of('wheelbase')]).toEqual([4.87, 1.93, 2.85]);
  expect(of('rear_axle_to_bbox_center') + of('length') / 2).toBeCloseTo(3.845, 12);
  expect(EGO_FRONT_M).toBeCloseTo(3.845, 12);
});

it('names chunk files with four digits, calibration as Parquet', () => {
  expect(chunkKey('camera', 'camera_front_wide_120fov', 12)).toBe(
    'camera/camera_front_wide_120fov/camera_front_wide_120fov.chunk_0012.zip',
  );
  expect(chunkKey('calibration', 'vehicle_dimensions', 3)).toBe(
    'calibration/vehicle_dimensions/vehicle_dimensions.chunk_0003.parquet',
  );
});

it('lists our own label beside those of the dataset', () => {
  expect(
    featuresCsv(['camera_front_wide_120fov'])
      .split('\n')
      .slice(1, -1)
      .map((line) => line.split(',')[0]),
  ).toEqual([
    ...['egomotion', 'obstacle.offline', 'decision'],
    ...['camera_intrinsics', 'sensor_extrinsics', 'vehicle_dimensions'],
    'camera_front_wide_120fov',
  ]);
});
