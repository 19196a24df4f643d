/**
 * The road: a centre line whose curvature changes linearly into and out of bends, and lanes beside it.
 * Road coordinates are (s, d): metres along the centre line and metres to its left. Traffic keeps right, so lanes of
 * the ego direction have d < 0 and oncoming lanes d > 0. World coordinates are metres, z up, ground at z = 0.
 */

export interface Bend {
  readonly startM: number;
  /** Length over which the curvature ramps from 0 to its value, and back. */
  readonly rampM: number;
  readonly holdM: number;
  /** 1/m, positive turns left. */
  readonly curvature: number;
}

export interface RoadShape {
  readonly fromM: number;
  readonly toM: number;
  readonly bends: readonly Bend[];
  readonly laneWidthM: number;
  readonly lanesAhead: number;
  readonly lanesOncoming: number;
  /** Asphalt outside the outermost line; wide enough to park on in towns. */
  readonly shoulderM: number;
}

interface RoadPoint {
  readonly xM: number;
  readonly yM: number;
  readonly yaw: number;
}

const STEP_M = 1;

/** How far from the centre line `locate` finds the road. */
const CORRIDOR_M = 48;
const CELL_M = 4;

export class Road {
  readonly shape: RoadShape;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #yaw: Float64Array;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #curvature: Float64Array;
  readonly #cells: Int32Array;
  readonly #cellsWide: number;
  readonly #cellsHigh: number;
  readonly #minX: number;
  readonly #minY: number;
  constructor(shape: RoadShape) {
    this.shape = shape;
    const count = Math.ceil((shape.toM - shape.fromM) / STEP_M) + 1;
    this.#x = new Float64Array(count);
    this.#y = new Float64Array(count);
    this.#yaw = new Float64Array(count);
    this.#curvature = Float64Array.from({ length: count }, (_, i) =>
      curvatureOf(shape.bends, shape.fromM + i * STEP_M),
    );
    this.#layOut();
    this.#cos = this.#yaw.map(Math.cos);
    this.#sin = this.#yaw.map(Math.sin);

