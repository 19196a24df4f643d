import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { GetObjectCommandInput, S3Client } from '@aws-sdk/client-s3';
import { assertKeyPrefix, assertObjectKey, DrivesweepError } from '@drivesweep/contracts';
import type { ObjectStat, ObjectStore } from '@drivesweep/contracts';
import { assertRange } from './byte-range.ts';
import { retrying } from './retry.ts';
import type { RetryPolicy } from './retry.ts';
import { readBody } from './s3-body.ts';
import { makeS3Client } from './s3-client.ts';
import { failureOf, isMissing } from './s3-errors.ts';
import type { S3Options } from './s3-options.ts';

const DEFAULT_MAX_ATTEMPTS = 6;
const DEFAULT_FIRST_PAUSE_MS = 100;

/** Objects under a prefix of an S3 bucket. `putIfAbsent` is `If-None-Match: *`. */
export class S3ObjectStore implements ObjectStore {
  readonly uri: string;
  readonly #client: S3Client;
  readonly #bucket: string;
  /** Put before each key: empty, or ends with `/`. */
  readonly #root: string;
  readonly #retry: RetryPolicy;

  constructor(bucket: string, prefix: string, options: S3Options = {}) {
    this.uri = prefix === '' ? `s3://${bucket}` : `s3://${bucket}/${prefix}`;
    this.#client = makeS3Client(options);
    this.#bucket = bucket;
    this.#root = prefix === '' ? '' : `${prefix}/`;
    this.#retry = {
      maxAttempts: options.maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
      firstPauseMs: options.firstPauseMs ?? DEFAULT_FIRST_PAUSE_MS,
      sleep: (ms) => sleep(ms),
      random: Math.random,
    };
  }

  async get(key: string): Promise<Uint8Array> {
    return this.#run('get', key, (what) => this.#read(what, key, {}));
  }

  async getRange(key: string, offset: number, length: number): Promise<Uint8Array> {
    assertRange(key, offset, length);
    // An empty range has no form in HTTP.
    if (length === 0) return this.#emptyRange(key, offset);
    return this.#run('getRange', key, async (what) => {
      const range = { Range: `bytes=${offset}-${offset + length - 1}` };
      const bytes = await this.#read(what, key, range).catch((thrown: unknown) => {
        if (failureOf(thrown).status === 416) return new Uint8Array(0);
        throw thrown;
      });
      if (bytes.length === length) return { bytes };
      // The answer was whole, so that the object is shorter: asking again would not help.
      return { shortRead: `${what}: ${bytes.length} bytes at ${offset}, asked for ${length}` };
    }).then((answer) => {
      if ('bytes' in answer) return answer.bytes;
      throw new DrivesweepError('STORE_SHORT_READ', answer.shortRead);
    });
  }

  async head(key: string): Promise<ObjectStat | undefined> {
    return this.#run('head', key, async () => {
      try {
        const found = await this.#client.send(new HeadObjectCommand(this.#object(key)));
        return { key, bytes: found.ContentLength ?? 0 };
      } catch (thrown) {
        if (isMissing(failureOf(thrown))) return undefined;
        throw thrown;
      }
    });
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.#run('put', key, async () => {
      await this.#client.send(new PutObjectCommand({ ...this.#object(key), Body: bytes }));
    });
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<'created' | 'exists'> {
    return this.#run('putIfAbsent', key, async (what) => {
      try {
        await this.#client.send(
          new PutObjectCommand({ ...this.#object(key), Body: bytes, IfNoneMatch: '*' }),
        );
        return 'created';
      } catch (thrown) {
        const { status } = failureOf(thrown);
        if (status === 412) return 'exists';
        if (status !== 501) throw thrown;
        throw new DrivesweepError(
          'STORE_NOT_CONDITIONAL',
          `${what}: the store does not implement If-None-Match`,
          { hint: 'Use a store that honours If-None-Match on PutObject.', cause: thrown },
        );
      }
    });
  }

  async delete(key: string): Promise<void> {
    await this.#run('delete', key, async () => {
      try {
        await this.#client.send(new DeleteObjectCommand(this.#object(key)));
      } catch (thrown) {
        if (!isMissing(failureOf(thrown))) throw thrown;
      }
    });
  }

  async *list(prefix: string): AsyncIterable<ObjectStat> {
    assertKeyPrefix(prefix);
    const what = `list ${prefix} in ${this.uri}`;
    let continuation: string | undefined;
    do {
      const request = new ListObjectsV2Command({
        Bucket: this.#bucket,
        Prefix: this.#root + prefix,
        ...(continuation !== undefined && { ContinuationToken: continuation }),
      });
      const page = await retrying(this.#retry, what, () => this.#client.send(request));
      for (const { Key, Size } of page.Contents ?? []) {
        // Consoles make objects like `folder/` to show empty folders.
        if (Key === undefined || Key.endsWith('/')) continue;
        yield { key: Key.slice(this.#root.length), bytes: Size ?? 0 };
      }
      continuation = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (continuation !== undefined);
  }

  localPath(): null {
    return null;
  }

  #object(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: this.#root + key };
  }

  async #read(
    what: string,
    key: string,
    range: Pick<GetObjectCommandInput, 'Range'>,
  ): Promise<Uint8Array> {
    try {
      const answer = await this.#client.send(
        new GetObjectCommand({ ...this.#object(key), ...range }),
      );
      return await readBody(what, answer.Body, answer.ContentLength);
    } catch (thrown) {
      if (!isMissing(failureOf(thrown))) throw thrown;
      throw new DrivesweepError('OBJECT_NOT_FOUND', `no object ${key} in ${this.uri}`, {
        cause: thrown,
      });
    }
  }

  async #emptyRange(key: string, offset: number): Promise<Uint8Array> {
    const found = await this.head(key);
    if (!found) throw new DrivesweepError('OBJECT_NOT_FOUND', `no object ${key} in ${this.uri}`);
    if (offset <= found.bytes) return new Uint8Array(0);
    throw new DrivesweepError('STORE_SHORT_READ', `getRange ${key}: nothing at ${offset}`);
  }

  async #run<T>(op: string, key: string, effect: (what: string) => Promise<T>): Promise<T> {
    assertObjectKey(key);
    const what = `${op} ${key} in ${this.uri}`;
    return retrying(this.#retry, what, () => effect(what));
  }
}
