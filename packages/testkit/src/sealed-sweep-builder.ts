import {
  addRowCounts,
  canonicalJson,
  keys,
  NO_ROWS,
  PREDICTION_SCHEMA_VERSION,
  PREPROCESSING_VERSION,
  sha256Hex,
  sweepIdOf,
  windowIdOf,
} from '@drivesweep/contracts';
import type {
  Commit,
  Manifest,
  ManifestEntry,
  ObjectStore,
  OkPrediction,
  PartMetadata,
  PlanIndex,
  PolicySample,
  PredictionRow,
  RowCounts,
  SweepSpec,
} from '@drivesweep/contracts';
import type { EgoPath } from '@drivesweep/geometry';

/** The spec of a kinematic sweep with 4 steps of future at 10 Hz. */
export function buildSpec(changes: Partial<SweepSpec> = {}): SweepSpec {
  const spec = {
    schema: 'sweep/1' as const,
    name: 'built',
    policy: {
      kind: 'kinematic' as const,
      name: 'kinematic:constant-velocity',
      version: '1',
      uri: null,
      bundleSha256: 'ab'.repeat(32),
    },
    dataset: {
      layout: 'comma2k19' as const,
      uri: '/data',
      revision: null,
      fingerprint: 'cd'.repeat(32),
    },
    drives: { split: null, ids: null, limit: null },
    windows: { kind: 'every' as const, everyUs: 100_000 },
    samples: 1,
    seed: 7,
    historySteps: 4,
    horizonSteps: 4,
    stepUs: 100_000,
    preprocessing: PREPROCESSING_VERSION,
    errorBudget: null,
    acceptLicences: [],
    ...changes,
  };
  return { ...spec, sweepId: sweepIdOf(spec) };
}

/** A window of a car that drives straight on at 10 m/s, answered `lateralM` to the left of what it did. */
export function buildOkPrediction(
  t0Us: number,
  { lateralM = 0, facts = {}, steps = 4, obstacles = null }: BuiltPrediction = {},
): OkPrediction {
  return {
    status: 'ok',
    windowId: windowIdOf('drive', t0Us),
    driveId: 'drive',
    t0Us,
    facts,
    history: straight(steps, (step) => step - steps + 1, 0),
    future: straight(steps, (step) => step + 1, 0),
    v0Mps: 10,
    obstacles,
    egoBox: null,
    samples: [{ ...straight(steps, (step) => step + 1, lateralM), ...NO_DETAILS }],
  };
}

export interface BuiltPrediction {
  readonly lateralM?: number;
  readonly facts?: Readonly<Record<string, string>>;
  readonly steps?: number;
  readonly obstacles?: OkPrediction['obstacles'];
}

const NO_DETAILS: Omit<PolicySample, keyof EgoPath> = {
  accel: null,
  curvature: null,
  trace: null,
  tokenIds: null,
  logprobs: null,
  topTokens: null,
  finishReason: null,
  probability: null,
};

function straight(steps: number, xM: (step: number) => number, yM: number): EgoPath {
  const zeros = () => new Float64Array(steps);
  return {
    x: Float64Array.from({ length: steps }, (_, step) => xM(step)),
    y: zeros().fill(yM),
    z: zeros(),
    yaw: zeros(),
  };
}

/** The rows of one shard; a number instead for a shard that has no answer, and how many windows it had. */
export type BuiltShard = readonly PredictionRow[] | number;