    const margin = CORRIDOR_M + CELL_M;
    this.#minX = Math.min(...this.#x) - margin;
    this.#minY = Math.min(...this.#y) - margin;
    this.#cellsWide = Math.ceil((Math.max(...this.#x) + margin - this.#minX) / CELL_M);
    this.#cellsHigh = Math.ceil((Math.max(...this.#y) + margin - this.#minY) / CELL_M);
    this.#cells = this.#nearestStations();
  }

  get halfWidthAheadM(): number {
    return this.shape.lanesAhead * this.shape.laneWidthM;
  }

  get halfWidthOncomingM(): number {
    return this.shape.lanesOncoming * this.shape.laneWidthM;
  }

  /** d of the centre of a lane of the ego direction; lane 0 is the rightmost. */
  laneCentreM(lane: number): number {
    return -this.halfWidthAheadM + (lane + 0.5) * this.shape.laneWidthM;
  }

  /** d of the centre of an oncoming lane; lane 0 is next to the centre line. */
  oncomingCentreM(lane: number): number {
    return (lane + 0.5) * this.shape.laneWidthM;
  }

  curvatureAt(sM: number): number {
    return curvatureOf(this.shape.bends, sM);
  }

  pointAt(sM: number, dM: number): RoadPoint {
    const station = Math.round((sM - this.shape.fromM) / STEP_M);
    const i = Math.min(Math.max(station, 0), this.#x.length - 1);
    const along = sM - (this.shape.fromM + i * STEP_M);
    const curvature = at(this.#curvature, i);
    const yaw = at(this.#yaw, i) + curvature * along;
    const heading = at(this.#yaw, i) + (curvature * along) / 2;
    return {
      xM: at(this.#x, i) + Math.cos(heading) * along - Math.sin(yaw) * dM,
      yM: at(this.#y, i) + Math.sin(heading) * along + Math.cos(yaw) * dM,
      yaw,
    };
  }

  /** Road coordinates of a world point; null when it is further than the corridor from the road. */
  locate(xM: number, yM: number): { readonly sM: number; readonly dM: number } | null {
    const sM = Float64Array.of(xM);
    const dM = Float64Array.of(yM);
    const found = new Uint8Array(1);
    this.locateAll(1, sM, dM, found);
    return found[0] === 1 ? { sM: sM[0] ?? 0, dM: dM[0] ?? 0 } : null;
  }

  /**
   * Turns the first `count` world points (x, y) into (s, d) in place where `found` becomes 1, and leaves the others.
   * In bulk and in arrays, because it runs for every pixel of the ground.
   */
  locateAll(count: number, xToS: Float64Array, yToD: Float64Array, found: Uint8Array): void {
    const [x, y, cos, sin, bend] = [this.#x, this.#y, this.#cos, this.#sin, this.#curvature];
    const [cells, wide, high, minX, minY] = [
      this.#cells,
      this.#cellsWide,
      this.#cellsHigh,
      this.#minX,
      this.#minY,
    ];
    const last = x.length - 1;
    const { fromM } = this.shape;
    for (let k = 0; k < count; k++) {
      found[k] = 0;
      const px = at(xToS, k);
      const py = at(yToD, k);
      const cx = Math.floor((px - minX) / CELL_M);
      const cy = Math.floor((py - minY) / CELL_M);
      if (cx < 0 || cy < 0 || cx >= wide || cy >= high) continue;
      const near = cells[cy * wide + cx] ?? -1;
      if (near < 0) continue;
      // The cell's station is a guess within a few metres; one step along the tangent finds the nearest.
      const guess = (px - at(x, near)) * at(cos, near) + (py - at(y, near)) * at(sin, near);
      const moved = near + Math.round(guess / STEP_M);
      const i = moved < 0 ? 0 : moved > last ? last : moved;
      const dx = px - at(x, i);
      const dy = py - at(y, i);
      const along = dx * at(cos, i) + dy * at(sin, i);
      const across = dy * at(cos, i) - dx * at(sin, i);
      xToS[k] = fromM + i * STEP_M + along / (1 - at(bend, i) * across);
      yToD[k] = across - (at(bend, i) * along * along) / 2;
      found[k] = 1;
    }
  }

  #layOut(): void {
    const zero = Math.round(-this.shape.fromM / STEP_M);
    const walk = (from: number, to: number, direction: 1 | -1) => {
      for (let i = from; i !== to; i += direction) {
        const mean = (at(this.#curvature, i) + at(this.#curvature, i + direction)) / 2;
        const heading = at(this.#yaw, i) + (direction * mean * STEP_M) / 2;
        this.#yaw[i + direction] = at(this.#yaw, i) + direction * mean * STEP_M;
        this.#x[i + direction] = at(this.#x, i) + direction * Math.cos(heading) * STEP_M;
        this.#y[i + direction] = at(this.#y, i) + direction * Math.sin(heading) * STEP_M;
      }
    };
    walk(zero, this.#x.length - 1, 1);
    walk(zero, 0, -1);
  }

  #nearestStations(): Int32Array {
    const cells = new Int32Array(this.#cellsWide * this.#cellsHigh).fill(-1);
    const nearest = new Float64Array(cells.length).fill(CORRIDOR_M * CORRIDOR_M);
    const reach = Math.ceil(CORRIDOR_M / CELL_M);
    for (let i = 0; i < this.#x.length; i += 2) {
      const cx = Math.floor((at(this.#x, i) - this.#minX) / CELL_M);
      const cy = Math.floor((at(this.#y, i) - this.#minY) / CELL_M);
      for (let v = Math.max(cy - reach, 0); v <= Math.min(cy + reach, this.#cellsHigh - 1); v++) {
        const dy = this.#minY + (v + 0.5) * CELL_M - at(this.#y, i);
        for (let u = Math.max(cx - reach, 0); u <= Math.min(cx + reach, this.#cellsWide - 1); u++) {
          const dx = this.#minX + (u + 0.5) * CELL_M - at(this.#x, i);
          const cell = v * this.#cellsWide + u;
          const distance = dx * dx + dy * dy;
          if (distance >= at(nearest, cell)) continue;
          nearest[cell] = distance;
          cells[cell] = i;
        }
      }
    }
    return cells;
  }
}

function curvatureOf(bends: readonly Bend[], sM: number): number {
  let curvature = 0;
  for (const bend of bends) {
    const into = (sM - bend.startM) / bend.rampM;
    const outOf = (bend.startM + 2 * bend.rampM + bend.holdM - sM) / bend.rampM;
    curvature += bend.curvature * Math.min(Math.max(Math.min(into, outOf), 0), 1);
  }
  return curvature;
}

/** Element of a typed array that is known to be inside. */
function at(values: Float64Array | Int32Array, index: number): number {
  return values[index] ?? Number.NaN;
}
