// What is left when a sweep has ended: read from the store alone.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openObjectStore, readPart } from '@drivesweep/object-store';
import { decodePredictionPart } from '@drivesweep/parquet-io';

/** Every row that the manifest names: how many windows there are, how often each, and in what order. */
async function windowsOf(store, manifest) {
  const seen = new Map();
  for (const { key } of manifest.chunks) {
    const lines = Buffer.from(await store.get(key))
      .toString('utf8')
      .trim()
      .split('\n');
    for (const { part } of lines.map((line) => JSON.parse(line))) {
      if (part === null) continue;
      for (const { windowId } of decodePredictionPart(await readPart(store, part)).rows) {
        seen.set(windowId, (seen.get(windowId) ?? 0) + 1);
      }
    }
  }
  return seen;
}

/** The state of a sealed sweep in a folder. */
export async function outcomeOf(folder, sweepId) {
  const store = openObjectStore(folder);
  const sweep = join(folder, 'sweeps', sweepId);
  const manifest = JSON.parse(readFileSync(join(sweep, 'manifest.json'), 'utf8'));
  const windows = await windowsOf(store, manifest);
  const [scorecard] = readdirSync(join(sweep, 'scorecards'));
  return {
    outcome: manifest.outcome,
    generation: manifest.generation,
    counts: manifest.counts,
    shards: manifest.shards,
    windows: windows.size,
    windowsTwice: [...windows.values()].filter((times) => times > 1).length,
    parts: readdirSync(join(sweep, 'predictions')).filter((name) => name.endsWith('.parquet'))
      .length,
    scorecardSha256: createHash('sha256')
      .update(readFileSync(join(sweep, 'scorecards', scorecard)))
      .digest('hex'),
  };
}

/**
 * What the workers did, from their logs: `started` counts the windows of every shard that was begun, `computed` those of
 * which the engine gave an answer, `committed` those whose commit stood. A shard that died half way counts as begun in
 * full, so the waste is an upper bound.
 */
export function workOf(logFolder) {
  const work = { started: 0, computed: 0, committed: 0 };
  const events = {};
  const names = readdirSync(logFolder).filter((name) => name.startsWith('gpu-worker'));
  for (const line of names.flatMap((name) =>
    readFileSync(join(logFolder, name), 'utf8').split('\n'),
  )) {
    if (!line.startsWith('{')) continue;
    const { msg, windows = 0, event } = parse(line);
    if (msg === undefined) continue;
    events[event ?? msg] = (events[event ?? msg] ?? 0) + 1;
    if (msg === 'shard started') work.started += windows;
    if (msg === 'shard committed' || msg === 'shard lost') work.computed += windows;
    if (msg === 'shard committed') work.committed += windows;
  }
  return { ...work, events };
}

/** A line of a process that was killed while it wrote is not JSON. */
function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}
