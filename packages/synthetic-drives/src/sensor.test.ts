import { describe, expect, it } from 'vitest';
import { makeCamera } from './camera.ts';
import { makePicture, packRgb } from './picture.ts';
import type { Picture } from './picture.ts';
import { Random } from './random.ts';
import { sampleSensor, Sensor } from './sensor.ts';
import type { SensorTraits } from './sensor.ts';

const NAME = 'camera_front_wide_120fov';
const FAULTLESS: SensorTraits = {
  ...{ seed: 3, noise: 0, blurred: false, vignette: 0 },
  gains: [1, 1, 1],
};

/** A grey picture of 128 as a camera with these traits records it. */
function recorded(traits: Partial<SensorTraits>, tS = 1, level = 128): Picture {
  const camera = makeCamera(NAME, 64, 36);
  const picture = makePicture(64, 36);
  picture.pixels.fill(packRgb(level, level, level));
  new Sensor({ ...FAULTLESS, ...traits }, camera).expose(tS, picture);
  return picture;
}

const reds = ({ pixels }: Picture) => [...pixels].map((pixel) => pixel & 255);

describe('a sensor', () => {
  it('without faults records what there is', () => {
    expect(new Set(reds(recorded({})))).toEqual(new Set([128]));
  });

  it('has the noise that its traits say, the same at the same time and another at another', () => {
    const noisy = recorded({ noise: 3 });
    const off = reds(noisy).map((red) => red - 128);
    const deviation = Math.sqrt(off.reduce((sum, x) => sum + x * x, 0) / off.length);
    expect(deviation).toBeGreaterThan(2.5);
    expect(deviation).toBeLessThan(3.6);
    expect(recorded({ noise: 3 }).pixels).toEqual(noisy.pixels);
    expect(recorded({ noise: 3 }, 1.033).pixels).not.toEqual(noisy.pixels);
    expect(recorded({ noise: 3, seed: 4 }).pixels).not.toEqual(noisy.pixels);
  });

  it('loses light towards the corners', () => {
    const picture = recorded({ vignette: 0.3 });
    expect(reds(picture)[0]).toBeLessThan(0.73 * 128);
    expect(reds(picture)[18 * 64 + 32]).toBeGreaterThan(126);
  });

  it('blurs an edge and leaves a plain', () => {
    const picture = makePicture(64, 36);
    picture.pixels.fill(packRgb(200, 200, 200));
    for (let row = 0; row < 36; row++) picture.pixels.fill(0, row * 64, row * 64 + 32);
    const camera = makeCamera(NAME, 64, 36);
    new Sensor({ ...FAULTLESS, blurred: true }, camera).expose(1, picture);
    const row = reds(picture).slice(64 * 10, 64 * 11);
    expect(row[31]).toBeGreaterThan(30);
    expect(row[32]).toBeLessThan(170);
    expect(row[20]).toBe(0);
    expect(row[50]).toBeGreaterThan(195);
  });

  it('records a part of its picture as it records the whole', () => {
    const part = { left: 16, top: 8, width: 32, height: 20 };
    const traits = { ...FAULTLESS, noise: 2, vignette: 0.3 };
    const whole = recorded(traits);
    const picture = makePicture(part.width, part.height);
    picture.pixels.fill(packRgb(128, 128, 128));
    new Sensor(traits, makeCamera(NAME, 64, 36, part)).expose(1, picture);
    for (const [u, v] of [
      [0, 0],
      [31, 19],
      [7, 12],
    ] as const) {
      expect(picture.pixels[v * 32 + u]).toBe(whole.pixels[(v + 8) * 64 + u + 16]);
    }
  });

  it('is another in every drive, and noisier where there is little light', () => {
    const noiseOf = (amplified: number) =>
      Array.from({ length: 50 }, (_, i) => sampleSensor(new Random(`${i}`), amplified).noise);
    expect(new Set(noiseOf(1)).size).toBe(50);
    expect(Math.max(...noiseOf(1))).toBeLessThanOrEqual(3);
    expect(Math.max(...noiseOf(1.7))).toBeGreaterThan(3);
  });
});
