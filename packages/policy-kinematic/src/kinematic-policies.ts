import { DrivesweepError, sha256Hex } from '@drivesweep/contracts';
import type { PolicyRef } from '@drivesweep/contracts';

/** Changes whenever an answer would change: it is part of what a sweep is identified by. */
export const KINEMATIC_VERSION = '2';

/** Name -> what it does, in one line. */
export const KINEMATIC_POLICIES = {
  'kinematic:constant-velocity': 'keeps the speed at t0, straight along the heading at t0',
  'kinematic:constant-turn-rate':
    'keeps the speed at t0 and the yaw rate of the last 0.5 s of history: a circular arc',
} as const satisfies Record<string, string>;

export type KinematicPolicyName = keyof typeof KINEMATIC_POLICIES;

/** True for a name in `KINEMATIC_POLICIES`. */
export function isKinematicPolicyName(name: string): name is KinematicPolicyName {
  return Object.hasOwn(KINEMATIC_POLICIES, name);
}

/**
 * The reference that a sweep stores for a kinematic policy.
 * @throws DrivesweepError POLICY_NOT_FOUND when there is none of this name
 */
export function kinematicPolicyRef(name: string): PolicyRef {
  if (!isKinematicPolicyName(name)) {
    throw new DrivesweepError('POLICY_NOT_FOUND', `there is no kinematic policy "${name}"`, {
      hint: `Use one of ${Object.keys(KINEMATIC_POLICIES).join(', ')}, or the folder or URI of a policy bundle.`,
    });
  }
  return {
    kind: 'kinematic',
    name,
    version: KINEMATIC_VERSION,
    uri: null,
    bundleSha256: sha256Hex(`${name}@${KINEMATIC_VERSION}`),
  };
}
