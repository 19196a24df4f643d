import type { Lists, Paths } from '@drivesweep/contracts';

/** Some values of one part: their places in its columns, ascending. */
export interface Chosen<T> {
  readonly from: T;
  readonly places: ArrayLike<number>;
}

interface Values<T> {
  readonly length: number;
  subarray(begin: number, end: number): T;
  set(values: T, at: number): void;
}

type Make<T> = (length: number) => T;

/** Puts chosen lists of several parts end to end. */
export function gatherLists<T extends Values<T>>(
  chosen: readonly Chosen<Lists<T>>[],
  make: Make<T>,
): Lists<T> {
  const offsets = gatheredOffsets(chosen);
  const valid = gatherValid(
    chosen.map(({ from, places }) => ({ from: from.valid, places })),
    offsets.length - 1,
  );
  return { offsets, values: gatherValues(chosen, offsets, ({ values }) => values, make), valid };
}

/** Puts chosen paths of several parts end to end. */
export function gatherPaths(chosen: readonly Chosen<Paths>[]): Paths {
  const offsets = gatheredOffsets(chosen);
  const axis = (of: (paths: Paths) => Float32Array) =>
    gatherValues(chosen, offsets, of, (length) => new Float32Array(length));
  return {
    offsets,
    x: axis(({ x }) => x),
    y: axis(({ y }) => y),
    z: axis(({ z }) => z),
    yaw: axis(({ yaw }) => yaw),
  };
}

/** Puts chosen numbers of several parts end to end. */
export function gatherNumbers(chosen: readonly Chosen<Float64Array>[]): Float64Array {
  const numbers = new Float64Array(chosen.reduce((sum, { places }) => sum + places.length, 0));
  let at = 0;
  for (const { from, places } of chosen) {
    for (let i = 0; i < places.length; i++) numbers[at++] = from[places[i] ?? 0] ?? NaN;
  }
  return numbers;
}

/** Which of the chosen values are there; undefined when all are. */
export function gatherValid(
  chosen: readonly Chosen<Uint8Array | undefined>[],
  length: number,
): Uint8Array | undefined {
  if (chosen.every(({ from }) => from === undefined)) return undefined;
  const valid = new Uint8Array(length).fill(1);
  let at = 0;
  for (const { from, places } of chosen) {
    for (let i = 0; i < places.length; i++, at++) {
      if (from?.[places[i] ?? 0] === 0) valid[at] = 0;
    }
  }
  return valid.includes(0) ? valid : undefined;
}

type WithOffsets = Pick<Lists<unknown>, 'offsets'>;

function gatheredOffsets(chosen: readonly Chosen<WithOffsets>[]): Int32Array {
  const lists = chosen.reduce((sum, { places }) => sum + places.length, 0);
  const offsets = new Int32Array(lists + 1);
  let at = 0;
  let end = 0;
  for (const { from, places } of chosen) {
    for (let i = 0; i < places.length; i++) {
      const place = places[i] ?? 0;
      end += (from.offsets[place + 1] ?? 0) - (from.offsets[place] ?? 0);
      offsets[++at] = end;
    }
  }
  return offsets;
}

/** Lists that lie side by side are copied at once: mostly all of a part. */
function gatherValues<F extends WithOffsets, T extends Values<T>>(
  chosen: readonly Chosen<F>[],
  offsets: Int32Array,
  valuesOf: (from: F) => T,
  make: Make<T>,
): T {
  const gathered = make(offsets.at(-1) ?? 0);
  let at = 0;
  for (const { from, places } of chosen) {
    const values = valuesOf(from);
    for (let i = 0; i < places.length;) {
      const first = places[i] ?? 0;
      let end = first;
      while (i < places.length && places[i] === end) {
        i++;
        end++;
      }
      const run = values.subarray(from.offsets[first] ?? 0, from.offsets[end] ?? 0);
      gathered.set(run, at);
      at += run.length;
    }
  }
  return gathered;
}
