import type { Camera, CameraPose } from './camera.ts';
import { beamOf, nearness } from './headlights.ts';
import { packRgb } from './picture.ts';
import type { Picture } from './picture.ts';
import { Random } from './random.ts';
import type { Road } from './road.ts';
import type { Scene } from './scene.ts';

const SKY_SHADES = 256;
const SKY_SHADES_PER_SINE = 340;
const HILL_STEPS = 1024;
/** Sine of the elevation above which there are no hills. */
const HILLS_END = 0.065;
/** Rays flatter than this meet the ground so far away that the haze has it. */
const HORIZON = -0.0035;
const NOWHERE_M = 1e9;

const MARK_HALF_M = 0.08;
const DASH_M = 3;
const DASH_PERIOD_M = 9;
const WHITE = 230;
const GRAIN_CELLS = 256;
const KNOT_PIXELS = 4;

/**
 * Draws sky, hills, and the ground with the road on it: every pixel's ray is cut with the ground plane and the hit is
 * coloured by its road coordinates. Markings are blended by how much of the pixel's footprint they cover, so that
 * they neither flicker nor vanish in the distance.
 */
export class Backdrop {
  readonly #scene: Scene;
  readonly #sky: Uint32Array;
  readonly #hill: number;
  readonly #hillTop: Float32Array;
  /** Of the camera at hand: what the ego vehicle's lamps add near by, in the directions that they shine into. */
  #beam = 0;
  readonly #groundLight: readonly [number, number, number];
  readonly #grain: Float32Array;
  /** Colour of the pixel at hand, before light and haze. */
  readonly #rgb = new Float64Array(3);

