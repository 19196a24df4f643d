import { describe, expect, it } from 'vitest';
import { driveEgo } from './ego.ts';
import { labelTimeline } from './label-timeline.ts';
import { Random } from './random.ts';
import { CameraRenderer } from './render.ts';
import { DISTRACTORS } from './scene.ts';
import type { Distractor, Scene } from './scene.ts';
import { ALL_SCENARIOS, simulateDrive } from './simulate-drive.ts';
import type { SimulatedDrive } from './simulate-drive.ts';

const DRIVES = Array.from({ length: 140 }, (_, number) =>
  simulateDrive({ seed: 11, number, durationS: 20, scenarios: ALL_SCENARIOS }),
);
const OF_DISTRACTORS = /^(neighbour|cyclist)/;

const withKind = (kind: Distractor): SimulatedDrive[] =>
  DRIVES.filter(({ scene }) => scene.distractor === kind);

/** The scene without what its distractor brought. */
function bare(scene: Scene): Scene {
  return {
    ...scene,
    agents: scene.agents.filter(({ trackId }) => !OF_DISTRACTORS.test(trackId)),
    farLight: null,
    zebra: scene.distractor === 'empty_zebra' ? null : scene.zebra,
    scenery: scene.scenery.filter(
      ({ kind }) => !['billboard', 'neon', 'side_light'].includes(kind),
    ),
  };
}

describe('distractors', () => {
  it.each(DISTRACTORS.filter((kind) => kind !== 'none'))(
    '%s: there are some, and with them everything is done and said as without them',
    (kind) => {
      const drives = withKind(kind);
      expect(drives.length).toBeGreaterThan(0);
      for (const { scene } of drives.slice(0, 4)) {
        const driven = (world: Scene) => {
          const ego = driveEgo(world, new Random('ego'));
          return { ego, labels: labelTimeline(world, ego) };
        };
        expect(driven(scene)).toEqual(driven(bare(scene)));
      }
    },
  );

  it('can be seen: each kind changes some picture of its drive', () => {
    for (const kind of DISTRACTORS) {
      const [drive] = withKind(kind);
      if (!drive || kind === 'none') continue;
      const without = { ...drive, scene: bare(drive.scene) };
      const changed = [1, 3, 5, 7, 9, 11].filter((tS) => {
        const [a, b] = [drive, without].map((one) => {
          const renderer = new CameraRenderer(one, 'camera_front_wide_120fov', 240, 136);
          const picture = renderer.makePicture();
          renderer.draw(tS, picture);
          return picture.pixels;
        });
        return a?.some((pixel, i) => pixel !== b?.[i]);
      });
      expect(changed, kind).not.toEqual([]);
    }
  });

  it('a neighbour brakes, in a lane that is not ours', () => {
    for (const { scene } of withKind('braking_neighbour')) {
      const neighbour = scene.agents.find(({ trackId }) => trackId === 'neighbour');
      const states = Array.from({ length: 200 }, (_, k) => neighbour?.at(k / 10));
      expect(states.some((state) => state?.braking)).toBe(true);
      const ours = scene.road.laneCentreM(scene.ego.lane);
      for (const state of states) expect(Math.abs((state?.dM ?? ours) - ours)).toBeGreaterThan(3);
    }
  });

  it('a far light is so far behind the light that nobody who stands there thinks of it', () => {
    for (const { scene, ego } of withKind('far_light')) {
      const farM = (scene.farLight?.stopLineM ?? NaN) - Math.max(...ego.sM);
      expect(farM).toBeGreaterThan(55);
    }
  });

  it('a cyclist stays beside the road', () => {
    for (const { scene } of withKind('cyclist')) {
      const { lanesAhead, lanesOncoming, laneWidthM, shoulderM } = scene.road.shape;
      for (const agent of scene.agents.filter(({ className }) => className === 'rider')) {
        const { dM } = agent.at(5);
        const lanes = dM > 0 ? lanesOncoming : lanesAhead;
        expect(Math.abs(dM)).toBeGreaterThan(lanes * laneWidthM + shoulderM + 0.5);
      }
    }
  });
});
