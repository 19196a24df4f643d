import { canonicalJson } from '@drivesweep/contracts';
import { renderCroissant } from './croissant.ts';
import { renderCard } from './dataset-card.ts';
import type { WrittenExport, WrittenFile } from './dataset-card.ts';
import { exportKeys } from './export-spec.ts';

/** A text that stands beside the shards. */
export interface TextFile {
  readonly key: string;
  readonly text: string;
}

/** Card, Croissant and recipe. The same export gives the same texts. */
export function describingFiles(written: WrittenExport): TextFile[] {
  const recipe: unknown = JSON.parse(canonicalJson(written.spec.recipe));
  return [
    { key: exportKeys.card(), text: renderCard(written) },
    { key: exportKeys.croissant(), text: renderCroissant(written) },
    { key: exportKeys.recipe(), text: `${JSON.stringify(recipe, null, 2)}\n` },
  ];
}

/** SHA256SUMS, as `sha256sum -c` reads it, sorted by name. */
export function renderChecksums(files: readonly WrittenFile[]): string {
  return [...files]
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key, sha256 }) => `${sha256}  ${key}\n`)
    .join('');
}