  constructor(scene: Scene) {
    this.#scene = scene;
    const { skyTop, skyHorizon, hills, sun, sunStrength, ambient, grainSeed } = scene.look;
    this.#sky = Uint32Array.from({ length: SKY_SHADES }, (_, i) => {
      const f = Math.sqrt(i / (SKY_SHADES - 1));
      const mix = (c: 0 | 1 | 2) => skyHorizon[c] + (skyTop[c] - skyHorizon[c]) * f;
      return packRgb(mix(0), mix(1), mix(2));
    });
    const hazy = (c: 0 | 1 | 2) => (hills[c] + skyHorizon[c]) / 2;
    this.#hill = packRgb(hazy(0), hazy(1), hazy(2));
    this.#hillTop = Float32Array.from({ length: HILL_STEPS }, (_, i) =>
      hillTop((i / HILL_STEPS) * 2 * Math.PI, grainSeed % 97),
    );
    const sunlight = sunStrength * sun[2];
    this.#groundLight = [ambient[0] + sunlight, ambient[1] + sunlight, ambient[2] + sunlight];
    const random = new Random(`grain ${grainSeed}`);
    this.#grain = Float32Array.from({ length: GRAIN_CELLS ** 2 }, () => random.next() - 0.5);
  }

  draw(camera: Camera, pose: CameraPose, picture: Picture): void {
    const row = new GroundRow(picture.width);
    this.#beam = beamOf(camera, this.#scene.look);
    for (let v = 0; v < picture.height; v++) {
      this.#castRow(camera, pose, picture, v, row);
      row.locate(this.#scene.road);
      this.#colourRow(picture, row);
    }
  }

  /** Paints the sky of a row, and collects where its other rays meet the ground. */
  #castRow(camera: Camera, pose: CameraPose, picture: Picture, v: number, row: GroundRow): void {
    const { rays, focal } = camera;
    const { pixels, distanceM, width } = picture;
    const [r0, r1, r2, r3, r4, r5, r6, r7, r8] = pose.rotation;
    const { xM, yM, zM } = pose;
    let count = 0;
    for (let i = v * width; i < (v + 1) * width; i++) {
      const x = rays[i * 3] ?? 0;
      const y = rays[i * 3 + 1] ?? 0;
      const z = rays[i * 3 + 2] ?? 0;
      const up = r6 * x + r7 * y + r8 * z;
      if (up > HORIZON) {
        distanceM[i] = NOWHERE_M;
        let shade = (up * SKY_SHADES_PER_SINE) | 0;
        if (shade < 0) shade = 0;
        else if (shade >= SKY_SHADES) shade = SKY_SHADES - 1;
        pixels[i] = this.#sky[shade] ?? 0;
        if (up < HILLS_END) {
          const [ahead, left] = [r0 * x + r1 * y + r2 * z, r3 * x + r4 * y + r5 * z];
          const step = ((Math.atan2(left, ahead) / (2 * Math.PI) + 1) * HILL_STEPS) | 0;
          if (up <= (this.#hillTop[step % HILL_STEPS] ?? 0)) pixels[i] = this.#hill;
        }
        continue;
      }
      const t = -zM / up;
      distanceM[i] = t;
      row.pixel[count] = i;
      row.distanceM[count] = t;
      row.across[count] = t / focal;
      row.along[count] = -t / focal / up;
      row.xOrS[count] = xM + t * (r0 * x + r1 * y + r2 * z);
      row.yOrD[count] = yM + t * (r3 * x + r4 * y + r5 * z);
      count++;
    }
    row.count = count;
  }

  #colourRow(picture: Picture, row: GroundRow): void {
    const { look } = this.#scene;
    const [lightR, lightG, lightB] = this.#groundLight;
    const [hazeR, hazeG, hazeB] = look.skyHorizon;
    const haze = packRgb(hazeR, hazeG, hazeB);
    const thickness = 2 / (look.hazeM * look.hazeM);
    const rgb = this.#rgb;
    for (let k = 0; k < row.count; k++) {
      const i = row.pixel[k] ?? 0;
      const t = row.distanceM[k] ?? 0;
      const veiled = t * t * thickness;
      if (veiled > 10) {
        picture.pixels[i] = haze;
        continue;
      }
      if (row.isRoad[k] === 1) {
        this.#colourRoad(row, k);
        if (look.wet > 0) this.#mark(look.wet * sheen(t), hazeR, hazeG, hazeB);
      } else this.#colourVerge(row, k);
      const clear = 1 / (1 + veiled);
      const beam = this.#beam > 0 ? this.#beam * nearness(t) : 0;
      const veil = 1 - clear;
      picture.pixels[i] = packRgb(
        (rgb[0] ?? 0) * (lightR + beam) * clear + hazeR * veil,
        (rgb[1] ?? 0) * (lightG + beam) * clear + hazeG * veil,
        (rgb[2] ?? 0) * (lightB + beam) * clear + hazeB * veil,
      );
    }
  }

  #colourRoad(row: GroundRow, k: number): void {
    const s = row.xOrS[k] ?? 0;
    const d = row.yOrD[k] ?? 0;
    const across = row.across[k] ?? 0;
    const along = row.along[k] ?? 0;
    const { road, crossing, light, zebra } = this.#scene;
    const { laneWidthM, lanesAhead, lanesOncoming, shoulderM } = road.shape;
    const right = -lanesAhead * laneWidthM;
    const beyond = d > 0 ? d - lanesOncoming * laneWidthM : right - d;
    const fromCrossing =
      crossing === null ? NOWHERE_M : Math.abs(s - crossing.sM) - crossing.halfWidthM;
    if (fromCrossing < 0) {
      this.#colourAsphalt(row, k);
      // The centre line of the side street, outside our own road.
      const offset = Math.abs(fromCrossing + (crossing?.halfWidthM ?? 0));
      if (beyond > 0.5) this.#mark(coverage(offset, MARK_HALF_M, along), WHITE, WHITE, WHITE);
      return;
    }
    if (beyond > shoulderM) {
      this.#colourRoadside(row, k, beyond - shoulderM < 0.18, beyond - shoulderM < 3.2);
      return;
    }
    this.#colourAsphalt(row, k);
    if (light !== null && d < 0 && d > right) {
      this.#mark(coverage(Math.abs(s - light.stopLineM), 0.25, along), WHITE, WHITE, WHITE);
    }
    if (zebra !== null && this.#colourZebra(s, d, across, along)) return;
    if (fromCrossing < 2.5) return;
    const line = Math.round((d - right) / laneWidthM);
    const offset = Math.abs(d - right - line * laneWidthM);
    if (offset > MARK_HALF_M * 3 + across) return;
    if (line === lanesAhead) this.#markCentre(offset, across, s, along);
    else {
      const outermost = line <= 0 || line >= lanesAhead + lanesOncoming;
      const drawn = outermost ? 1 : dash(s, along);
      this.#mark(coverage(offset, MARK_HALF_M, across) * drawn, WHITE, WHITE, WHITE);
    }
  }

  /** A double line on wide roads, a dashed one on narrow ones. */
  #markCentre(offset: number, across: number, s: number, along: number): void {
    const { look, road } = this.#scene;
    const [r, g, b] = look.centreLine;
    const isWide = road.shape.lanesAhead + road.shape.lanesOncoming > 2;
    // Seen from afar the two lines are one, of both their widths.
    const cover = isWide
      ? coverage(Math.abs(offset - 0.14), 0.07, across) * (across > 0.15 ? 1.6 : 1)
      : coverage(offset, MARK_HALF_M, across) * dash(s, along);
    this.#mark(cover < 1 ? cover : 1, r, g, b);
  }

  #colourZebra(s: number, d: number, across: number, along: number): boolean {
    const { zebra, road } = this.#scene;
    if (!zebra) return false;
    if (d < 0 && d > -road.halfWidthAheadM) {
      this.#mark(coverage(Math.abs(s - (zebra.sM - 1)), 0.2, along), WHITE, WHITE, WHITE);
    }
    const middle = zebra.sM + zebra.lengthM / 2;
    const inside = coverage(Math.abs(s - middle), zebra.lengthM / 2, along);
    if (inside <= 0) return false;
    const stripe = Math.abs(remainder(d, 1.1) - 0.55);
    this.#mark(inside * (across > 0.5 ? 0.5 : coverage(stripe, 0.28, across)), 236, 236, 232);
    return true;
  }

  #colourAsphalt(row: GroundRow, k: number): void {
    const { asphalt } = this.#scene.look;
    const grain = this.#noise(row, k, 3.5) * 9 + this.#noise(row, k, 0.3) * 5;
    this.#set(asphalt[0] + grain, asphalt[1] + grain, asphalt[2] + grain);
  }

  #colourRoadside(row: GroundRow, k: number, isKerb: boolean, isPavement: boolean): void {
    const { pavement, surroundings } = this.#scene.look;
    if (surroundings === 'country' || !isPavement) this.#colourVerge(row, k);
    else if (isKerb) this.#set(182, 180, 174);
    else {
      const slab = this.#noise(row, k, 0.9) * 12;
      this.#set(pavement[0] + slab, pavement[1] + slab, pavement[2] + slab);
    }
  }

  #colourVerge(row: GroundRow, k: number): void {
    const { verge } = this.#scene.look;
    const grain = this.#noise(row, k, 1.6) * 16 + this.#noise(row, k, 0.2) * 12;
    this.#set(verge[0] + grain, verge[1] + grain, verge[2] + grain);
  }

  /** In [-0.5, 0.5] on cells of 1/perMetre metres; fades to 0 where a cell is smaller than the footprint. */
  #noise(row: GroundRow, k: number, perMetre: number): number {
    const fade = 1 - (row.across[k] ?? 0) * perMetre;
    if (fade <= 0) return 0;
    const line = Math.floor((row.xOrS[k] ?? 0) * perMetre) & (GRAIN_CELLS - 1);
    const column = Math.floor((row.yOrD[k] ?? 0) * perMetre) & (GRAIN_CELLS - 1);
    return (this.#grain[line * GRAIN_CELLS + column] ?? 0) * fade;
  }

  #set(r: number, g: number, b: number): void {
    this.#rgb[0] = r;
    this.#rgb[1] = g;
    this.#rgb[2] = b;
  }

  #mark(cover: number, r: number, g: number, b: number): void {
    if (cover <= 0) return;
    const rgb = this.#rgb;
    const keep = 1 - cover;
    this.#set(
      (rgb[0] ?? 0) * keep + r * cover,
      (rgb[1] ?? 0) * keep + g * cover,
      (rgb[2] ?? 0) * keep + b * cover,
    );
  }
}

