import { describe, expect, it } from 'vitest';
import { driveEgo } from './ego.ts';
import { labelTimeline } from './label-timeline.ts';
import type { Picture } from './picture.ts';
import { Random } from './random.ts';
import { CameraRenderer } from './render.ts';
import type { Scene } from './scene.ts';
import type { SceneLook } from './scene-look.ts';
import { sampleLook } from './scene-look.ts';
import { ALL_SCENARIOS, simulateDrive } from './simulate-drive.ts';
import type { SimulatedDrive } from './simulate-drive.ts';
import { SKIES, WEATHERS } from './weather.ts';
import type { Weather } from './weather.ts';

const [WIDTH, HEIGHT] = [160, 90];

const driveOf = (number: number): SimulatedDrive =>
  simulateDrive({ seed: 5, number, durationS: 10, scenarios: ALL_SCENARIOS });

/** The first look of a weather that the streams of some names give. */
function lookOf(weather: Weather, surroundings: SceneLook['surroundings'] = 'country'): SceneLook {
  for (let name = 0; name < 200; name++) {
    const look = sampleLook(new Random(`look ${name}`), surroundings);
    if (look.weather === weather) return look;
  }
  throw new Error(`no ${weather}`);
}

/** The same world in another weather, through a camera without faults. */
function under(drive: SimulatedDrive, weather: Weather): SimulatedDrive {
  const sensor = { seed: 1, noise: 0, blurred: false, vignette: 0, gains: [1, 1, 1] } as const;
  return { ...drive, scene: { ...drive.scene, look: { ...lookOf(weather), sensor } } };
}

function pictureOf(drive: SimulatedDrive, tS: number): Picture {
  const renderer = new CameraRenderer(drive, 'camera_front_wide_120fov', WIDTH, HEIGHT);
  const picture = renderer.makePicture();
  renderer.draw(tS, picture);
  return picture;
}

/** Mean of the three channels over some rows of a picture. */
function brightness({ pixels, width }: Picture, fromRow: number, toRow: number): number {
  const rows = [...pixels.subarray(fromRow * width, toRow * width)];
  const sum = rows.reduce((s, p) => s + (p & 255) + ((p >> 8) & 255) + ((p >> 16) & 255), 0);
  return sum / rows.length / 3;
}

describe('weather', () => {
  it('is each kind for some drives, clear for more', () => {
    const looks = Array.from({ length: 400 }, (_, i) => sampleLook(new Random(`${i}`), 'town'));
    const shareOf = (weather: Weather) =>
      looks.filter((look) => look.weather === weather).length / looks.length;
    for (const weather of WEATHERS) {
      expect(shareOf(weather), weather).toBeGreaterThan(0.07);
      expect(shareOf(weather), weather).toBeLessThan(weather === 'clear' ? 0.32 : 0.18);
    }
  });

  it('changes what is seen', () => {
    const pictures = WEATHERS.map((weather) => pictureOf(under(driveOf(0), weather), 4));
    const different = new Set(pictures.map(({ pixels }) => pixels.join()));
    expect(different.size).toBe(WEATHERS.length);
  });

  it('changes neither what is done nor what is said of it', () => {
    for (const number of [1, 2, 3, 6]) {
      const { scene } = driveOf(number);
      const driven = (look: SceneLook) => {
        const other: Scene = { ...scene, look };
        const ego = driveEgo(other, new Random('ego'));
        return { ego, labels: labelTimeline(other, ego) };
      };
      expect(driven(lookOf('fog'))).toEqual(driven(lookOf('clear')));
    }
  });

  it('is as bright as its name says', () => {
    const of = (weather: Weather, from: number, to: number) =>
      brightness(pictureOf(under(driveOf(0), weather), 4), from, to);
    expect(of('dusk', 0, 90)).toBeLessThan(0.65 * of('overcast', 0, 90));
    // Wet asphalt is darker; the rows are those of the road before the vehicle.
    expect(of('rain', 75, 90)).toBeLessThan(0.8 * of('overcast', 75, 90));
  });

  it('fog takes the colour of what is far away, and leaves what a driver must brake for now', () => {
    expect(1 / (1 + 2 * (60 / SKIES.fog.hazeM) ** 2)).toBeGreaterThan(0.5);
    const horizon = 47;
    const spread = (weather: Weather) => {
      const { pixels, width } = pictureOf(under(driveOf(0), weather), 4);
      const row = [...pixels.subarray(horizon * width, (horizon + 1) * width)].map((p) => p & 255);
      return Math.max(...row) - Math.min(...row);
    };
    expect(spread('fog')).toBeLessThan(spread('clear'));
  });

  it('rain falls: its streaks are elsewhere a moment later, and the same in the same moment', () => {
    const drive = under(driveOf(0), 'rain');
    const rained = pictureOf(drive, 4);
    expect(pictureOf(drive, 4).pixels).toEqual(rained.pixels);
    const dry = pictureOf(
      { ...drive, scene: { ...drive.scene, look: { ...drive.scene.look, wet: 0 } } },
      4,
    );
    // Rows of sky, where nothing else is wet.
    const streaks = (a: Picture, b: Picture) =>
      [...a.pixels.subarray(0, 20 * WIDTH)].filter((pixel, i) => pixel !== b.pixels[i]).length;
    expect(streaks(rained, dry)).toBeGreaterThan(4);
    expect(streaks(rained, pictureOf(drive, 4.1))).toBeGreaterThan(4);
  });

  it('a low sun stands ahead at the start, and its glare veils what is below it', () => {
    const look = lookOf('low_sun');
    expect(look.sun[0]).toBeGreaterThan(0.6);
    expect(look.sun[2]).toBeLessThan(0.2);
    const drive = under(driveOf(0), 'low_sun');
    const shaded = { ...drive, scene: { ...drive.scene, look: { ...drive.scene.look, glare: 0 } } };
    expect(brightness(pictureOf(drive, 0), 20, 60)).toBeGreaterThan(
      brightness(pictureOf(shaded, 0), 20, 60) + 5,
    );
  });
});
