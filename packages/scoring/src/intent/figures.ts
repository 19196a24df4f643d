/** Figures of verdicts are for people: thousandths are enough, and -0 is 0. */
export function rounded(value: number, decimals = 3): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale + 0;
}

export const DEGREES = 180 / Math.PI;
