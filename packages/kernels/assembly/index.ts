export { unwrap, turnRates } from './angle';
export { factorBands, solveBands, solveSharedBand } from './band';
export { drawSums } from './draw-sums';
export { filter } from './filter';
export {
  across,
  along,
  countBeyond,
  lanesBetween,
  largestProduct,
  lengths,
  meanDistances,
  rates,
  roundTo,
  slopes,
} from './series';
export { cosSin } from './trigonometry';
export { curvatureEquations, driveHeadings, drivePositions, speedEquations } from './unicycle';
