import { createHash } from 'node:crypto';
import { canonicalJson, commitSchema, DrivesweepError, isConserved } from '@drivesweep/contracts';
import type { Commit, ObjectStore } from '@drivesweep/contracts';

/*
 * How one part becomes a shard's answer, once, whoever dies on the way (after S3A's committers and delta-rs: data
 * first, then one object put only if absent).
 *
 *   WRITING     the part is put under a key that only this attempt uses
 *      | done -> CLAIMING
 *      | error or death: a part that no commit names; nobody reads it; garbage
 *   CLAIMING    the commit is put if absent
 *      | created -> COMMITTED
 *      | exists  -> JUDGING
 *      | error or death: nobody knows whether the commit is there, so the part is left alone. If it is, the shard is
 *      |   done and the next attempt finds it; if not, the part is garbage
 *   JUDGING     the commit that is there is read
 *      | writer is this attempt -> COMMITTED: our own put, whose answer was lost
 *      | writer is another      -> LOST
 *      | nothing there          -> CLAIMING: it was deleted with its sweep in between; a few times, then an error
 *      | error or death: as in CLAIMING
 *   COMMITTED   final: the part is the answer
 *   LOST        the own part is deleted; failing to do so leaves garbage and changes nothing; final
 *
 * The part is deleted in LOST only. There another writer's commit was read, commits are never replaced, and so no
 * put of ours that is still on its way can succeed any more.
 */

export interface CommitRequest {
  readonly store: ObjectStore;
  readonly commitKey: string;
  /** `key` is used by this attempt only. */
  readonly part: { readonly key: string; readonly bytes: Uint8Array };
  /** `writer` is unique per attempt. */
  readonly commit: Omit<Commit, 'part'>;
}

export interface CommitResult {
  readonly outcome: 'committed' | 'lost';
  /** The one that is in the store: the winner's. */
  readonly commit: Commit;
}

const CLAIMS = 3;
const utf8 = new TextEncoder();

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Writes the part and tries to make it the shard's answer; the first writer wins. Errors are those of the store. */
export async function commitPart(request: CommitRequest): Promise<CommitResult> {
  const { store, commitKey, part } = request;
  const commit: Commit = {
    ...request.commit,
    part: { key: part.key, sha256: sha256Of(part.bytes), bytes: part.bytes.length },
  };
  if (!isConserved(commit.rows)) {
    throw new DrivesweepError(
      'INTERNAL',
      `${commitKey}: rows are not conserved: ${canonicalJson(commit.rows)}`,
    );
  }
  await store.put(part.key, part.bytes);
  const winner = await claim(store, commitKey, commit);
  if (winner.writer === commit.writer) return { outcome: 'committed', commit: winner };
  if (winner.part.key !== part.key) await deleteQuietly(store, part.key);
  return { outcome: 'lost', commit: winner };
}

/** CLAIMING and JUDGING: returns the commit that stands. */
async function claim(store: ObjectStore, commitKey: string, commit: Commit): Promise<Commit> {
  const bytes = utf8.encode(canonicalJson(commit));
  for (let n = 0; n < CLAIMS; n += 1) {
    if ((await store.putIfAbsent(commitKey, bytes)) === 'created') return commit;
    const existing = await readCommit(store, commitKey);
    if (existing !== undefined) return existing;
  }
  throw new DrivesweepError(
    'STORE_UNAVAILABLE',
    `${commitKey} exists when written and is gone when read, ${CLAIMS} times`,
    { hint: 'Is something deleting this sweep?' },
  );
}

async function deleteQuietly(store: ObjectStore, key: string): Promise<void> {
  try {
    await store.delete(key);
  } catch {
    // A part that no commit names is garbage, found by its age.
  }
}

/** The commit of this key; undefined when there is none. Throws SCHEMA_UNSUPPORTED when it cannot be understood. */
export async function readCommit(store: ObjectStore, key: string): Promise<Commit | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await store.get(key);
  } catch (thrown) {
    if (thrown instanceof DrivesweepError && thrown.code === 'OBJECT_NOT_FOUND') return undefined;
    throw thrown;
  }
  try {
    return commitSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new DrivesweepError('SCHEMA_UNSUPPORTED', `${key} is not a commit of version 1`, {
      hint: 'Read it with the version of drivesweep that wrote it.',
      cause,
    });
  }
}

/** The bytes of a committed part. Throws PART_CORRUPT when they are not those that were committed. */
export async function readPart(store: ObjectStore, part: Commit['part']): Promise<Uint8Array> {
  const bytes = await store.get(part.key);
  const sha256 = sha256Of(bytes);
  if (sha256 === part.sha256) return bytes;
  throw new DrivesweepError(
    'PART_CORRUPT',
    `${part.key}: ${bytes.length} bytes with SHA-256 ${sha256}, committed were ${part.bytes} with ${part.sha256}`,
    { hint: 'The object was changed or damaged: restore it, or compute the sweep in a new store.' },
  );
}
