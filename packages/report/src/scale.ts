/** A straight line from values to pixels. */
export interface Scale {
  (value: number): number;
  readonly from: number;
  readonly to: number;
}

export function createScale(from: number, to: number, start: number, end: number): Scale {
  const span = to - from || 1;
  const scale = (value: number): number => start + ((value - from) / span) * (end - start);
  return Object.assign(scale, { from, to });
}

/** The largest of 1, 2, 5, 10, 20 ... (and 0.5, 0.2 ...) that is not above `most`; `most` must be positive. */
export function roundDown(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  const digit = [5, 2, 1].find((candidate) => candidate * power <= most * (1 + 1e-9));
  return (digit ?? 1) * power;
}

/** About `count` round values from `from` to `to`, both within. */
export function ticksOf(from: number, to: number, count: number): number[] {
  if (!(to > from)) return [from];
  const step = roundUp((to - from) / count);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toFixed(9)),
  );
}

/** The smallest of 1, 2, 5, 10 ... that is not below `least`. */
export function roundUp(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const digit = [1, 2, 5].find((candidate) => candidate * power >= least * (1 - 1e-9));
  return (digit ?? 10) * power;
}
