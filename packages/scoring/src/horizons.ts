import type { ScoringParameters } from './window.ts';

/** The horizons that Alpamayo reports at, and its whole 6.4 s. */
const HORIZONS_S = [0.5, 1, 3, 5, 6.4];

type Grid = Pick<ScoringParameters, 'horizonSteps' | 'stepS'>;

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
  const whole = wholeHorizon({ horizonSteps, stepS });
  const horizons = horizonsAt(HORIZONS_S, { horizonSteps, stepS });
  return [...horizons.filter(({ steps }) => steps < horizonSteps), whole];
}

/** The whole answer. */
export function wholeHorizon({ horizonSteps, stepS }: Grid): Horizon {
  return { label: labelOf(horizonSteps * stepS), steps: horizonSteps };
}

/** The given horizons that are whole steps and not past the answer. */
export function horizonsAt(horizonsS: readonly number[], { horizonSteps, stepS }: Grid): Horizon[] {
  return horizonsS.flatMap((horizonS) => {
    const steps = Math.round(horizonS / stepS);
    const isWhole = Math.abs(steps * stepS - horizonS) < 1e-6;
    return isWhole && steps >= 1 && steps <= horizonSteps
      ? [{ label: labelOf(horizonS), steps }]
      : [];
  });
}

/** Seconds with one decimal, or with as many as it takes to tell them apart: `3.0s`, `2.25s`. */
function labelOf(horizonS: number): string {
  const oneDecimal = horizonS.toFixed(1);
  const isExact = Math.abs(Number(oneDecimal) - horizonS) < 1e-6;
  return `${isExact ? oneDecimal : String(Number(horizonS.toFixed(6)))}s`;
}
