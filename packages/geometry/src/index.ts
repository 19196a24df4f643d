export { unwrap, wrapAngle } from './angle.ts';
export type { AnchoredBoxes, FlatBoxes, RigBoxes } from './anchored-boxes.ts';
export { anchorBoxes, boxesFrom } from './anchored-boxes.ts';
export type { NormalEquations } from './banded-cholesky.ts';
export { createNormalEquations, emptyBand, factorBand, solveBand } from './banded-cholesky.ts';
export type { CubicSpline } from './cubic-spline.ts';
export { cubicSplinesOn, segmentOf } from './cubic-spline.ts';
export type { DeltaTokenizer } from './delta-tokenizer.ts';
export { ALPAMAYO_R1_HISTORY_TOKENS, decodeDeltas, encodeDeltas } from './delta-tokenizer.ts';
export type { StepGrid } from './ego-path.ts';
export { egoPathAt, emptyEgoPath, stepGridUs } from './ego-path.ts';
export type { EgomotionProblem } from './egomotion.ts';
export { checkEgomotion, MIN_POSES } from './egomotion.ts';
export type { EgomotionInterpolator } from './egomotion-interpolator.ts';
export { interpolateEgomotion } from './egomotion-interpolator.ts';
export { at } from './numbers.ts';
export type { OrientedBox, RoundedBox } from './oriented-box.ts';
export {
  boxCorners,
  boxDistance,
  boxesOverlap,
  distanceToBox,
  roundedBoxesOverlap,
} from './oriented-box.ts';
export type { Mat3 } from './quaternion.ts';
export {
  conjugate,
  fromMatrix,
  fromYaw,
  IDENTITY_QUAT,
  multiply,
  normalise,
  rotate,
  slerp,
  toMatrix,
  yawOf,
} from './quaternion.ts';
export type { LaneFilter, SavitzkyGolay } from './savitzky-golay.ts';
export { createLaneFilter, polynomialWeights } from './savitzky-golay.ts';
export type { EgomotionTrack, EgoPath, Pose, Quat, Vec2, Vec3 } from './types.ts';
export type {
  ActionBounds,
  ActionNormalisation,
  UnicycleActions,
  UnicycleMotion,
  UnicycleStart,
} from './unicycle.ts';
export {
  ALPAMAYO_R1_ACTIONS,
  ALPAMAYO_R1_BOUNDS,
  denormaliseActions,
  estimateV0Mps,
  integrateUnicycle,
  isWithinBounds,
  normaliseActions,
} from './unicycle.ts';
export type { UnicycleEstimate, UnicycleFits, UnicycleInverse } from './unicycle-inverse.ts';
export { createUnicycleFits, createUnicycleInverse } from './unicycle-inverse.ts';
