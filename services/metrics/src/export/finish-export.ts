import { createHash } from 'node:crypto';
import { DrivesweepError } from '@drivesweep/contracts';
import { readCommit } from '@drivesweep/object-store';
import { describingFiles, exportKeys, renderChecksums } from '@drivesweep/teacher-export';
import type { ExportPlan, WrittenFile } from '@drivesweep/teacher-export';
import type { OpenExport } from './open-export.ts';

/**
 * The last stage: card, Croissant and recipe from the commits of all shards, and then SHA256SUMS, by which a reader
 * knows that the export is whole. Returns every file but SHA256SUMS. Errors: INTERNAL when a shard is missing, STORE_*.
 */
export async function finishExport(
  { target, spec }: OpenExport,
  plan: ExportPlan,
): Promise<WrittenFile[]> {
  const files: WrittenFile[] = [];
  for (const [task, { key }] of plan.shards.entries()) {
    const commit = await readCommit(target, exportKeys.shardCommit(task));
    if (commit === undefined) throw new DrivesweepError('INTERNAL', `${key} is not committed`);
    files.push({ key, sha256: commit.part.sha256, bytes: commit.part.bytes });
  }
  for (const { key, text } of describingFiles({ spec, plan, files })) {
    files.push(await putText(target, key, text));
  }
  await putText(target, exportKeys.checksums(), renderChecksums(files));
  return files;
}

async function putText(
  target: OpenExport['target'],
  key: string,
  text: string,
): Promise<WrittenFile> {
  const bytes = new TextEncoder().encode(text);
  await target.put(key, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { key, sha256, bytes: bytes.length };
}
