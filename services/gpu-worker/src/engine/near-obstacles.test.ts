import { describe, expect, it } from 'vitest';
import type { ObstacleTrack } from '@drivesweep/contracts';
import { egoPathAt, fromYaw, interpolateEgomotion } from '@drivesweep/geometry';
import type { EgomotionInterpolator } from '@drivesweep/geometry';
import { nearObstacles } from './near-obstacles.ts';

const S = 1_000_000;
const MAX_GAP_US = 500_000;
const HORIZON_S = 3;

/** Along x at 10 m/s from 0 to 20 s, a pose every 0.1 s, without those in `gap`. */
function driving(gap?: readonly [fromS: number, toS: number]): EgomotionInterpolator {
  const times = Array.from({ length: 201 }, (_, i) => i / 10).filter(
    (t) => !gap || t <= gap[0] || t >= gap[1],
  );
  const column = (value: (t: number) => number) => Float64Array.from(times, value);
  const [qx, qy, qz, qw] = fromYaw(0);
  return interpolateEgomotion({
    tUs: column((t) => Math.round(t * S)),
    xM: column((t) => 10 * t),
    yM: column(() => 0),
    zM: column(() => 0),
    qx: column(() => qx),
    qy: column(() => qy),
    qz: column(() => qz),
    qw: column(() => qw),
  });
}

/** Something of 3 x 4 m, so 2.5 m from middle to corner, that stands at (x, y) of the anchor, seen at these times. */
function standing(x: number, y: number, timesS: readonly number[]): ObstacleTrack {
  const column = (value: (t: number) => number) => Float64Array.from(timesS, value);
  return {
    trackId: `${x},${y}`,
    className: 'automobile',
    tUs: column((t) => Math.round(t * S)),
    xRigM: column((t) => x - 10 * t),
    yRigM: column(() => y),
    zRigM: column(() => 0),
    yawRig: column(() => 0),
    lengthM: 3,
    widthM: 4,
    heightM: 1.5,
  };
}

const tenths = (fromS: number, toS: number) =>
  Array.from({ length: Math.round((toS - fromS) * 10) + 1 }, (_, i) => fromS + i / 10);

/** What is near at 5 s, with half a second of history and 3 s of future: the path from x = 45 to 80 m. */
function nearAt5(tracks: readonly ObstacleTrack[] | null, egomotion = driving()) {
  const t0Us = 5 * S;
  const history = egoPathAt(egomotion, t0Us, [-500_000, 0]);
  const future = egoPathAt(
    egomotion,
    t0Us,
    tenths(0.1, HORIZON_S).map((t) => t * S),
  );
  if (!history || !future) throw new Error('outside of the drive');
  const near = nearObstacles(tracks, egomotion, MAX_GAP_US);
  return near(t0Us, HORIZON_S * S, { history, future });
}

const timesOf = (track: ObstacleTrack, egomotion?: EgomotionInterpolator) =>
  nearAt5([track], egomotion)?.map(({ tS }) => [...tS].map((t) => Math.round(t * 100) / 100))[0];

describe('obstacles near a window', () => {
  it('are seen from where the vehicle is at t0', () => {
    const [one] = nearAt5([standing(70, 3, [4.9, 5, 5.1])]) ?? [];
    expect(one).toMatchObject({ trackId: '70,3', className: 'automobile', lengthM: 3, widthM: 4 });
    expect([...(one?.tS ?? [])]).toEqual([-0.1, 0, 0.1]);
    for (const x of one?.x ?? []) expect(x).toBeCloseTo(20, 9);
    for (const y of one?.y ?? []) expect(y).toBeCloseTo(3, 9);
  });

  it('come within 50 m of the recorded path, corners counted, whenever that is', () => {
    const seen = tenths(3, 9);
    const tracks = [
      standing(132.4, 0, seen),
      standing(132.6, 0, seen),
      standing(-7.4, 0, seen),
      standing(-7.6, 0, seen),
      standing(60, 52.4, seen),
      standing(60, -52.6, seen),
      // Only there when the vehicle is long past.
      standing(46, 0, [8.9]),
    ];
    expect(nearAt5(tracks)?.map(({ trackId }) => trackId)).toEqual([
      '132.4,0',
      '-7.4,0',
      '60,52.4',
      '46,0',
    ]);
  });

  it('are not those at the corner of the area around the path', () => {
    // 40 m ahead of the last pose and 40 m beside it are 56.6 m.
    expect(nearAt5([standing(120, 40, [6]), standing(110, 40, [6])])).toMatchObject([
      { trackId: '110,40' },
    ]);
  });

  it('are unknown without labels, and nobody when all are far away', () => {
    expect(nearAt5(null)).toBeNull();
    expect(nearAt5([])).toEqual([]);
    expect(nearAt5([standing(60, 200, [5])])).toEqual([]);
  });
});

describe('the labels of a track', () => {
  it('go from 2 s before to 1 s after the horizon, and one further at each end', () => {
    expect(timesOf(standing(70, 0, tenths(0.05, 15)))?.slice(0, 2)).toEqual([-2.05, -1.95]);
    expect(timesOf(standing(70, 0, tenths(0.05, 15)))?.slice(-2)).toEqual([3.95, 4.05]);
    expect(timesOf(standing(70, 0, tenths(0, 15)))).toEqual([
      ...tenths(-2.1, 4.1).map((t) => Math.round(t * 100) / 100),
    ]);
  });

  it('go no further when the next is too far off to be interpolated', () => {
    expect(timesOf(standing(70, 0, [2.4, 3.1, 8.9, 9.6]))).toEqual([-1.9, 3.9]);
    expect(timesOf(standing(70, 0, [2.5, 3.1, 8.9, 9.5]))).toEqual([-2.5, -1.9, 3.9, 4.5]);
  });

  it('that are all outside make no obstacle', () => {
    expect(nearAt5([standing(70, 0, [1, 2]), standing(71, 0, [12])])).toEqual([]);
  });

  it('are left out where the egomotion has no poses', () => {
    const times = timesOf(standing(90, 0, tenths(8, 9)), driving([8.2, 8.8]));
    expect(times).toEqual([3, 3.1, 3.2, 3.8, 3.9, 4]);
  });

  it('keep the first of two at the same time', () => {
    const track = standing(70, 0, [5, 5, 5.1]);
    track.yRigM[1] = 9;
    const [one] = nearAt5([track]) ?? [];
    expect([...(one?.tS ?? [])]).toEqual([0, 0.1]);
    expect(one?.y[0]).toBeCloseTo(0, 9);
  });

  it.each([
    ['a length that is none', { lengthM: 0 }],
    ['a width that is not known', { widthM: NaN }],
    ['no box', { tUs: new Float64Array() }],
  ])('of a track with %s are left out, and harm no other', (_, change) => {
    const tracks = [{ ...standing(70, 0, [5]), ...change }, standing(71, 0, [5])];
    expect(nearAt5(tracks)).toMatchObject([{ trackId: '71,0' }]);
  });
});
