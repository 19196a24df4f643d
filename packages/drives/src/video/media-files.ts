import { randomUUID } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DrivesweepError } from '@drivesweep/contracts';
import type { MediaRef, ObjectStore } from '@drivesweep/contracts';

export type Mp4Ref = Extract<MediaRef, { kind: 'mp4' }>;

/** A media that ffmpeg can open as long as the lease is held. */
interface MediaLease {
  readonly url: string;
  release(): Promise<void>;
}

/** Bytes per read from the store: bounds memory, and how long a copy goes on that nobody waits for. */
const CHUNK_BYTES = 8 * 2 ** 20;

/** A copy of a media in the scratch folder. */
interface Copy {
  readonly path: string;
  readonly bytes: number;
  users: number;
  /** Everyone left before it was whole: copying stops at the next chunk. */
  abandoned: boolean;
  done: Promise<void>;
}

/**
 * Makes media readable for a program on this machine: in place where the store has a local path, else through a
 * copy in the scratch folder.
 *
 * A copy: copying -> in use (users > 0) -> idle -> in use ... -> deleted
 * It is shared by everyone who wants the same media at the same time. Idle copies stay within `idleBytes`, least
 * recently used first out, so that the next shard of the drive finds them. A copy that failed, or that all users
 * left before it was whole, is deleted at once.
 */
export class MediaFiles {
  readonly #store: ObjectStore;
  readonly #scratchDir: string;
  readonly #idleBytes: number;
  /** In order of last use. */
  readonly #copies = new Map<string, Copy>();

  constructor(store: ObjectStore, scratchDir: string, idleBytes: number) {
    this.#store = store;
    this.#scratchDir = scratchDir;
    this.#idleBytes = idleBytes;
  }

  /** Errors: the store's, or the reason of the signal. */
  async lease(media: Mp4Ref, signal: AbortSignal): Promise<MediaLease> {
    const path = this.#store.localPath(media.key);
    if (path !== null) {
      const end = media.offset + media.bytes;
      // The path comes last and is taken as it is, whatever characters it holds.
      const url = `subfile,,start,${media.offset},end,${end},,:file:${path}`;
      return { url, release: () => Promise.resolve() };
    }
    const name = mediaName(media);
    const copy = this.#copies.get(name) ?? this.#startCopy(media);
    this.#copies.delete(name);
    this.#copies.set(name, copy);
    copy.users += 1;
    try {
      await untilAborted(copy.done, signal);
    } catch (error) {
      await this.#leave(name, copy);
      throw error;
    }
    return { url: `file:${copy.path}`, release: () => this.#release(copy) };
  }

  /** Deletes every idle copy. */
  async close(): Promise<void> {
    await this.#shrinkTo(0);
  }

  #startCopy(media: Mp4Ref): Copy {
    const path = join(this.#scratchDir, `media-${randomUUID()}.mp4`);
    const done = Promise.resolve();
    const copy: Copy = { path, bytes: media.bytes, users: 0, abandoned: false, done };
    copy.done = this.#fill(copy, media);
    return copy;
  }

  async #fill(copy: Copy, media: Mp4Ref): Promise<void> {
    const whole = await this.#store.head(media.key);
    if (!whole) throw new DrivesweepError('OBJECT_NOT_FOUND', `no object ${media.key}`);
    // An archive that was cut off holds only the beginning of the media: that much of it can still be decoded.
    const end = Math.min(media.offset + media.bytes, whole.bytes);
    await this.#write(copy.path, async (append) => {
      for (let at = media.offset; at < end && !copy.abandoned; at += CHUNK_BYTES) {
        const length = Math.min(CHUNK_BYTES, end - at);
        await append(await this.#store.getRange(media.key, at, length));
      }
    });
  }

  async #write(
    path: string,
    produce: (append: (bytes: Uint8Array) => Promise<void>) => Promise<void>,
  ): Promise<void> {
    await mkdir(this.#scratchDir, { recursive: true });
    const file = await open(path, 'wx');
    try {
      await produce(async (bytes) => {
        await file.writeFile(bytes);
      });
    } finally {
      await file.close();
    }
  }

  async #release(copy: Copy): Promise<void> {
    copy.users -= 1;
    await this.#shrinkTo(this.#idleBytes);
  }

  async #leave(name: string, copy: Copy): Promise<void> {
    copy.users -= 1;
    if (copy.users > 0) return;
    copy.abandoned = true;
    if (this.#copies.get(name) === copy) this.#copies.delete(name);
    await copy.done.catch(() => undefined);
    await rm(copy.path, { force: true });
  }

  async #discard(name: string, copy: Copy): Promise<void> {
    if (this.#copies.get(name) === copy) this.#copies.delete(name);
    await rm(copy.path, { force: true });
  }

  async #shrinkTo(idleBytes: number): Promise<void> {
    const idle = [...this.#copies].filter(([, copy]) => copy.users === 0);
    let bytes = idle.reduce((sum, [, copy]) => sum + copy.bytes, 0);
    for (const [name, copy] of idle) {
      if (bytes <= idleBytes) return;
      bytes -= copy.bytes;
      await this.#discard(name, copy);
    }
  }
}

/** The promise, or the reason of the signal as soon as it is aborted. */
async function untilAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  let onAbort = () => undefined;
  const aborted = new Promise<void>((resolve) => {
    onAbort = () => {
      resolve();
      return undefined;
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    await Promise.race([promise, aborted]);
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Names a media within its store. */
export function mediaName(media: Mp4Ref): string {
  return `${media.offset}+${media.bytes} ${media.key}`;
}
