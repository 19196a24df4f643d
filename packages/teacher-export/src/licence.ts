import { DrivesweepError } from '@drivesweep/contracts';
import type { DatasetLayout } from '@drivesweep/contracts';

/** What a licence lets one do with what a model made, or with recordings, as far as this gate looks. */
export interface LicenceTerms {
  readonly id: string;
  /** May another model be trained on it, for whatever purpose, without asking? */
  readonly freeToTrain: boolean;
  /** May it be passed on? */
  readonly redistribution: boolean;
  /** One sentence for the card. */
  readonly note: string;
}

const free = (id: string, note: string): LicenceTerms => ({
  id,
  freeToTrain: true,
  redistribution: true,
  note,
});

/** The id of the licence that the PhysicalAI-AV recordings stand under. */
export const PHYSICALAI_AV_LICENCE = 'LicenseRef-NVIDIA-AV-Dataset';

/** Licences that this gate knows. It is a reminder and no legal advice: the texts decide. */
const KNOWN: readonly LicenceTerms[] = [
  free('Apache-2.0', 'Permissive; keep the notices.'),
  free('MIT', 'Permissive; keep the notice.'),
  free('BSD-3-Clause', 'Permissive; keep the notice.'),
  free('CC0-1.0', 'No conditions.'),
  free('CC-BY-4.0', 'Name the source.'),
  free('OpenMDW-1.1', 'Open model licence; outputs are not restricted.'),
  {
    id: PHYSICALAI_AV_LICENCE,
    freeToTrain: false,
    redistribution: false,
    note: 'Gated by account, not sublicensable, for internal development with NVIDIA technology.',
  },
  {
    id: 'CC-BY-NC-4.0',
    freeToTrain: false,
    redistribution: true,
    note: 'No commercial use; name the source.',
  },
];

/** The teacher's licence as its bundle states it. */
export interface StatedLicence {
  readonly id: string;
  readonly commercialUse: boolean;
  readonly mustAccept: boolean;
}

/**
 * The terms of a teacher. What the bundle says counts where it is stricter than what is known of the id; a licence that
 * is not known is taken to forbid everything.
 */
export function teacherTerms({ id, commercialUse, mustAccept }: StatedLicence): LicenceTerms {
  const terms = dataTerms(id);
  const restricted = !commercialUse || mustAccept;
  if (!restricted || !terms.freeToTrain) return terms;
  const note = commercialUse ? 'Must be accepted first.' : 'No commercial use, as its bundle says.';
  return { id, freeToTrain: false, redistribution: false, note };
}

/** The terms of an id. */
export function dataTerms(id: string): LicenceTerms {
  return (
    KNOWN.find((known) => known.id === id) ?? {
      id,
      freeToTrain: false,
      redistribution: false,
      note: 'Not known to drivesweep, so taken to forbid training and passing on: read it.',
    }
  );
}

/** What a dataset stands under when the recipe does not say: by its layout, the stricter reading. */
export function licenceOfLayout(layout: DatasetLayout): string {
  switch (layout) {
    case 'physicalai-av':
      return PHYSICALAI_AV_LICENCE;
    case 'comma2k19':
      return 'MIT';
  }
}

export interface LicenceRequest {
  readonly teacher: LicenceTerms;
  readonly data: LicenceTerms;
  /** Ids that the person accepted for this export. */
  readonly accepted: readonly string[];
  /** Is the target one that others can read? */
  readonly isPublic: boolean;
}

/** The licences that had to be accepted for an export, and were. */
export interface LicenceDecision {
  readonly accepted: readonly LicenceTerms[];
}

/**
 * Lets an export through or not. Errors: PUBLISHING_FORBIDDEN for a public target when either licence forbids passing
 * on, whatever was accepted; LICENCE_NOT_ACCEPTED naming every licence that forbids training and was not accepted.
 */
export function decideLicences(request: LicenceRequest): LicenceDecision {
  const { teacher, data, accepted, isPublic } = request;
  const both = teacher.id === data.id ? [teacher] : [teacher, data];
  const kept = both.filter(({ redistribution }) => !redistribution);
  if (isPublic && kept.length > 0) {
    throw new DrivesweepError(
      'PUBLISHING_FORBIDDEN',
      `this export must not be published\n${kept.map(line).join('\n')}`,
      { hint: 'write it to a folder or bucket that only those can read who may hold the data' },
    );
  }
  const forbidding = both.filter(({ freeToTrain }) => !freeToTrain);
  const missing = forbidding.filter(({ id }) => !accepted.includes(id));
  if (missing.length > 0) {
    const options = missing.map(({ id }) => `--accept ${id}`).join(' ');
    throw new DrivesweepError(
      'LICENCE_NOT_ACCEPTED',
      `training on this export is restricted\n${missing.map(line).join('\n')}`,
      { hint: `when your use is allowed by these texts, say so: ${options}` },
    );
  }
  return { accepted: forbidding };
}

function line({ id, note }: LicenceTerms): string {
  return `  ${id}: ${note}`;
}
