import { canonicalJson, DrivesweepError, keys } from '@drivesweep/contracts';
import type { ObjectStore } from '@drivesweep/contracts';
import { readPart } from '@drivesweep/object-store';
import type { StoreOptions } from '@drivesweep/object-store';
import { openPartWindows, WHOLE_PART } from '@drivesweep/parquet-io';
import {
  answeredSamples,
  createExportSpec,
  dataTerms,
  decideLicences,
  exportKeys,
  exportSpecSchema,
  has,
  isOnEvaluationList,
  licenceOfLayout,
} from '@drivesweep/teacher-export';
import type { ExportSpec, LicenceTerms, Recipe, Requirement } from '@drivesweep/teacher-export';
import { jsonOf } from './json-text.ts';
import { manifestEntries, planShards, readSealedSweep } from './sealed-sweep.ts';
import type { SealedSweep } from './sealed-sweep.ts';
import { teacherFacts } from './teacher-facts.ts';

export interface ExportRequest {
  readonly store: ObjectStore;
  readonly sweepId: string;
  readonly recipe: Recipe;
  /** Ids of licences. */
  readonly accepted: readonly string[];
  /** Can others read the target? */
  readonly isPublic: boolean;
  readonly storeOptions: StoreOptions;
}

/**
 * Everything that can be refused is refused here, before anything is read in bulk or written.
 * Errors: SWEEP_NOT_FOUND, SWEEP_STATE when it is not sealed or not scored, LICENCE_NOT_ACCEPTED, PUBLISHING_FORBIDDEN,
 * EXPORT_LEAKS_EVALUATION, TEACHER_LACKS, EXPORT_EMPTY when no window was answered, those of reading.
 */
export async function prepareExport(request: ExportRequest): Promise<ExportSpec> {
  const { store, sweepId, recipe, storeOptions } = request;
  const sweep = await readSealedSweep(store, sweepId);
  const { spec, manifest, scoringId } = sweep;
  const teacher = await teacherFacts(spec, storeOptions);
  const data = dataTerms(recipe.data_licence ?? licenceOfLayout(spec.dataset.layout));
  const { accepted } = decideLicences({ ...request, teacher: teacher.licence, data });
  if (recipe.frames !== undefined && teacher.cameras.length === 0) {
    throw new DrivesweepError('TEACHER_LACKS', `${teacher.name} was shown no frames`, {
      hint: 'remove "frames" from the recipe, or sweep a policy that looks',
    });
  }
  await refuseEvaluationDrives(store, sweepId, recipe);
  await refuseWhatTeacherLacks(store, sweep, recipe);
  return createExportSpec({
    sweepStore: store.uri,
    sweepId,
    sweepName: spec.name,
    scoringId,
    manifestChunks: manifest.chunks.map(({ sha256 }) => sha256),
    outcome: manifest.outcome,
    shards: manifest.shards.total,
    windows: manifest.counts.expected,
    samples: spec.samples,
    seed: spec.seed,
    historySteps: spec.historySteps,
    horizonSteps: spec.horizonSteps,
    stepUs: spec.stepUs,
    teacher,
    data: {
      layout: spec.dataset.layout,
      revision: spec.dataset.revision,
      fingerprint: spec.dataset.fingerprint,
      licence: data,
    },
    accepted: accepted.map((terms): LicenceTerms => ({ ...terms })),
    recipe,
  });
}

/**
 * Writes the spec into the target, or finds it there when the same export was begun before.
 * Errors: EXPORT_TARGET_TAKEN when another export lies there.
 */
export async function claimTarget(
  target: ObjectStore,
  spec: ExportSpec,
): Promise<'begun' | 'resumed'> {
  const bytes = new TextEncoder().encode(canonicalJson(spec));
  if ((await target.putIfAbsent(exportKeys.spec(), bytes)) === 'created') return 'begun';
  const found = exportSpecSchema.safeParse(jsonOf(await target.get(exportKeys.spec())));
  if (found.success && found.data.exportId === spec.exportId) return 'resumed';
  const other = found.success ? `${found.data.exportId} (${found.data.recipe.name})` : 'another';
  throw new DrivesweepError(
    'EXPORT_TARGET_TAKEN',
    `${target.uri} holds export ${other}, not ${spec.exportId}`,
    { hint: 'name another --out: sweep, recipe or accepted licences differ' },
  );
}

/** Takes back what an export without a shard wrote, so that a better recipe may use the target. */
export async function releaseTarget(target: ObjectStore): Promise<void> {
  for await (const { key } of target.list(`${exportKeys.inside()}/`)) await target.delete(key);
}

const SHOWN_DRIVES = 5;

async function refuseEvaluationDrives(
  store: ObjectStore,
  sweepId: string,
  { exclude }: Recipe,
): Promise<void> {
  if (exclude.known_evaluation !== 'refuse') return;
  const excluded = new Set(exclude.drives);
  const found = new Set<string>();
  for await (const { driveId } of planShards(store, sweepId)) {
    if (!excluded.has(driveId) && isOnEvaluationList(driveId)) found.add(driveId);
  }
  if (found.size === 0) return;
  const shown = [...found].slice(0, SHOWN_DRIVES).join(', ');
  throw new DrivesweepError(
    'EXPORT_LEAKS_EVALUATION',
    `${found.size} drives stand on public lists that Alpamayo is evaluated on: ${shown}${found.size > SHOWN_DRIVES ? ' ...' : ''}`,
    {
      hint: 'a student trained on them cannot be evaluated there: put "known_evaluation: remove" below "exclude", or "allow"',
    },
  );
}

/** Looks at the first shard with an answer: what none of its samples has, the policy does not answer with. */
async function refuseWhatTeacherLacks(
  store: ObjectStore,
  { spec, manifest, scoringId }: SealedSweep,
  { filters, contents }: Recipe,
): Promise<void> {
  for await (const { part, rows, shardId } of manifestEntries(store, manifest)) {
    if (part === null || rows.ok === 0) continue;
    if (contents.scores) {
      const key = keys.scoreCommit(spec.sweepId, scoringId, shardId);
      if (!(await store.head(key))) throw notScored(spec);
    }
    const required = filters.complete?.require ?? [];
    const windows = await openPartWindows(await readPart(store, part), WHOLE_PART);
    const row = windows.status.indexOf('ok');
    const [first = 0, end = 0] = windows.sampleOffsets.subarray(row, row + 2);
    const sampleAt = answeredSamples(windows);
    const samples = Array.from({ length: end - first }, (_, k) => sampleAt(first + k));
    const missing = required.filter((name) => !samples.some((sample) => has(sample, name)));
    if (missing.length === 0) return;
    throw new DrivesweepError(
      'TEACHER_LACKS',
      `${spec.policy.name} does not answer with ${missing.join(', ')}, which the recipe requires`,
      { hint: `remove it from "require", or sweep a policy that ${answersWith(missing)}` },
    );
  }
  throw new DrivesweepError('EXPORT_EMPTY', `no window of sweep ${spec.sweepId} was answered`, {
    hint: `drivesweep report ${spec.sweepId} says why`,
  });
}

function answersWith(missing: readonly Requirement[]): string {
  return missing.includes('top_k')
    ? 'reasons and whose bundle offers reasoning.outputs.top'
    : 'reasons';
}

function notScored({ name, sweepId }: SealedSweep['spec']): DrivesweepError {
  return new DrivesweepError(
    'SWEEP_STATE',
    `sweep ${name} (${sweepId}) is not scored by the metrics of this version`,
    { hint: `score it from its parts: drivesweep score ${sweepId}` },
  );
}
