import { DrivesweepError } from '@drivesweep/contracts';
import type { ObjectStore, Policy } from '@drivesweep/contracts';
import { createKinematicPolicy } from '@drivesweep/policy-kinematic';
import { bundleRef, loadOnnxPolicy, openBundle, requireLicence } from '@drivesweep/policy-onnx';
import type { LoadOptions } from '@drivesweep/policy-onnx';
import type { EngineSweep } from '../protocol.ts';

/** Loads the policy of a sweep. */
export type LoadPolicy = (sweep: EngineSweep) => Promise<Policy>;

/**
 * Loads kinematic policies and bundles; a bundle must be the very one that the sweep was made for.
 * Errors: BUNDLE_HASH_MISMATCH, LICENCE_NOT_ACCEPTED, PROVIDER_UNAVAILABLE and others of policy-onnx.
 */
export function policyLoader(
  openStore: (uri: string) => ObjectStore,
  options: LoadOptions,
): LoadPolicy {
  return async ({ policy: ref, acceptLicences }) => {
    if (ref.kind === 'kinematic' || ref.uri === null) return createKinematicPolicy(ref);
    const bundle = await openBundle(openStore(ref.uri));
    const found = bundleRef(bundle, ref.uri);
    if (found.bundleSha256 !== ref.bundleSha256) {
      throw new DrivesweepError(
        'BUNDLE_HASH_MISMATCH',
        `the bundle at ${ref.uri} has hash ${found.bundleSha256}, the sweep was made for ${ref.bundleSha256}`,
        { hint: 'put the old bundle back, or submit a new sweep for the new one' },
      );
    }
    requireLicence(bundle.manifest, acceptLicences);
    return loadOnnxPolicy(bundle, options);
  };
}

interface Entry {
  readonly policy: Promise<Policy>;
  users: number;
}

/** A policy in use. */
export interface Borrowed {
  readonly policy: Policy;
  readonly release: () => void;
}

/**
 * Policies that are loaded, by the hash of their bundle. At most `capacity` stay; the least recently used goes first, and
 * never one that a shard is using.
 */
export class PolicyShelf {
  readonly #load: LoadPolicy;
  readonly #capacity: number;
  readonly #entries = new Map<string, Entry>();

  constructor(load: LoadPolicy, capacity: number) {
    this.#load = load;
    this.#capacity = capacity;
  }

  /** Errors: those of loading; a policy that did not load is tried again by the next shard. */
  async borrow(sweep: EngineSweep): Promise<Borrowed> {
    const key = sweep.policy.bundleSha256;
    const entry = this.#entries.get(key) ?? { policy: this.#loadWithRoom(sweep), users: 0 };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.users += 1;
    try {
      const policy = await entry.policy;
      void this.#closeUnused(this.#capacity);
      return {
        policy,
        release: () => {
          entry.users -= 1;
          void this.#closeUnused(this.#capacity);
        },
      };
    } catch (thrown) {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      throw thrown;
    }
  }

  close(): Promise<void> {
    return this.#closeUnused(0);
  }

  /** A device that has no memory for the policy may have it once those that nobody uses are gone. */
  async #loadWithRoom(sweep: EngineSweep): Promise<Policy> {
    try {
      return await this.#load(sweep);
    } catch (thrown) {
      const outOfMemory =
        thrown instanceof DrivesweepError && thrown.code === 'POLICY_OUT_OF_MEMORY';
      if (!outOfMemory || ![...this.#entries.values()].some(({ users }) => users === 0))
        throw thrown;
      await this.#closeUnused(0);
      return this.#load(sweep);
    }
  }

  async #closeUnused(keep: number): Promise<void> {
    const closing: Promise<void>[] = [];
    for (const [key, { policy, users }] of this.#entries) {
      if (this.#entries.size <= keep) break;
      if (users > 0) continue;
      this.#entries.delete(key);
      closing.push(policy.then((loaded) => loaded.close()));
    }
    await Promise.allSettled(closing);
  }
}
