// Writes packages/teacher-export/src/known-evaluation-ids.ts: fingerprints of the drives on public evaluation lists.
// The lists themselves stay where they are; what is kept of an id cannot be turned back into it.
// usage: node known-evaluation.mjs FOLDER_OF_ALPAMAYO_LISTS   (then: npx prettier --write)
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { readTable } from '@drivesweep/parquet-io';

const BYTES = 8;
const [folder] = process.argv.slice(2);
const LISTS = [
  {
    name: 'notebooks/clip_ids.parquet',
    source: 'NVlabs/alpamayo@1cba38ca',
    column: 'clip_id',
  },
  {
    name: 'recipes/alpamayo1_5_quant/1005_7cam_gold_eval_metadb_public.parquet',
    source: 'NVlabs/alpamayo-recipes@b790b8e8',
    column: 'key',
  },
  { name: 'notebooks/nav_demo_samples.json', source: 'NVlabs/alpamayo1.5@f42e594a' },
  { name: 'data/scenes/sim_suites.csv', source: 'NVlabs/alpasim@3032e0cf' },
];

const fingerprint = (id) => createHash('sha256').update(id).digest().subarray(0, BYTES);
const entries = [];
for (const { name, source, column } of LISTS) {
  const ids = [...new Set(await idsOf(`${folder}/${name}`, column))].sort();
  const fingerprints = Buffer.concat(ids.map(fingerprint)).toString('hex');
  entries.push({ name, source, drives: ids.length, fingerprints });
}
const text = `// Written by scripts/distil/known-evaluation.mjs.

/** A public list, and the first ${BYTES} bytes of the SHA-256 of each of its drive ids, as hex, end to end. */
export const KNOWN_EVALUATION_IDS = ${JSON.stringify(entries, null, 2)} as const;
`;
await writeFile(
  new URL('../../packages/teacher-export/src/known-evaluation-ids.ts', import.meta.url),
  text,
);

async function idsOf(path, column) {
  const bytes = await readFile(path);
  if (path.endsWith('.json')) return JSON.parse(bytes.toString()).map((row) => row.clip_id);
  if (path.endsWith('.csv')) {
    const ids = bytes.toString().match(/clipgt-[0-9a-f-]{36}/g);
    return ids.map((id) => id.slice('clipgt-'.length));
  }
  const { columns } = await readTable(bytes, [column]);
  return columns.get(column);
}
