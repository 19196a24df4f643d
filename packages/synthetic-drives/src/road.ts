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

export interface RoadPoint {
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
  /** Answer of the last `locate` that returned true. */
  s = 0;
  d = 0;

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

  /** Sets `s` and `d` of a world point; false when it is further than the corridor from the road. */
  locate(xM: number, yM: number): boolean {
    const cx = Math.floor((xM - this.#minX) / CELL_M);
    const cy = Math.floor((yM - this.#minY) / CELL_M);
    if (cx < 0 || cy < 0 || cx >= this.#cellsWide || cy >= this.#cellsHigh) return false;
    const near = at(this.#cells, cy * this.#cellsWide + cx);
    if (near < 0) return false;
    // The cell's station is a guess within a few metres; one step along the tangent finds the nearest.
    const guess =
      (xM - at(this.#x, near)) * at(this.#cos, near) +
      (yM - at(this.#y, near)) * at(this.#sin, near);
    const i = Math.min(Math.max(near + Math.round(guess / STEP_M), 0), this.#x.length - 1);
    const dx = xM - at(this.#x, i);
    const dy = yM - at(this.#y, i);
    const curvature = at(this.#curvature, i);
    const along = dx * at(this.#cos, i) + dy * at(this.#sin, i);
    const across = dy * at(this.#cos, i) - dx * at(this.#sin, i);
    this.s = this.shape.fromM + i * STEP_M + along / (1 - curvature * across);
    this.d = across - (curvature * along * along) / 2;
    return true;
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
