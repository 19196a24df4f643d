import { DrivesweepError } from '@drivesweep/contracts';
import { buildZip, MemoryObjectStore } from '@drivesweep/testkit';
import type { BuiltMember, BuiltZipOptions } from '@drivesweep/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openZipDirectory } from './zip-directory.ts';
import type { ZipDirectory } from './zip-directory.ts';
import type { ZipMember } from './zip-format.ts';
import { locateStoredMember, readZipMember } from './zip-member.ts';

const KEY = 'labels/egomotion/egomotion.chunk_0000.zip';
const hello: BuiltMember = { name: 'hello.txt', content: Buffer.from('hello, hello, hello') };
const other: BuiltMember = { name: 'other.bin', content: new Uint8Array(1000).fill(7) };

function storeOf(bytes: Uint8Array): MemoryObjectStore {
  const store = new MemoryObjectStore();
  store.objects.set(KEY, bytes);
  return store;
}

async function open(store: MemoryObjectStore): Promise<ZipDirectory> {
  const directory = await openZipDirectory(store, KEY);
  if (!directory) throw new Error(`no ${KEY}`);
  return directory;
}

function memberOf(directory: ZipDirectory, name: string): ZipMember {
  const member = directory.members.get(name);
  if (!member) throw new Error(`no ${name}`);
  return member;
}

async function textOf(members: readonly BuiltMember[], options?: BuiltZipOptions) {
  const store = storeOf(buildZip(members, options));
  const directory = await open(store);
  const bytes = await readZipMember(store, directory, memberOf(directory, hello.name));
  return { text: Buffer.from(bytes).toString(), calls: store.calls };
}

/** What opening the archive, and then reading its first member, fails with. */
async function failureOf(bytes: Uint8Array, name = hello.name): Promise<unknown> {
  const store = storeOf(bytes);
  try {
    const directory = await open(store);
    await readZipMember(store, directory, memberOf(directory, name));
    return 'nothing';
  } catch (error) {
    return error;
  }
}

describe('a member of a zip', () => {
  it('is read with one HEAD, one read of the tail, and one range read', async () => {
    const { text, calls } = await textOf([other, hello]);
    expect(text).toBe('hello, hello, hello');
    expect(calls.map(({ op }) => op)).toEqual(['head', 'getRange', 'getRange']);
  });

  it('may be stored or deflated', async () => {
    expect((await textOf([{ ...hello, deflate: true }])).text).toBe('hello, hello, hello');
  });

  it('is found through zip64 records and behind a comment', async () => {
    expect((await textOf([other, hello], { zip64: true })).text).toBe('hello, hello, hello');
    const comment = 'PK\u0005\u0006 is how an end record starts';
    expect((await textOf([other, hello], { comment })).text).toBe('hello, hello, hello');
  });

  it('is read where its local header says, however long that is', async () => {
    const near = await textOf([{ ...hello, localExtraBytes: 24 }, other]);
    expect(near.text).toBe('hello, hello, hello');
    expect(near.calls).toHaveLength(3);
    const far = await textOf([{ ...hello, localExtraBytes: 500 }, other]);
    expect(far.text).toBe('hello, hello, hello');
    expect(far.calls).toHaveLength(4);
  });

  it('of a directory larger than the tail costs one read more', async () => {
    const many = Array.from({ length: 3000 }, (_, i) => ({
      name: `${'n'.repeat(40)}-${i}`,
      content: new Uint8Array(0),
    }));
    const { text, calls } = await textOf([hello, ...many]);
    expect(text).toBe('hello, hello, hello');
    expect(calls.map(({ op }) => op)).toEqual(['head', 'getRange', 'getRange', 'getRange']);
  });

  it('that is stored can be located without reading any of it', async () => {
    const bytes = buildZip([other, { ...hello, localExtraBytes: 500 }]);
    const store = storeOf(bytes);
    const directory = await open(store);
    store.calls.length = 0;
    const { offset, bytes: length } = await locateStoredMember(
      store,
      directory,
      memberOf(directory, hello.name),
    );
    expect(Buffer.from(bytes.subarray(offset, offset + length)).toString()).toBe(
      'hello, hello, hello',
    );
    expect(store.calls).toEqual([{ op: 'getRange', key: KEY, bytes: 30 }]);
  });
});

describe('a damaged zip', () => {
  const whole = buildZip([hello, other]);
  const unreadable = (message: string) => ({
    code: 'DRIVE_UNREADABLE',
    message: expect.stringContaining(message) as string,
  });

  it('is told from one that is not there', async () => {
    expect(await openZipDirectory(new MemoryObjectStore(), KEY)).toBeUndefined();
  });

  it('names its key and what is wrong', async () => {
    expect(await failureOf(new Uint8Array(0))).toMatchObject(unreadable(`${KEY}: it is empty`));
    expect(await failureOf(whole.subarray(0, -30))).toMatchObject(
      unreadable(`${KEY}: no end record`),
    );
    expect(await failureOf(Buffer.from('not a zip at all'))).toMatchObject(
      unreadable('no end record'),
    );
    expect(await failureOf(whole.subarray(500))).toMatchObject(unreadable('cut off: it has'));
    const miscounted = whole.slice();
    miscounted[whole.length - 12] = 1;
    expect(await failureOf(miscounted)).toMatchObject(unreadable('holds more than 1 members'));
    const crc = buildZip([{ ...hello, claims: { crc32: 1 } }]);
    expect(await failureOf(crc)).toMatchObject(unreadable('hello.txt does not have the length'));
    const outside = buildZip([{ ...hello, claims: { offset: 10_000 } }]);
    expect(await failureOf(outside)).toMatchObject(unreadable('past the members'));
    const elsewhere = buildZip([hello, { ...other, claims: { offset: 3 } }]);
    expect(await failureOf(elsewhere, other.name)).toMatchObject(unreadable('no local header'));
  });

  it('may not inflate to more than it says, nor claim more than a drive needs', async () => {
    const bomb = { name: hello.name, content: new Uint8Array(1e6), deflate: true };
    expect(await failureOf(buildZip([{ ...bomb, claims: { bytes: 100 } }]))).toMatchObject(
      unreadable('does not inflate to 100 bytes'),
    );
    expect(await failureOf(buildZip([{ ...bomb, claims: { bytes: 1e9 } }]))).toMatchObject(
      unreadable('claims 1000000000 bytes'),
    );
  });

  it('never gives other bytes than were put in, wherever one byte is changed', async () => {
    const content = Buffer.from('hello, hello, hello');
    const at = fc.nat(whole.length - 1);
    await fc.assert(
      fc.asyncProperty(at, fc.integer({ min: 1, max: 255 }), async (offset, change) => {
        const bytes = whole.slice();
        bytes[offset] = (bytes[offset] ?? 0) ^ change;
        const store = storeOf(bytes);
        try {
          const directory = await open(store);
          const member = directory.members.get(hello.name);
          if (!member) return;
          expect(Buffer.from(await readZipMember(store, directory, member))).toEqual(content);
        } catch (error) {
          expect(error).toBeInstanceOf(DrivesweepError);
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe('a store that is in trouble', () => {
  class TroubledStore extends MemoryObjectStore {
    override getRange(): Promise<Uint8Array> {
      throw new DrivesweepError('STORE_UNAVAILABLE', '429 Too Many Requests');
    }
  }

  it('does not look like a broken zip', async () => {
    const store = new TroubledStore();
    store.objects.set(KEY, buildZip([hello]));
    await expect(openZipDirectory(store, KEY)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});