/** Writes a sweep with these shards into a store, as workers and coordinator leave it at the seal. */
export async function buildSealedSweep(
  store: ObjectStore,
  spec: SweepSpec,
  shards: readonly BuiltShard[],
  encodePart: (rows: readonly PredictionRow[], metadata: PartMetadata) => Uint8Array,
  generation = 1,
): Promise<Manifest> {
  const { sweepId } = spec;
  const entries: ManifestEntry[] = [];
  for (const [index, rows] of shards.entries()) {
    const shardId = index.toString().padStart(16, '0');
    if (typeof rows === 'number') {
      const failure = { code: 'ENGINE_CRASHED', message: 'built as missing' };
      entries.push({ index, shardId, part: null, rows: { ...NO_ROWS, expected: rows }, failure });
      continue;
    }
    const commit = commitOf(sweepId, shardId, rows, encodePart(rows, metadataOf(spec, shardId)));
    await store.put(commit.part.key, commit.bytes);
    await putJson(store, keys.predictionCommit(sweepId, shardId), commit.commit);
    entries.push({ index, shardId, part: commit.part, rows: commit.commit.rows, failure: null });
  }
  const manifest = await putManifest(store, sweepId, generation, entries);
  const plan: PlanIndex = {
    schema: 'plan/1',
    sweepId,
    drives: 1,
    shards: entries.length,
    windows: manifest.counts.expected,
    chunks: [],
  };
  await putJson(store, keys.planIndex(sweepId), plan);
  await putJson(store, keys.spec(sweepId), spec);
  return manifest;
}

function commitOf(
  sweepId: string,
  shardId: string,
  rows: readonly PredictionRow[],
  bytes: Uint8Array,
): { readonly commit: Commit; readonly part: Commit['part']; readonly bytes: Uint8Array } {
  const key = keys.predictionPart(sweepId, shardId, 1, 'built');
  const part = { key, sha256: sha256Hex(bytes), bytes: bytes.length };
  const commit: Commit = {
    schema: 'commit/1',
    sweepId,
    shardId,
    part,
    rows: countsOf(rows),
    errors: {},
    writer: 'built',
    attempt: 1,
    committedAt: '2026-01-01T00:00:00.000Z',
    provider: 'none',
    software: {},
  };
  return { commit, part, bytes };
}

function countsOf(rows: readonly PredictionRow[]): RowCounts {
  const count = (status: PredictionRow['status']) =>
    rows.filter((row) => row.status === status).length;
  return {
    expected: rows.length,
    ok: count('ok'),
    error: count('error'),
    skipped: count('skipped'),
  };
}

function metadataOf(spec: SweepSpec, shardId: string): PartMetadata {
  return {
    schemaVersion: PREDICTION_SCHEMA_VERSION,
    sweepId: spec.sweepId,
    shardId,
    bundleSha256: spec.policy.bundleSha256,
    provider: 'none',
    stepUs: spec.stepUs,
    software: {},
  };
}

async function putManifest(
  store: ObjectStore,
  sweepId: string,
  generation: number,
  entries: readonly ManifestEntry[],
): Promise<Manifest> {
  const text = entries.map((entry) => `${canonicalJson(entry)}\n`).join('');
  const bytes = new TextEncoder().encode(text);
  const key = keys.manifestChunk(sweepId, generation, 0);
  await store.put(key, bytes);
  const absent = entries.filter((entry) => entry.part === null);
  const rows = entries.reduce((sum, entry) => addRowCounts(sum, entry.rows), NO_ROWS);
  const missing = absent.reduce((sum, entry) => sum + entry.rows.expected, 0);
  const manifest: Manifest = {
    schema: 'manifest/1',
    sweepId,
    generation,
    outcome: absent.length === 0 ? 'complete' : 'partial',
    reason: absent.length === 0 ? null : 'built with missing shards',
    counts: { ...rows, missing },
    errors: {},
    shards: {
      total: entries.length,
      committed: entries.length - absent.length,
      missing: absent.length,
    },
    chunks: [{ key, sha256: sha256Hex(bytes), shards: entries.length }],
    sealedAt: '2026-01-01T00:00:00.000Z',
  };
  await putJson(store, keys.manifest(sweepId), manifest);
  return manifest;
}

async function putJson(store: ObjectStore, key: string, value: unknown): Promise<void> {
  await store.put(key, new TextEncoder().encode(canonicalJson(value)));
}
