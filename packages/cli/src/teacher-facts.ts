import { asDrivesweepError, DrivesweepError } from '@drivesweep/contracts';
import type { SweepSpec } from '@drivesweep/contracts';
import { openObjectStore } from '@drivesweep/object-store';
import type { StoreOptions } from '@drivesweep/object-store';
import { bundleNeeds, bundleRef, openBundle } from '@drivesweep/policy-onnx';
import { teacherTerms } from '@drivesweep/teacher-export';
import type { ExportSpec, StatedLicence } from '@drivesweep/teacher-export';

/** Kinematic policies are part of drivesweep. */
const OWN_LICENCE: StatedLicence = { id: 'Apache-2.0', commercialUse: true, mustAccept: false };

/**
 * What an export says of its teacher: licence, sampling parameters and cameras, from the bundle that the sweep used.
 * Errors: BUNDLE_HASH_MISMATCH when another bundle lies there now; those of opening a bundle.
 */
export async function teacherFacts(
  { policy, samples, seed }: SweepSpec,
  options: StoreOptions,
): Promise<ExportSpec['teacher']> {
  const { name, version, bundleSha256 } = policy;
  const known = { name, version, bundleSha256 };
  const sampling = { samples, seed };
  if (policy.uri === null) {
    const licence = teacherTerms(OWN_LICENCE);
    return { ...known, licence, sampling, normalisation: null, cameras: [] };
  }
  const bundle = await open(policy.uri, options);
  if (bundleRef(bundle, policy.uri).bundleSha256 !== bundleSha256) {
    throw new DrivesweepError(
      'BUNDLE_HASH_MISMATCH',
      `${policy.uri} holds another bundle than the one that answered the sweep`,
      { hint: 'put the bundle of the sweep back: its licence goes with every row' },
    );
  }
  const { manifest } = bundle;
  const { cameras } = bundleNeeds(manifest);
  return {
    ...known,
    licence: teacherTerms(manifest.licence),
    sampling: { ...sampling, ...manifest.reasoning?.decode },
    normalisation: manifest.output.kind === 'actions' ? manifest.output.normalisation : null,
    cameras: (cameras?.names ?? []).flatMap((camera) =>
      (cameras?.offsetsUs ?? []).map((offsetUs) => ({ camera, offsetUs })),
    ),
  };
}

async function open(uri: string, options: StoreOptions) {
  try {
    return await openBundle(openObjectStore(uri, options));
  } catch (thrown) {
    const { code, message } = asDrivesweepError(thrown);
    throw new DrivesweepError(code, `the teacher's bundle cannot be read: ${message}`, {
      hint: 'its licence goes with every row, so it must be where the sweep found it',
      cause: thrown,
    });
  }
}
