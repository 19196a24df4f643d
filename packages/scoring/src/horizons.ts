import type { ScoringParameters } from './window.ts';

/** The horizons that Alpamayo reports at, and its whole 6.4 s. */
const HORIZONS_S = [0.5, 1, 3, 5, 6.4];

export interface Horizon {
  /** As ids write it: `3.0s`. */
  readonly label: string;
  readonly steps: number;
}

/**
 * Horizons to report at, ascending: those of the list that are whole steps and not past the answer,
 * and always the whole answer, last.
 */
export function horizonsOf({ horizonSteps, stepS }: ScoringParameters): readonly Horizon[] {
  const horizons: Horizon[] = [];
  for (const horizonS of HORIZONS_S) {
    const steps = Math.round(horizonS / stepS);
    const isWhole = Math.abs(steps * stepS - horizonS) < 1e-6;
    if (isWhole && steps >= 1 && steps < horizonSteps) {
      horizons.push({ label: labelOf(horizonS), steps });
    }
  }
  horizons.push({ label: labelOf(horizonSteps * stepS), steps: horizonSteps });
  return horizons;
}

/** Seconds with one decimal, or with as many as it takes to tell them apart: `3.0s`, `2.25s`. */
function labelOf(horizonS: number): string {
  const oneDecimal = horizonS.toFixed(1);
  const isExact = Math.abs(Number(oneDecimal) - horizonS) < 1e-6;
  return `${isExact ? oneDecimal : String(Number(horizonS.toFixed(6)))}s`;
}
