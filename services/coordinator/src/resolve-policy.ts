import type { PolicyRef, SweepFile } from '@drivesweep/contracts';
import {
  isKinematicPolicyName,
  kinematicPolicyRef,
  minHistorySteps,
} from '@drivesweep/policy-kinematic';
import { bundleNeeds, bundleRef, openBundle, requireLicence } from '@drivesweep/policy-onnx';
import { IssuesError } from '@drivesweep/service-kit';
import type { OpenStore } from './open-store.ts';

type Issues = IssuesError['issues'];

/**
 * The policy that a sweep file names, checked against what the sweep asks of it.
 * Errors: POLICY_NOT_FOUND, BUNDLE_*, LICENCE_NOT_ACCEPTED; SWEEP_FILE_INVALID with the field when the policy does not
 * offer this K, horizon, step or history, or takes no navigation.
 * @param textsInList does the list of windows say where to go?
 */
export async function resolvePolicy(
  file: SweepFile,
  textsInList: boolean,
  openStore: OpenStore,
): Promise<PolicyRef> {
  if (file.policy.startsWith('kinematic:')) {
    refuseIf(file.policy, navigationMismatch(file, textsInList, false));
    return resolveKinematic(file);
  }
  const bundle = await openBundle(openStore(file.policy));
  requireLicence(bundle.manifest, file.accept_licences);
  const needs = bundleNeeds(bundle.manifest);
  refuseIf(file.policy, [
    ...mismatch('history_steps', file.history_steps, needs.historySteps),
    ...mismatch('horizon_steps', file.horizon_steps, needs.horizonSteps),
    ...mismatch('rate_hz', file.rate_hz, needs.stepUs === null ? null : 1e6 / needs.stepUs),
    ...samplesMismatch(file.samples, needs.samples),
    ...navigationMismatch(file, textsInList, needs.navigation ?? false),
  ]);
  return bundleRef(bundle, file.policy);
}

function resolveKinematic(file: SweepFile): PolicyRef {
  const ref = kinematicPolicyRef(file.policy);
  const least = isKinematicPolicyName(ref.name) ? minHistorySteps(ref.name, 1e6 / file.rate_hz) : 1;
  if (file.history_steps < least) {
    refuseIf(file.policy, [
      { path: ['history_steps'], message: `expected at least ${least} for ${ref.name}` },
    ]);
  }
  return ref;
}

function mismatch(field: string, asked: number, offered: number | null): Issues {
  if (offered === null || offered === asked) return [];
  return [{ path: [field], message: `expected ${offered}, which is what the policy was made for` }];
}

function samplesMismatch(asked: number, offered: readonly number[] | null): Issues {
  if (offered === null || offered.includes(asked)) return [];
  return [
    { path: ['samples'], message: `expected ${offered.join(' or ')}, which the policy offers` },
  ];
}

/** A text that nobody reads would let two sweeps of the same numbers look different. */
function navigationMismatch(file: SweepFile, textsInList: boolean, taken: boolean): Issues {
  if (taken) return [];
  const message = 'expected none: the policy takes no navigation text';
  return [
    ...(file.navigation === undefined ? [] : [{ path: ['navigation'], message }]),
    ...(textsInList
      ? [{ path: ['windows', 'list'], message: `column navigation: ${message}` }]
      : []),
  ];
}

function refuseIf(policy: string, issues: Issues): void {
  const first = issues[0];
  if (!first) return;
  const place = `${first.path.join('.')}: ${first.message}`;
  throw new IssuesError('SWEEP_FILE_INVALID', `policy ${policy} cannot do this: ${place}`, issues);
}
