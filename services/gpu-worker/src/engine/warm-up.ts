import { DrivesweepError } from '@drivesweep/contracts';
import type { ObjectStore } from '@drivesweep/contracts';
import { openBundle, verifyBundle } from '@drivesweep/policy-onnx';
import type { LoadOptions } from '@drivesweep/policy-onnx';

/**
 * Copies a bundle to the local disk, hashes it, and runs it on its golden case: only then is the worker of use. That its
 * licence is accepted is for each sweep to say.
 * Errors: those of the first check that fails; BUNDLE_INVALID when there is no golden case.
 */
export async function warmUp(store: ObjectStore, options: LoadOptions): Promise<void> {
  const bundle = await openBundle(store);
  if (bundle.manifest.golden === null) {
    throw new DrivesweepError('BUNDLE_INVALID', `${store.uri} brings no golden case`, {
      hint: 'Without one nothing tells whether it works here: leave DRIVESWEEP_WARM_BUNDLE out, or add one.',
    });
  }
  const acceptLicences = [bundle.manifest.licence.id];
  const { checks } = await verifyBundle(bundle, { ...options, acceptLicences, runGolden: true });
  for (const { check, outcome, code, message, hint } of checks) {
    if (outcome !== 'failed') continue;
    const details = hint === null ? {} : { hint };
    throw new DrivesweepError(code ?? 'INTERNAL', `${store.uri}: ${check}: ${message}`, details);
  }
}
