import { randomUUID } from 'node:crypto';
import { EXPORT_STAGES, keys, manifestSchema, windowIdOf } from '@drivesweep/contracts';
import type { ObjectStore, OkPrediction, PredictionRow, SweepSpec } from '@drivesweep/contracts';
import { encodePredictionPart } from '@drivesweep/parquet-io';
import {
  createExportSpec,
  dataTerms,
  exportKeys,
  recipeSchema,
  teacherTerms,
} from '@drivesweep/teacher-export';
import type { ExportSpec, RecipeInput } from '@drivesweep/teacher-export';
import { buildOkPrediction, buildSealedSweep, buildSpec } from '@drivesweep/testkit';
import type { BuiltShard } from '@drivesweep/testkit';
import { scoreShard } from '../score-shard.ts';
import { scoringOf } from '../sweep-scoring.ts';
import { doTask, tasksOf } from './export-stage.ts';
import { openExport } from './open-export.ts';
import type { OpenExport } from './open-export.ts';

/** A window of some drive that K = 2 samples answered, `lateralM` and twice that to the left of what was driven. */
export function answeredWindow(driveId: string, t0Us: number, lateralM = 0.5): OkPrediction {
  const near = buildOkPrediction(t0Us, { lateralM });
  const far = buildOkPrediction(t0Us, { lateralM: 2 * lateralM });
  const [one, two] = [near.samples[0], far.samples[0]];
  if (one === undefined || two === undefined) throw new Error('built without samples');
  const says = {
    trace: 'Keep lane because the road ahead is clear',
    finishReason: 'stop' as const,
  };
  const samples = [
    { ...one, ...says, tokenIds: Int32Array.of(1, 2), logprobs: Float64Array.of(-0.5, -0.25) },
    { ...two, ...says, tokenIds: Int32Array.of(3), logprobs: Float64Array.of(-1) },
  ];
  return { ...near, driveId, windowId: windowIdOf(driveId, t0Us), samples };
}

export function failedWindow(driveId: string, t0Us: number): PredictionRow {
  const { windowId } = answeredWindow(driveId, t0Us);
  const failure = { status: 'error' as const, code: 'EGOMOTION_GAP' as const, message: 'a gap' };
  return { windowId, driveId, t0Us, facts: {}, ...failure };
}

/** Writes a sealed and scored sweep, one shard per list of rows. */
export async function sealedSweep(
  store: ObjectStore,
  shards: readonly BuiltShard[],
): Promise<SweepSpec> {
  const spec = buildSpec({ samples: 2 });
  await buildSealedSweep(store, spec, shards, encodePredictionPart);
  const scored = { store, spec, scoring: scoringOf(spec) };
  for (const [index, rows] of shards.entries()) {
    if (typeof rows === 'number') continue;
    const who = { attempt: 1, nonce: randomUUID(), now: () => new Date(0) };
    await scoreShard(scored, index.toString().padStart(16, '0'), who);
  }
  return spec;
}

/** Prepares an export of it in `target`, as the command line does. */
export async function preparedExport(
  sweeps: ObjectStore,
  target: ObjectStore,
  spec: SweepSpec,
  recipe: Partial<RecipeInput> = {},
): Promise<ExportSpec> {
  const text = new TextDecoder().decode(await sweeps.get(keys.manifest(spec.sweepId)));
  const manifest = manifestSchema.parse(JSON.parse(text));
  const { sweepId, samples, seed, historySteps, horizonSteps, stepUs, policy, dataset } = spec;
  const prepared = createExportSpec({
    sweepStore: sweeps.uri,
    ...{ sweepId, samples, seed, historySteps, horizonSteps, stepUs },
    sweepName: spec.name,
    scoringId: scoringOf(spec).scoringId,
    manifestChunks: manifest.chunks.map(({ sha256 }) => sha256),
    outcome: manifest.outcome,
    shards: manifest.shards.total,
    windows: manifest.counts.expected,
    teacher: {
      ...{ name: policy.name, version: policy.version, bundleSha256: policy.bundleSha256 },
      licence: teacherTerms({ id: 'Apache-2.0', commercialUse: true, mustAccept: false }),
      sampling: { samples, seed },
      normalisation: null,
      cameras: [{ camera: 'front', offsetUs: -100_000 }],
    },
    data: {
      ...{ layout: dataset.layout, revision: dataset.revision, fingerprint: dataset.fingerprint },
      licence: dataTerms('MIT'),
    },
    accepted: [],
    recipe: recipeSchema.parse({ name: 'built', ...recipe }),
  });
  const bytes = new TextEncoder().encode(JSON.stringify(prepared));
  await target.put(exportKeys.spec(), bytes);
  return prepared;
}

/** Opens it and does everything, stage by stage. */
export async function exportAll(target: ObjectStore, sweeps: ObjectStore): Promise<OpenExport> {
  const open = await openExport(target, () => sweeps);
  for (const stage of EXPORT_STAGES) {
    for (let task = 0; task < (await tasksOf(open, stage)); task++) await doTask(open, stage, task);
  }
  return open;
}
