import {
  decodePlanChunk,
  DrivesweepError,
  keys,
  manifestEntrySchema,
  manifestSchema,
  planIndexSchema,
  scoringIdOf,
  sha256Hex,
  sweepSpecSchema,
} from '@drivesweep/contracts';
import type { Manifest, ManifestEntry, ObjectStore, Shard, SweepSpec } from '@drivesweep/contracts';
import { createWindowScorer, scoringDescription } from '@drivesweep/scoring';
import type { MetricInfo } from '@drivesweep/scoring';
import { jsonOf } from './json-text.ts';

/** A sweep that is sealed, and how this version scores it. */
export interface SealedSweep {
  readonly spec: SweepSpec;
  readonly manifest: Manifest;
  readonly scoringId: string;
  /** One per column of its score parts. */
  readonly metrics: readonly MetricInfo[];
}

interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: Error };
}

/** Errors: SWEEP_NOT_FOUND, SWEEP_STATE when it is not sealed, SCHEMA_UNSUPPORTED, STORE_*. */
export async function readSealedSweep(store: ObjectStore, sweepId: string): Promise<SealedSweep> {
  const spec = await readDocument(store, keys.spec(sweepId), sweepSpecSchema, () => {
    return new DrivesweepError('SWEEP_NOT_FOUND', `there is no sweep ${sweepId} in ${store.uri}`, {
      hint: 'name another store with --store',
    });
  });
  const manifest = await readDocument(store, keys.manifest(sweepId), manifestSchema, () => {
    return new DrivesweepError('SWEEP_STATE', `sweep ${spec.name} (${sweepId}) is not sealed yet`, {
      hint: `let it go on: drivesweep resume ${sweepId}`,
    });
  });
  const { samples, horizonSteps, stepUs } = spec;
  const parameters = { samples, horizonSteps, stepS: stepUs / 1e6 };
  return {
    spec,
    manifest,
    scoringId: scoringIdOf(scoringDescription(parameters)),
    metrics: createWindowScorer(parameters).metrics,
  };
}

/** The shards of a sealed sweep in plan order, one chunk in memory at a time. Errors: PART_CORRUPT, SCHEMA_UNSUPPORTED. */
export async function* manifestEntries(
  store: ObjectStore,
  manifest: Manifest,
): AsyncGenerator<ManifestEntry> {
  for (const chunk of manifest.chunks) {
    const text = new TextDecoder().decode(await readVerified(store, chunk));
    for (const line of text.split('\n')) {
      if (line !== '') yield parsed(chunk.key, manifestEntrySchema, jsonOf(line));
    }
  }
}

/** The shards of a sweep's plan in its order, one chunk in memory at a time. Errors: PART_CORRUPT, SCHEMA_UNSUPPORTED. */
export async function* planShards(store: ObjectStore, sweepId: string): AsyncGenerator<Shard> {
  const key = keys.planIndex(sweepId);
  const { chunks } = parsed(key, planIndexSchema, jsonOf(await store.get(key)));
  for (const chunk of chunks) yield* planOf(chunk.key, await readVerified(store, chunk));
}

function planOf(key: string, bytes: Uint8Array): Shard[] {
  try {
    return decodePlanChunk(bytes);
  } catch (cause) {
    throw unsupported(key, cause);
  }
}

async function readDocument<T>(
  store: ObjectStore,
  key: string,
  schema: Schema<T>,
  absent: () => DrivesweepError,
): Promise<T> {
  if (!(await store.head(key))) throw absent();
  return parsed(key, schema, jsonOf(await store.get(key)));
}

async function readVerified(
  store: ObjectStore,
  { key, sha256 }: { readonly key: string; readonly sha256: string },
): Promise<Uint8Array> {
  const bytes = await store.get(key);
  const found = sha256Hex(bytes);
  if (found === sha256) return bytes;
  throw new DrivesweepError('PART_CORRUPT', `${key}: expected SHA-256 ${sha256}, found ${found}`, {
    hint: 'the object was changed after it was written: restore it',
  });
}

function parsed<T>(key: string, schema: Schema<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw unsupported(key, result.error);
}

function unsupported(key: string, cause: unknown): DrivesweepError {
  return new DrivesweepError('SCHEMA_UNSUPPORTED', `${key} is not what this version writes`, {
    hint: 'read it with the version of drivesweep that wrote it',
    cause,
  });
}
