import { KERNELS_HEX } from './kernels-hex.ts';

/** Where something lies in the memory of an instance, in bytes. */
export type Address = number;

/**
 * The compiled functions of `assembly/`, where each is explained. `steps` and `lanes` are those of a `LaneSeries`, `n` is
 * how many values there are in all lanes together; booleans come back as 0 and 1.
 */
export interface Kernels {
  /** Where memory begins that is free. */
  readonly heapBase: { readonly value: Address };
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  cosSin(angles: Address, cos: Address, sin: Address, n: number): number;
  unwrap(series: Address, out: Address, steps: number, lanes: number): void;
  turnRates(series: Address, out: Address, steps: number, lanes: number, rateHz: number): void;
  rates(series: Address, out: Address, steps: number, lanes: number, rateHz: number): void;
  spread(values: Address, out: Address, count: number, lanes: number): void;
  slopes(series: Address, out: Address, steps: number, lanes: number, stepS: number): void;
  along(x: Address, y: Address, cos: Address, sin: Address, out: Address, n: number): void;
  across(x: Address, y: Address, cos: Address, sin: Address, out: Address, n: number): void;
  lengths(x: Address, y: Address, out: Address, n: number): void;
  roundTo(values: Address, n: number, perUnit: number): void;
  areBetween(
    series: Address,
    steps: number,
    lanes: number,
    low: number,
    high: number,
    out: Address,
  ): void;
  countBeyond(series: Address, steps: number, lanes: number, bound: number, out: Address): void;
  largestProduct(
    a: Address,
    b: Address,
    first: number,
    steps: number,
    lanes: number,
    out: Address,
  ): void;
  meanDistances(
    x: Address,
    y: Address,
    u: Address,
    v: Address,
    steps: number,
    lanes: number,
    out: Address,
  ): void;
  splitColumn(
    values: Address,
    stride: number,
    rows: number,
    bins: Address,
    ends: Address,
    column: Address,
  ): number;
  addRows(
    column: Address,
    rows: Address,
    count: number,
    tail: number,
    totals: Address,
    found: Address,
  ): number;
  drawSums(columns: Address, weights: Address, rows: number, draws: number, out: Address): void;
  filter(
    weights: Address,
    window: number,
    first: number,
    series: Address,
    out: Address,
    steps: number,
    lanes: number,
  ): void;
  factorBands(bands: Address, size: number, lanes: number): number;
  solveBands(factors: Address, rhs: Address, size: number, lanes: number): void;
  solveSharedBand(factors: Address, rhs: Address, size: number, lanes: number): void;
  speedEquations(
    shared: Address,
    x: Address,
    y: Address,
    cos: Address,
    sin: Address,
    v0Mps: number,
    perStep: number,
    bands: Address,
    rhs: Address,
    steps: number,
    lanes: number,
  ): void;
  curvatureEquations(
    shared: Address,
    yaw: Address,
    speed: Address,
    accel: Address,
    stepS: number,
    bands: Address,
    rhs: Address,
    steps: number,
    lanes: number,
  ): void;
  driveHeadings(
    accel: Address,
    curvature: Address,
    v0Mps: number,
    stepS: number,
    yaw: Address,
    speed: Address,
    steps: number,
    lanes: number,
  ): void;
  drivePositions(
    speed: Address,
    cos: Address,
    sin: Address,
    v0Mps: number,
    stepS: number,
    x: Address,
    y: Address,
    steps: number,
    lanes: number,
  ): void;
}

const compiled = new WebAssembly.Module(
  Uint8Array.from({ length: KERNELS_HEX.length / 2 }, (_, i) =>
    Number.parseInt(KERNELS_HEX.slice(2 * i, 2 * i + 2), 16),
  ),
);

/** The functions with a memory of their own. */
export function instantiate(): Kernels {
  // What the module exports is written down above, and a test calls every one of them.
  return new WebAssembly.Instance(compiled).exports as Kernels;
}
