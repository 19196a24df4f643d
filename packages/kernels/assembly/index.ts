export { unwrap, turnRates } from './angle';
export { factorBands, solveBands, solveSharedBand } from './band';
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
  meanDistancesToOne,
  rates,
  roundTo,
  slopes,
} from './series';
export { cosSin } from './trigonometry';
export { curvatureEquations, driveHeadings, drivePositions, speedEquations } from './unicycle';
