import { at } from '@drivesweep/geometry';
import type { EgoPath } from '@drivesweep/geometry';

/**
 * ADE and FDE between two paths at several horizons, in one pass over their steps.
 * Writes `ade[row + h]` and `fde[row + h]` for the horizon of `endSteps[h]` steps; these ascend and end at `steps`.
 */
export function measureErrors(
  sample: EgoPath,
  future: EgoPath,
  steps: number,
  endSteps: Float64Array,
  ade: Float64Array,
  fde: Float64Array,
  row: number,
): void {
  const { x, y } = sample;
  const { x: trueX, y: trueY } = future;
  let sum = 0;
  let h = 0;
  let end = at(endSteps, 0);
  for (let t = 0; t < steps; t++) {
    const dx = at(x, t) - at(trueX, t);
    const dy = at(y, t) - at(trueY, t);
    const error = Math.sqrt(dx * dx + dy * dy);
    sum += error;
    if (t + 1 === end) {
      ade[row + h] = sum / end;
      fde[row + h] = error;
      h++;
      if (h < endSteps.length) end = at(endSteps, h);
    }
  }
}

/** Row of the lowest value in a column; the first of equals, as argmin of NumPy and PyTorch. */
export function indexOfMin(
  table: Float64Array,
  column: number,
  columns: number,
  rows: number,
): number {
  let best = 0;
  for (let k = 1; k < rows; k++) {
    if (at(table, k * columns + column) < at(table, best * columns + column)) best = k;
  }
  return best;
}

/** Mean of a column. */
export function meanOf(table: Float64Array, column: number, columns: number, rows: number): number {
  let sum = 0;
  for (let k = 0; k < rows; k++) sum += at(table, k * columns + column);
  return sum / rows;
}
