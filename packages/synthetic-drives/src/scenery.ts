import type { Rgb } from './agent.ts';
import type { Random } from './random.ts';
import type { RoadShape } from './road.ts';
import type { SceneLook } from './scene-look.ts';

/** A thing beside the road that never moves. Sizes are along the road, across it and upwards, metres. */
export interface SceneryItem {
  readonly kind:
    'building' | 'tree' | 'lamp_post' | 'sign' | 'hedge' | 'billboard' | 'neon' | 'side_light';
  readonly sM: number;
  readonly dM: number;
  readonly size: readonly [lengthM: number, widthM: number, heightM: number];
  readonly paint: Rgb;
  /** Turned against the road by so much; default 0. */
  readonly yawRoad?: number;
}

/** A stretch of road that must stay open to the sides: a crossing. */
export interface OpenStretch {
  readonly fromM: number;
  readonly toM: number;
}

const WALLS: readonly [Rgb, ...Rgb[]] = [
  [176, 152, 128],
  [156, 96, 78],
  [198, 190, 172],
  [134, 140, 148],
  [188, 172, 128],
  [112, 104, 100],
];
const LEAVES: readonly [Rgb, ...Rgb[]] = [
  [54, 96, 44],
  [74, 112, 48],
  [96, 118, 58],
  [128, 110, 46],
];

const SIGN_PAINTS: readonly [Rgb, ...Rgb[]] = [
  [46, 84, 160],
  [214, 214, 208],
  [40, 110, 70],
];

/** Fills both sides of a road with buildings and trees, leaving the open stretches free. */
export function sampleScenery(
  random: Random,
  shape: RoadShape,
  surroundings: SceneLook['surroundings'],
  open: readonly OpenStretch[],
): SceneryItem[] {
  const items: SceneryItem[] = [];
  const put = (item: SceneryItem) => {
    const half = item.size[0] / 2;
    const blocked = open.some(({ fromM, toM }) => item.sM + half > fromM && item.sM - half < toM);
    if (!blocked) items.push(item);
  };
  for (const side of [1, -1] as const) {
    const lanes = side > 0 ? shape.lanesOncoming : shape.lanesAhead;
    const edgeM = lanes * shape.laneWidthM + shape.shoulderM;
    const along = random.fork(side > 0 ? 'left' : 'right');
    if (surroundings === 'town') townSide(along, shape, side, edgeM, put);
    else countrySide(along, shape, side, edgeM, put);
  }
  return items;
}

type Put = (item: SceneryItem) => void;

function townSide(random: Random, shape: RoadShape, side: 1 | -1, edgeM: number, put: Put): void {
  for (let sM = shape.fromM; sM < shape.toM;) {
    const lengthM = random.uniform(11, 24);
    const depthM = random.uniform(9, 14);
    const setbackM = random.uniform(4.5, 8);
    if (random.chance(0.82)) {
      put({
        kind: 'building',
        sM: sM + lengthM / 2,
        dM: side * (edgeM + setbackM + depthM / 2),
        size: [lengthM, depthM, random.uniform(5, 15)],
        paint: random.pick(WALLS),
      });
    }
    sM += lengthM + random.uniform(1, 9);
  }
  for (let sM = shape.fromM; sM < shape.toM; sM += random.uniform(18, 34)) {
    const dM = side * (edgeM + 1.6);
    if (random.chance(0.45)) put(tree(random, sM, dM, random.uniform(4.5, 7)));
    else
      put({
        kind: 'lamp_post',
        sM,
        dM: side * (edgeM + 0.7),
        size: [0.2, 0.2, 7],
        paint: [90, 94, 98],
      });
  }
}

function countrySide(
  random: Random,
  shape: RoadShape,
  side: 1 | -1,
  edgeM: number,
  put: Put,
): void {
  for (let sM = shape.fromM; sM < shape.toM; sM += random.uniform(6, 26)) {
    put(tree(random, sM, side * (edgeM + random.uniform(4, 22)), random.uniform(4, 11)));
  }
  for (let sM = shape.fromM; sM < shape.toM; sM += random.uniform(45, 110)) {
    if (random.chance(0.5)) {
      const paint = random.pick(SIGN_PAINTS);
      put({ kind: 'sign', sM, dM: side * (edgeM + 1.5), size: [0.12, 0.9, 2.6], paint });
    } else {
      const size = [random.uniform(10, 26), 1.4, random.uniform(1.1, 1.9)] as const;
      put({
        kind: 'hedge',
        sM,
        dM: side * (edgeM + random.uniform(3, 6)),
        size,
        paint: [60, 92, 48],
      });
    }
  }
}

function tree(random: Random, sM: number, dM: number, heightM: number): SceneryItem {
  const crownM = heightM * random.uniform(0.45, 0.65);
  return { kind: 'tree', sM, dM, size: [crownM, crownM, heightM], paint: random.pick(LEAVES) };
}