/** The ground pixels of one row of a picture, as columns: what is computed per pixel must not allocate. */
class GroundRow {
  count = 0;
  readonly pixel: Uint32Array;
  readonly distanceM: Float64Array;
  /** Size of the pixel's footprint across the view and along it, metres. */
  readonly across: Float64Array;
  readonly along: Float64Array;
  /** World x, then s where the pixel is near the road. */
  readonly xOrS: Float64Array;
  /** World y, then d where the pixel is near the road. */
  readonly yOrD: Float64Array;
  readonly isRoad: Uint8Array;
  readonly #knotX: Float64Array;
  readonly #knotY: Float64Array;
  readonly #knotIsRoad: Uint8Array;

  constructor(width: number) {
    this.pixel = new Uint32Array(width);
    this.distanceM = new Float64Array(width);
    this.across = new Float64Array(width);
    this.along = new Float64Array(width);
    this.xOrS = new Float64Array(width);
    this.yOrD = new Float64Array(width);
    this.isRoad = new Uint8Array(width);
    const knots = Math.ceil(width / KNOT_PIXELS) + 1;
    this.#knotX = new Float64Array(knots);
    this.#knotY = new Float64Array(knots);
    this.#knotIsRoad = new Uint8Array(knots);
  }

  /**
   * Turns (x, y) into (s, d). Along a row of pixels both change smoothly, so every fourth is located and those
   * between are interpolated, but where they lie too far apart for that.
   */
  locate(road: Road): void {
    const { count, xOrS, yOrD, isRoad } = this;
    const [knotX, knotY, knotIsRoad] = [this.#knotX, this.#knotY, this.#knotIsRoad];
    const knots = Math.floor((count - 1) / KNOT_PIXELS) + 1;
    for (let j = 0; j < knots; j++) {
      knotX[j] = xOrS[j * KNOT_PIXELS] ?? 0;
      knotY[j] = yOrD[j * KNOT_PIXELS] ?? 0;
    }
    road.locateAll(knots, knotX, knotY, knotIsRoad);
    for (let j = 0; j < knots; j++) {
      const first = j * KNOT_PIXELS;
      const s = knotX[j] ?? 0;
      const d = knotY[j] ?? 0;
      const stepS = ((knotX[j + 1] ?? 0) - s) / KNOT_PIXELS;
      const stepD = ((knotY[j + 1] ?? 0) - d) / KNOT_PIXELS;
      const isSmooth =
        j + 1 < knots &&
        knotIsRoad[j] === 1 &&
        knotIsRoad[j + 1] === 1 &&
        Math.abs(stepS) < 1 &&
        Math.abs(stepD) < 1;
      if (!isSmooth) {
        const rest = Math.min(KNOT_PIXELS, count - first);
        const end = first + rest;
        const [x, y] = [xOrS.subarray(first, end), yOrD.subarray(first, end)];
        road.locateAll(rest, x, y, isRoad.subarray(first, end));
        continue;
      }
      for (let k = 0; k < KNOT_PIXELS; k++) {
        xOrS[first + k] = s + stepS * k;
        yOrD[first + k] = d + stepD * k;
        isRoad[first + k] = 1;
      }
    }
  }
}

/** Sine of the elevation of the skyline. */
function hillTop(azimuth: number, seed: number): number {
  const ridge =
    Math.sin(3 * azimuth + seed) +
    0.6 * Math.sin(7 * azimuth + 2 * seed) +
    0.35 * Math.sin(19 * azimuth + seed);
  return 0.022 + 0.012 * ridge + 0.004 * Math.sin(53 * azimuth);
}

/** Share of a footprint that a stripe covers, at an offset from the stripe's middle. */
function coverage(offset: number, half: number, footprint: number): number {
  const width = footprint > 0.02 ? footprint : 0.02;
  const lit = (half - offset) / width + 0.5;
  if (lit <= 0) return 0;
  const most = (2 * half) / width;
  const bound = most < 1 ? most : 1;
  return lit < bound ? lit : bound;
}

function dash(s: number, along: number): number {
  if (along > DASH_PERIOD_M) return DASH_M / DASH_PERIOD_M;
  const phase = Math.abs(remainder(s, DASH_PERIOD_M) - DASH_PERIOD_M / 2);
  return coverage(phase, DASH_M / 2, along);
}

/** Share of the sky's light that a wet road mirrors: the flatter one looks at it, the more. */
function sheen(distanceM: number): number {
  return (0.45 * distanceM) / (distanceM + 25);
}

/** Remainder in [0, period). */
function remainder(value: number, period: number): number {
  return value - period * Math.floor(value / period);
}
