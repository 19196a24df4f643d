export { unwrap, turnRates } from './angle';
export { factorBands, solveBands, solveSharedBand } from './band';
export { addRows, splitColumn } from './columns';
export { drawSums } from './draw-sums';
export { filter } from './filter';
export {
  across,
  along,
  areBetween,
  countBeyond,
  largestProduct,
  lengths,
  meanDistances,
  rates,
  roundTo,
  slopes,
  spread,
} from './series';
export { cosSin } from './trigonometry';
export { curvatureEquations, driveHeadings, drivePositions, speedEquations } from './unicycle';

/** Where memory begins that no constant lies in. */
export const heapBase: usize = __heap_base;
