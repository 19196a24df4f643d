import { beforeAll, describe, expect, it } from 'vitest';
import { project } from './camera.ts';
import type { Picture } from './picture.ts';
import { CameraRenderer } from './render.ts';
import type { Scenario } from './scene.ts';
import { simulateDrive } from './simulate-drive.ts';
import type { SimulatedDrive } from './simulate-drive.ts';
import { lightColourAt } from './traffic-light.ts';

const FRONT = 'camera_front_wide_120fov';
const TELE = 'camera_front_tele_30fov';

/** The first drive of a scenario whose variant is wanted. */
function driveOf(scenario: Scenario, variant: string): SimulatedDrive {
  for (let seed = 0; seed < 60; seed++) {
    const drive = simulateDrive({ seed, number: 0, durationS: 20, scenarios: [scenario] });
    if (drive.scene.variant === variant) return drive;
  }
  throw new Error(`no ${variant}`);
}

function draw(drive: SimulatedDrive, camera: typeof FRONT | typeof TELE, tS: number) {
  const renderer = new CameraRenderer(drive, camera, 240, 136);
  const picture = renderer.makePicture();
  renderer.draw(tS, picture);
  const pixelAt = (x: number, y: number, z: number) => {
    const { u, v, distanceM } = project(renderer.camera, renderer.poseAt(tS), x, y, z);
    const inside = u >= 0 && v >= 0 && u < 239 && v < 135;
    return { i: inside ? Math.round(v) * 240 + Math.round(u) : null, distanceM };
  };
  return { picture, pixelAt };
}

const rgbOf = (picture: Picture, i: number) => {
  const pixel = picture.pixels[i] ?? 0;
  return [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255] as const;
};

describe('what is drawn is where the labels say', () => {
  it('shows the lead vehicle at the pixel of its box and at its distance', () => {
    const drive = driveOf('lead_stop', 'brakes');
    for (const tS of [2, 5, 9, 14]) {
      const lead = drive.scene.agents.find(({ trackId }) => trackId === 'lead');
      if (!lead) throw new Error('no lead');
      const state = lead.at(tS);
      const { xM, yM } = drive.scene.road.pointAt(state.sM - lead.lengthM / 2, state.dM);
      const { picture, pixelAt } = draw(drive, FRONT, tS);
      const { i, distanceM } = pixelAt(xM, yM, 0.6);
      expect(picture.distanceM[i ?? -1]).toBeGreaterThan(distanceM - 0.6);
      expect(picture.distanceM[i ?? -1]).toBeLessThan(distanceM + 0.6);
    }
  });

  it('shows the road surface where the road is, at the distance of the ground', () => {
    const drive = driveOf('curve', 'sharp');
    const { xM, yM } = drive.scene.road.pointAt((drive.ego.sM[200] ?? 0) + 15, -1);
    const { picture, pixelAt } = draw(drive, FRONT, 0);
    const { i, distanceM } = pixelAt(xM, yM, 0);
    expect(picture.distanceM[i ?? -1]).toBeCloseTo(distanceM, 0);
  });
});

describe('what a driver must see can be seen', () => {
  it.each(['stays_red', 'stays_green'])('the lamp of a light that %s', (variant) => {
    const drive = driveOf('traffic_light', variant);
    const { light, road } = drive.scene;
    if (!light) throw new Error('no light');
    // When the stop line is 30 m ahead.
    const at = drive.ego.sM.findIndex((sM) => sM > light.stopLineM - 34);
    const tS = drive.scene.clock.startS + at * drive.scene.clock.stepS;
    const colour = lightColourAt(light, tS);
    const height = 5.4 + (colour === 'red' ? 0.68 : -0.68);
    const { xM, yM } = road.pointAt(light.mastM - 0.5, road.laneCentreM(0));
    const { picture, pixelAt } = draw(drive, TELE, tS);
    const [r, g] = rgbOf(picture, pixelAt(xM, yM, height).i ?? -1);
    if (colour === 'red') expect(r - g).toBeGreaterThan(120);
    else expect(g - r).toBeGreaterThan(120);
  });

  it('brake lamps light up when the lead vehicle brakes', () => {
    const drive = driveOf('lead_stop', 'brakes');
    const lead = drive.scene.agents.find(({ trackId }) => trackId === 'lead');
    if (!lead) throw new Error('no lead');
    let tS = 0;
    while (!lead.at(tS).braking) tS += 0.1;
    const rednessAt = (t: number) => redness(draw(drive, TELE, t).picture);
    expect(rednessAt(tS + 0.3)).toBeGreaterThan(rednessAt(tS - 0.5) * 1.3);
  });
});

describe('a picture', () => {
  let drive: SimulatedDrive;
  beforeAll(() => {
    drive = driveOf('pedestrian', 'steps_out');
  });

  it('is the same whenever it is drawn, and whatever was in the buffer', () => {
    const renderer = new CameraRenderer(drive, FRONT, 160, 90);
    const used = renderer.makePicture();
    renderer.draw(9, used);
    renderer.draw(3, used);
    const fresh = new CameraRenderer(drive, FRONT, 160, 90);
    const picture = fresh.makePicture();
    fresh.draw(3, picture);
    expect(used.pixels).toEqual(picture.pixels);
  });

  it('has sky above and road below', () => {
    const { picture } = draw(drive, FRONT, 2);
    const [, , skyBlue] = rgbOf(picture, 5 * 240 + 120);
    const [roadRed, , roadBlue] = rgbOf(picture, 130 * 240 + 120);
    expect(skyBlue).toBeGreaterThan(100);
    expect(Math.abs(roadRed - roadBlue)).toBeLessThan(40);
    expect(picture.distanceM[5 * 240 + 120]).toBeGreaterThan(1e6);
    expect(picture.distanceM[130 * 240 + 120]).toBeLessThan(5);
  });

  it('changes as the vehicle moves', () => {
    expect(draw(drive, FRONT, 2).picture.pixels).not.toEqual(
      draw(drive, FRONT, 2.1).picture.pixels,
    );
  });
});

/** How much redder than green the picture is, summed over what is very red. */
function redness(picture: Picture): number {
  let sum = 0;
  for (let i = 0; i < picture.pixels.length; i++) {
    const [r, g, b] = rgbOf(picture, i);
    if (r > 170 && r - Math.max(g, b) > 90) sum += r - g;
  }
  return sum;
}
