import {
  DrivesweepError,
  keys,
  manifestEntrySchema,
  manifestSchema,
  planIndexSchema,
  sha256Hex,
  sweepSpecSchema,
} from '@drivesweep/contracts';
import type {
  Manifest,
  ManifestEntry,
  ObjectStore,
  PlanIndex,
  SweepSpec,
} from '@drivesweep/contracts';

/**
 * The documents of a sweep, read from the store and checked.
 * Errors: OBJECT_NOT_FOUND, SCHEMA_UNSUPPORTED, PART_CORRUPT for what has a hash, STORE_*.
 */

interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: Error };
}

const decoder = new TextDecoder();

/** @throws SWEEP_NOT_FOUND when the store has no such sweep */
export async function readSpec(store: ObjectStore, sweepId: string): Promise<SweepSpec> {
  const key = keys.spec(sweepId);
  if (!(await store.head(key))) {
    throw new DrivesweepError('SWEEP_NOT_FOUND', `no sweep ${sweepId} in ${store.uri}`, {
      hint: 'drivesweep list shows the sweeps of a coordinator',
    });
  }
  return parseDocument(sweepSpecSchema, key, await store.get(key));
}

/** @throws SWEEP_STATE when the sweep is not sealed yet */
export async function readManifest(store: ObjectStore, sweepId: string): Promise<Manifest> {
  const key = keys.manifest(sweepId);
  if (!(await store.head(key))) {
    throw new DrivesweepError('SWEEP_STATE', `sweep ${sweepId} is not sealed yet`, {
      hint: `go on with it: drivesweep resume ${sweepId}`,
    });
  }
  return parseDocument(manifestSchema, key, await store.get(key));
}

export async function readPlanIndex(store: ObjectStore, sweepId: string): Promise<PlanIndex> {
  const key = keys.planIndex(sweepId);
  return parseDocument(planIndexSchema, key, await store.get(key));
}

/** The shards of a sealed sweep in plan order, one chunk in memory at a time. */
export async function* manifestEntries(
  store: ObjectStore,
  manifest: Manifest,
): AsyncIterable<ManifestEntry> {
  for (const chunk of manifest.chunks) {
    const bytes = await readVerified(store, chunk);
    for (const line of decoder.decode(bytes).split('\n')) {
      if (line !== '') yield parseText(manifestEntrySchema, chunk.key, line);
    }
  }
}

/** @throws PART_CORRUPT when the bytes are not those that manifest or plan name */
export async function readVerified(
  store: ObjectStore,
  chunk: { readonly key: string; readonly sha256: string },
): Promise<Uint8Array> {
  const bytes = await store.get(chunk.key);
  const found = sha256Hex(bytes);
  if (found === chunk.sha256) return bytes;
  throw new DrivesweepError(
    'PART_CORRUPT',
    `${chunk.key}: SHA-256 should be ${chunk.sha256}, found ${found}`,
    { hint: 'the object was changed after it was written: restore it' },
  );
}

function parseDocument<T>(schema: Schema<T>, key: string, bytes: Uint8Array): T {
  return parseText(schema, key, decoder.decode(bytes));
}

function parseText<T>(schema: Schema<T>, key: string, text: string): T {
  const parsed = schema.safeParse(parseJson(key, text));
  if (parsed.success) return parsed.data;
  throw new DrivesweepError('SCHEMA_UNSUPPORTED', `${key} is not what this version writes`, {
    hint: 'it was written by another version of drivesweep',
    cause: parsed.error,
  });
}

function parseJson(key: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DrivesweepError('SCHEMA_UNSUPPORTED', `${key} is not JSON`, { cause });
  }
}
