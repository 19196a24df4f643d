import { openObjectStore, s3OptionsFromEnv } from '@drivesweep/object-store';
import type { ExportJob, JobHandler } from '@drivesweep/contracts';
import type { Environment } from '@drivesweep/service-kit';
import { doTask } from './export-stage.ts';
import { openExport } from './open-export.ts';
import type { OpenExport } from './open-export.ts';

/**
 * Handles the jobs of the queue `exports`: one task of a teacher export that was prepared in its target. The export that
 * was worked on last stays open: its manifest does not change.
 */
export function createExportJobHandler(env: Environment): JobHandler<ExportJob> {
  const openStore = (uri: string) => openObjectStore(uri, { s3: s3OptionsFromEnv(env) });
  let last: { readonly key: string; readonly open: OpenExport } | undefined;
  return async ({ exportId, out, stage, task }, { attempt, signal }) => {
    const key = `${exportId} ${out}`;
    if (last?.key !== key) {
      last = { key, open: await openExport(openStore(out), openStore, exportId) };
    }
    signal.throwIfAborted();
    const windows = await doTask(last.open, stage, task, attempt);
    return { rows: { expected: windows, ok: windows, error: 0, skipped: 0 }, resumed: false };
  };
}
