import { DrivesweepError } from '@drivesweep/contracts';
import type { ObjectStore } from '@drivesweep/contracts';
import { readCommit } from '@drivesweep/object-store';
import { exportKeys, exportPlanSchema } from '@drivesweep/teacher-export';
import type { ExportPlan, ExportSpec } from '@drivesweep/teacher-export';
import { jsonOf } from './json-text.ts';
import { formatTable } from './table.ts';

/** What an export came to. */
export interface ExportSummary {
  readonly schema: 'teacher-export-summary/1';
  readonly exportId: string;
  readonly recipe: string;
  readonly recipeSha256: string;
  readonly sweepId: string;
  readonly licences: { readonly teacher: string; readonly data: string };
  readonly accepted: readonly string[];
  readonly tallies: ExportPlan['tallies'];
  readonly drives: ExportPlan['drives'];
  readonly shards: readonly {
    readonly key: string;
    readonly sha256: string;
    readonly bytes: number;
    readonly windows: number;
    readonly samples: number;
  }[];
}

/** Reads what a finished export wrote. */
export async function readExportSummary(
  target: ObjectStore,
  spec: ExportSpec,
): Promise<ExportSummary> {
  const plan = exportPlanSchema.parse(jsonOf(await target.get(exportKeys.plan())));
  const shards = await Promise.all(
    plan.shards.map(async ({ key, windows, samples }, task) => {
      const commit = await readCommit(target, exportKeys.shardCommit(task));
      if (commit === undefined) throw new DrivesweepError('INTERNAL', `${key} is not committed`);
      return { key, sha256: commit.part.sha256, bytes: commit.part.bytes, windows, samples };
    }),
  );
  return {
    schema: 'teacher-export-summary/1',
    exportId: spec.exportId,
    recipe: spec.recipe.name,
    recipeSha256: spec.recipeSha256,
    sweepId: spec.sweepId,
    licences: { teacher: spec.teacher.licence.id, data: spec.data.licence.id },
    accepted: spec.accepted.map(({ id }) => id),
    tallies: plan.tallies,
    drives: plan.drives,
    shards,
  };
}

/** The same for a person: what each filter took, and what was written. */
export function formatExport(summary: ExportSummary, out: string): string {
  const { tallies, shards } = summary;
  const filters = formatTable(
    [
      { title: 'filter', align: 'left' },
      { title: 'windows before', align: 'right' },
      { title: 'windows removed', align: 'right' },
      { title: 'samples removed', align: 'right' },
    ],
    tallies.filters.map(({ filter, slices }) => {
      const all = slices[0];
      const counts = [all?.windowsBefore, all?.windowsRemoved, all?.samplesRemoved];
      return [filter, ...counts.map((count) => String(count ?? 0))];
    }),
  );
  const files = formatTable(
    [
      { title: 'shard', align: 'left' },
      { title: 'windows', align: 'right' },
      { title: 'samples', align: 'right' },
      { title: 'MB', align: 'right' },
    ],
    shards.map(({ key, windows, samples, bytes }) => [
      key,
      String(windows),
      String(samples),
      (bytes / 1e6).toFixed(2),
    ]),
  );
  return [
    `${summary.recipe}  ${summary.exportId}  of ${summary.sweepId}`,
    `licences: teacher ${summary.licences.teacher}, data ${summary.licences.data}`,
    '',
    ...filters,
    '',
    `kept: ${tallies.keptWindows} of ${tallies.windows} windows, ${tallies.keptSamples} of ${tallies.samples} samples`,
    '',
    ...files,
    '',
    `dataset: ${out} (README.md says what is in it)`,
  ].join('\n');
}
