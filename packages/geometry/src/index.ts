export { unwrap, wrapAngle } from './angle.ts';
export type { CubicSpline } from './cubic-spline.ts';
export { cubicSplinesOn, segmentOf } from './cubic-spline.ts';
export type { StepGrid } from './ego-path.ts';
export { egoPathAt, emptyEgoPath, stepGridUs } from './ego-path.ts';
export type { EgomotionProblem } from './egomotion.ts';
export { checkEgomotion, MIN_POSES } from './egomotion.ts';
export type { EgomotionInterpolator } from './egomotion-interpolator.ts';
export { interpolateEgomotion } from './egomotion-interpolator.ts';
export { at } from './numbers.ts';
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
export type { EgomotionTrack, EgoPath, Pose, Quat, Vec3 } from './types.ts';
export type {
  ActionNormalisation,
  UnicycleActions,
  UnicycleMotion,
  UnicycleStart,
} from './unicycle.ts';
export {
  ALPAMAYO_R1_ACTIONS,
  denormaliseActions,
  estimateV0Mps,
  integrateUnicycle,
} from './unicycle.ts';
