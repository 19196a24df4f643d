import type { Camera } from './camera.ts';
import type { Picture } from './picture.ts';
import { packRgb } from './picture.ts';
import { Random } from './random.ts';

/** What a camera does to what it sees; each drive has a camera of its own. */
export interface SensorTraits {
  readonly seed: number;
  /** Standard deviation of the noise, grey levels of 255. */
  readonly noise: number;
  readonly blurred: boolean;
  /** Share of the light that the corners lose. */
  readonly vignette: number;
  /** Gains of red, green and blue: exposure and white balance. */
  readonly gains: readonly [number, number, number];
}

/** `amplified`: how much more noise there is than by day. */
export function sampleSensor(random: Random, amplified: number): SensorTraits {
  const exposure = random.uniform(0.86, 1.12);
  const gain = () => exposure * random.uniform(0.96, 1.04);
  return {
    seed: random.int(1, 1 << 30),
    noise: random.uniform(0.4, 3) * amplified,
    blurred: random.chance(0.35),
    vignette: random.uniform(0, 0.35),
    gains: [gain(), gain(), gain()],
  };
}

const NOISE_LENGTH = 1 << 16;
const LAST_NOISE = NOISE_LENGTH - 1;
const ONE = 256;

/** Turns what reaches a camera into what it records. The same traits and time give the same noise. */
export class Sensor {
  readonly #traits: SensorTraits;
  readonly #camera: Camera;
  readonly #noise: Int8Array;
  /** Light that each pixel keeps, in 256ths. */
  readonly #kept: Uint16Array;
  readonly #scratch: Uint32Array;

  constructor(traits: SensorTraits, camera: Camera) {
    const { width, height, cx, cy } = camera;
    this.#traits = traits;
    this.#camera = camera;
    const random = new Random(`sensor ${traits.seed}`);
    // The sum of three uniform numbers is normal enough; its deviation is a half.
    const normal = () => 2 * (random.next() + random.next() + random.next() - 1.5);
    this.#noise = Int8Array.from({ length: NOISE_LENGTH }, () =>
      Math.round(normal() * traits.noise),
    );
    const corner = Math.hypot(camera.sensor.width, camera.sensor.height) / 2;
    this.#kept = Uint16Array.from({ length: width * height }, (_, i) => {
      const away = Math.hypot((i % width) - cx, Math.floor(i / width) - cy) / corner;
      return Math.round(ONE * (1 - traits.vignette * away * away));
    });
    this.#scratch = new Uint32Array(width * height);
  }

  expose(tS: number, picture: Picture): void {
    if (this.#traits.blurred) this.#blur(picture);
    const { pixels } = picture;
    const [noise, kept] = [this.#noise, this.#kept];
    const [red, green, blue] = this.#traits.gains.map((gain) => gain / ONE);
    if (red === undefined || green === undefined || blue === undefined) return;
    const { left, top, sensor } = this.#camera;
    const first = hashed(this.#traits.seed, Math.round(tS * 1000)) & LAST_NOISE;
    const { width, height } = picture;
    for (let row = 0; row < height; row++) {
      let k = first + 3 * ((row + top) * sensor.width + left);
      const end = (row + 1) * width;
      for (let i = row * width; i < end; i++, k += 3) {
        const pixel = pixels[i] ?? 0;
        const light = kept[i] ?? 0;
        pixels[i] = packRgb(
          (pixel & 255) * light * red + (noise[k & LAST_NOISE] ?? 0),
          ((pixel >> 8) & 255) * light * green + (noise[(k + 1) & LAST_NOISE] ?? 0),
          ((pixel >> 16) & 255) * light * blue + (noise[(k + 2) & LAST_NOISE] ?? 0),
        );
      }
    }
  }

  /** A quarter, a half, a quarter: across and then down. All three channels are halved in one word. */
  #blur({ pixels, width, height }: Picture): void {
    const scratch = this.#scratch;
    const last = width * height - 1;
    for (let i = 0; i <= last; i++) {
      const beside = half(pixels[i > 0 ? i - 1 : 0] ?? 0, pixels[i < last ? i + 1 : last] ?? 0);
      scratch[i] = half(pixels[i] ?? 0, beside);
    }
    for (let i = 0; i <= last; i++) {
      const above = scratch[i >= width ? i - width : i] ?? 0;
      const below = scratch[i + width <= last ? i + width : i] ?? 0;
      pixels[i] = half(scratch[i] ?? 0, half(above, below));
    }
  }
}

function half(a: number, b: number): number {
  return ((a & 0xfefefe) >>> 1) + ((b & 0xfefefe) >>> 1);
}

/** A whole number below 2^30 that depends on both in no visible way. */
export function hashed(a: number, b: number): number {
  let x = Math.imul(a ^ (b + 0x9e3779b9), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) >>> 0) & 0x3fffffff;
}
