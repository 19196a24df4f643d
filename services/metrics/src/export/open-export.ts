import { DrivesweepError } from '@drivesweep/contracts';
import type { ManifestEntry, ObjectStore } from '@drivesweep/contracts';
import type { ScoringParameters } from '@drivesweep/scoring';
import { exportKeys, exportSpecSchema } from '@drivesweep/teacher-export';
import type { ExportSpec } from '@drivesweep/teacher-export';
import { manifestEntries, readManifest } from '../sweep-documents.ts';

/** An export that is being made: its target, its spec, and the parts of the sealed sweep that it reads. */
export interface OpenExport {
  readonly target: ObjectStore;
  readonly sweeps: ObjectStore;
  /** Opens other places that the sweep names, such as its dataset. */
  readonly openStore: (uri: string) => ObjectStore;
  readonly spec: ExportSpec;
  /** In plan order; a planned window names its entry by its place in here. */
  readonly entries: readonly ManifestEntry[];
  readonly parameters: ScoringParameters;
}

/** Who does a task: as for scores. */
export interface TaskAttempt {
  readonly attempt: number;
  /** Used by this attempt only. */
  readonly nonce: string;
  readonly now: () => Date;
}

/**
 * Opens the export that was prepared in `target`. Errors: EXPORT_TARGET_TAKEN when it is another than `exportId`,
 * SWEEP_STATE when the sweep was sealed anew since, SCHEMA_UNSUPPORTED, PART_CORRUPT, STORE_*.
 */
export async function openExport(
  target: ObjectStore,
  openStore: (uri: string) => ObjectStore,
  exportId?: string,
): Promise<OpenExport> {
  const spec = await readExportSpec(target);
  if (exportId !== undefined && spec.exportId !== exportId) {
    throw new DrivesweepError(
      'EXPORT_TARGET_TAKEN',
      `${target.uri} holds export ${spec.exportId}, not ${exportId}`,
      { hint: 'name another --out, or remove what lies there' },
    );
  }
  const sweeps = openStore(spec.sweepStore);
  const manifest = await readManifest(sweeps, spec.sweepId);
  const chunks = manifest.chunks.map(({ sha256 }) => sha256);
  if (chunks.join() !== spec.manifestChunks.join()) {
    throw new DrivesweepError(
      'SWEEP_STATE',
      `sweep ${spec.sweepId} was sealed anew since this export began`,
      { hint: 'export it again into another target' },
    );
  }
  const entries: ManifestEntry[] = [];
  for await (const entry of manifestEntries(sweeps, manifest)) entries.push(entry);
  const { samples, horizonSteps, stepUs } = spec;
  return {
    target,
    sweeps,
    openStore,
    spec,
    entries,
    parameters: { samples, horizonSteps, stepS: stepUs / 1e6 },
  };
}

async function readExportSpec(target: ObjectStore): Promise<ExportSpec> {
  const key = exportKeys.spec();
  const text = new TextDecoder().decode(await target.get(key));
  const parsed = exportSpecSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new DrivesweepError('SCHEMA_UNSUPPORTED', `${key} is not what this version writes`, {
    hint: 'go on with the version of drivesweep that began this export',
    cause: parsed.error,
  });
}
