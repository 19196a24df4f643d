import { describe, expect, it } from 'vitest';
import type { Agent } from './agent.ts';
import { EGO_VEHICLE, SCENARIOS } from './scene.ts';
import type { Scenario } from './scene.ts';
import { ALL_SCENARIOS, simulateDrive } from './simulate-drive.ts';
import type { SimulatedDrive } from './simulate-drive.ts';

const DURATION_S = 20;
const SEED = 2024;
const DRIVES = Array.from({ length: 10 * SCENARIOS.length }, (_, number) =>
  simulateDrive({ seed: SEED, number, durationS: DURATION_S, scenarios: ALL_SCENARIOS }),
);
const nameOf = ({ scene }: SimulatedDrive, number: number) =>
  `${number} ${scene.scenario}/${scene.variant}`;

describe('every drive', () => {
  it('keeps to what a vehicle and its passengers bear', () => {
    DRIVES.forEach((drive, number) => {
      const { speedMps, accelMps2, curvature } = drive.ego;
      const lateral = speedMps.map((v, i) => v * v * (curvature[i] ?? 0));
      const worst = {
        speed: Math.max(...speedMps),
        slowest: Math.min(...speedMps),
        brake: Math.min(...accelMps2),
        accel: Math.max(...accelMps2),
        lateral: Math.max(...lateral.map(Math.abs)),
        curvature: Math.max(...curvature.map(Math.abs)),
      };
      const message = `${nameOf(drive, number)} ${JSON.stringify(worst)}`;
      expect(worst.speed, message).toBeLessThan(25);
      expect(worst.slowest, message).toBeGreaterThanOrEqual(0);
      expect(worst.brake, message).toBeGreaterThan(-6.5);
      expect(worst.accel, message).toBeLessThan(2.5);
      expect(worst.lateral, message).toBeLessThan(3.5);
      expect(worst.curvature, message).toBeLessThan(0.19);
    });
  });

  it('moves as its speed and heading say: position is their integral', () => {
    for (const { ego, scene } of DRIVES) {
      const { stepS } = scene.clock;
      for (let i = 1; i < scene.clock.count - 1; i += 7) {
        const at = (values: Float64Array, k: number) => values[k] ?? NaN;
        const vx = (at(ego.xM, i + 1) - at(ego.xM, i - 1)) / (2 * stepS);
        const vy = (at(ego.yM, i + 1) - at(ego.yM, i - 1)) / (2 * stepS);
        expect(Math.hypot(vx, vy)).toBeCloseTo(at(ego.speedMps, i), 1);
        const aside = -Math.sin(at(ego.yaw, i)) * vx + Math.cos(at(ego.yaw, i)) * vy;
        expect(Math.abs(aside)).toBeLessThan(0.02);
      }
    }
  });

  it('touches nobody', () => {
    DRIVES.forEach((drive, number) => {
      const nearest = drive.scene.agents.map((agent) => ({
        trackId: agent.trackId,
        gapM: Math.min(...tenths(drive).map((i) => gapM(drive, agent, i))),
      }));
      const touched = nearest.filter((one) => one.gapM < 0.2);
      expect(touched, nameOf(drive, number)).toEqual([]);
    });
  });

  it('stays off the red: nobody passes the stop line while the light is red or amber', () => {
    const lights = DRIVES.filter(({ scene }) => scene.light && scene.variant !== 'stays_green');
    expect(lights.length).toBeGreaterThan(4);
    for (const { scene, ego } of lights) {
      for (const target of scene.ego.stopTargets) {
        const fromS = Math.max(target.fromS, scene.clock.startS);
        for (let tS = fromS; tS < Math.min(target.untilS, DURATION_S); tS += 0.1) {
          const i = Math.round((tS - scene.clock.startS) / scene.clock.stepS);
          expect((ego.sM[i] ?? 0) + 3.84).toBeLessThan((scene.light?.stopLineM ?? 0) + 0.3);
        }
      }
    }
  });
});

it('is a function of its key', () => {
  const key = { seed: SEED, number: 3, durationS: DURATION_S, scenarios: ALL_SCENARIOS };
  const [a, b] = [simulateDrive(key), simulateDrive(key)];
  expect(a.ego).toEqual(b.ego);
  expect(a.driveId).toBe(b.driveId);
  expect(simulateDrive({ ...key, seed: SEED + 1 }).driveId).not.toBe(a.driveId);
  expect(simulateDrive({ ...key, seed: SEED + 1 }).ego.xM).not.toEqual(a.ego.xM);
});

describe('constant velocity', () => {
  const errorOf = (scenario: Scenario) => {
    const errors = DRIVES.filter(({ scene }) => scene.scenario === scenario).flatMap(
      constantVelocityAdes,
    );
    return errors.reduce((sum, error) => sum + error, 0) / errors.length;
  };

  it('is nearly right where nothing happens', () => {
    expect(errorOf('straight')).toBeLessThan(1);
  });

  it.each(['curve', 'lead_stop', 'traffic_light', 'cut_in', 'pedestrian'] as const)(
    'is wrong by metres in %s',
    (scenario) => {
      expect(errorOf(scenario)).toBeGreaterThan(2);
    },
  );

  it('misses the lane change', () => {
    expect(errorOf('lane_change')).toBeGreaterThan(0.8);
  });
});

/** Every tenth step of the clock. */
function tenths({ scene }: SimulatedDrive): number[] {
  return Array.from({ length: Math.floor(scene.clock.count / 10) }, (_, k) => k * 10);
}

/** Free space between the boxes of the ego vehicle and an agent, along the road or across it, whichever is more. */
function gapM({ scene, ego }: SimulatedDrive, agent: Agent, i: number): number {
  const state = agent.at(scene.clock.startS + i * scene.clock.stepS);
  const turned = Math.abs(Math.sin(state.yawRoad)) > 0.7;
  const [along, across] = turned ? [agent.widthM, agent.lengthM] : [agent.lengthM, agent.widthM];
  const ds = Math.abs(state.sM - (ego.sM[i] ?? 0) - EGO_VEHICLE.rearAxleToCentreM);
  const dd = Math.abs(state.dM - (ego.dM[i] ?? 0));
  return Math.max(ds - (along + EGO_VEHICLE.lengthM) / 2, dd - (across + EGO_VEHICLE.widthM) / 2);
}

/** ADE over 6.4 s of driving on straight ahead, at every whole window 0.5 s apart. */
function constantVelocityAdes({ ego, scene }: SimulatedDrive): number[] {
  const at = (values: Float64Array, i: number) => values[i] ?? NaN;
  const ades: number[] = [];
  for (let t0S = 1.6; t0S + 6.4 <= DURATION_S; t0S += 0.5) {
    const i0 = Math.round((t0S - scene.clock.startS) / scene.clock.stepS);
    let sum = 0;
    for (let step = 1; step <= 64; step++) {
      const i = i0 + step * 10;
      const way = at(ego.speedMps, i0) * step * 0.1;
      const x = at(ego.xM, i0) + Math.cos(at(ego.yaw, i0)) * way;
      const y = at(ego.yM, i0) + Math.sin(at(ego.yaw, i0)) * way;
      sum += Math.hypot(x - at(ego.xM, i), y - at(ego.yM, i));
    }
    ades.push(sum / 64);
  }
  return ades;
}
