import {
  canonicalJson,
  DrivesweepError,
  keys,
  manifestSchema,
  planIndexSchema,
  scorecardSchema,
  sweepSpecSchema,
} from '@drivesweep/contracts';
import type { Manifest, ObjectStore, PlanIndex, Scorecard, SweepSpec } from '@drivesweep/contracts';
import { z } from 'zod';

/**
 * The documents of sweeps in the store. What this coordinator writes it reads again after it was killed, so nothing
 * that decides the course of a sweep is only in memory.
 * Errors: STORE_*, SCHEMA_UNSUPPORTED for a document that this version does not know.
 */
export class SweepStore {
  readonly objects: ObjectStore;

  constructor(objects: ObjectStore) {
    this.objects = objects;
  }

  /** Ids of all sweeps. */
  async *sweepIds(): AsyncIterable<string> {
    const prefix = keys.sweepIndex();
    for await (const { key } of this.objects.list(prefix)) yield key.slice(prefix.length);
  }

  /** Creates the sweep, and says whether it was there already. */
  async createSpec(spec: SweepSpec): Promise<'created' | 'exists'> {
    await this.objects.put(keys.sweepIndexEntry(spec.sweepId), encode({}));
    return this.objects.putIfAbsent(keys.spec(spec.sweepId), encode(spec));
  }

  readSpec(sweepId: string): Promise<SweepSpec | undefined> {
    return this.#read(keys.spec(sweepId), sweepSpecSchema);
  }

  readPlanIndex(sweepId: string): Promise<PlanIndex | undefined> {
    return this.#read(keys.planIndex(sweepId), planIndexSchema);
  }

  /** Returns the index that counts: the one that was there first. */
  async createPlanIndex(index: PlanIndex): Promise<PlanIndex> {
    const created = await this.objects.putIfAbsent(keys.planIndex(index.sweepId), encode(index));
    if (created === 'created') return index;
    return (await this.readPlanIndex(index.sweepId)) ?? index;
  }

  async isCancelled(sweepId: string): Promise<boolean> {
    return (await this.objects.head(keys.cancelled(sweepId))) !== undefined;
  }

  cancel(sweepId: string, at: Date): Promise<void> {
    return this.objects.put(keys.cancelled(sweepId), encode({ cancelledAt: at.toISOString() }));
  }

  uncancel(sweepId: string): Promise<void> {
    return this.objects.delete(keys.cancelled(sweepId));
  }

  /** The generation that a sweep which was sealed as partial is resumed for. */
  async readResumed(sweepId: string): Promise<number | undefined> {
    return (await this.#read(keys.resumed(sweepId), resumedSchema))?.generation;
  }

  markResumed(sweepId: string, generation: number): Promise<void> {
    return this.objects.put(keys.resumed(sweepId), encode({ generation }));
  }

  clearResumed(sweepId: string): Promise<void> {
    return this.objects.delete(keys.resumed(sweepId));
  }

  readManifest(sweepId: string): Promise<Manifest | undefined> {
    return this.#read(keys.manifest(sweepId), manifestSchema);
  }

  readGeneration(sweepId: string, generation: number): Promise<Manifest | undefined> {
    return this.#read(keys.manifestGeneration(sweepId, generation), manifestSchema);
  }

  /** Keeps the manifest for good under its generation, and then makes it the one that readers take. */
  async createManifest(manifest: Manifest): Promise<Manifest> {
    const { sweepId, generation } = manifest;
    const key = keys.manifestGeneration(sweepId, generation);
    const created = await this.objects.putIfAbsent(key, encode(manifest));
    const standing =
      created === 'created' ? manifest : await this.readGeneration(sweepId, generation);
    return this.publishManifest(standing ?? manifest);
  }

  /** The second half of createManifest: also for a coordinator that was killed between the two. */
  async publishManifest(manifest: Manifest): Promise<Manifest> {
    await this.objects.put(keys.manifest(manifest.sweepId), encode(manifest));
    await this.clearResumed(manifest.sweepId);
    return manifest;
  }

  readScorecard(sweepId: string, scoringId: string): Promise<Scorecard | undefined> {
    return this.#read(keys.scorecard(sweepId, scoringId), scorecardSchema);
  }

  deleteScorecard(sweepId: string, scoringId: string): Promise<void> {
    return this.objects.delete(keys.scorecard(sweepId, scoringId));
  }

  async #read<T>(key: string, schema: z.ZodType<T>): Promise<T | undefined> {
    let bytes: Uint8Array;
    try {
      bytes = await this.objects.get(key);
    } catch (thrown) {
      if (thrown instanceof DrivesweepError && thrown.code === 'OBJECT_NOT_FOUND') return undefined;
      throw thrown;
    }
    try {
      return schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    } catch (cause) {
      throw new DrivesweepError('SCHEMA_UNSUPPORTED', `${key} is not what this version writes`, {
        hint: 'It was written by another version of drivesweep, or changed by hand.',
        cause,
      });
    }
  }
}

const resumedSchema = z.strictObject({ generation: z.int().positive() });

export function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${canonicalJson(value)}\n`);
}
