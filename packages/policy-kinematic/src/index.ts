export type { KinematicPolicyName } from './kinematic-policies.ts';
export {
  isKinematicPolicyName,
  KINEMATIC_POLICIES,
  KINEMATIC_VERSION,
  kinematicPolicyRef,
} from './kinematic-policies.ts';
export { createKinematicPolicy, minHistorySteps } from './kinematic-policy.ts';
