import { afterAll, describe, expect, it } from 'vitest';
import { OBJECT_STORE_CLAIMS } from '@drivesweep/testkit';
import { openObjectStore } from './open-object-store.ts';
import { probePutIfAbsent } from './probe.ts';
import { s3TestServer } from './s3-test-server.ts';

const server = await s3TestServer();
afterAll(() => server?.stop());

function newStore() {
  if (!server) throw new Error('these tests are skipped without a server');
  return openObjectStore(server.newUri(), { s3: server.options });
}

describe.skipIf(!server)(`S3 (${server?.name ?? 'none installed'})`, () => {
  it.each(OBJECT_STORE_CLAIMS)('$claim', async ({ check }) => {
    await check(newStore());
  });

  it('honours put-if-absent', async () => {
    const store = newStore();
    await probePutIfAbsent(store);
    const left: string[] = [];
    for await (const { key } of store.list('')) left.push(key);
    expect(left).toEqual([]);
  });

  it('lists more keys than fit on one page', async () => {
    const store = newStore();
    const keys = Array.from({ length: 1100 }, (_, i) => `k/${i.toString().padStart(5, '0')}`);
    for (let i = 0; i < keys.length; i += 50) {
      await Promise.all(keys.slice(i, i + 50).map((key) => store.put(key, Uint8Array.of(1))));
    }
    const listed: string[] = [];
    for await (const { key } of store.list('k/')) listed.push(key);
    expect(listed).toEqual(keys);
  });

  it('names a bucket that is not there', async () => {
    const store = openObjectStore('s3://no-such-bucket-here/x', { s3: server?.options ?? {} });
    await expect(store.get('a')).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(
        /get a in s3:\/\/no-such-bucket-here\/x: NoSuchBucket/,
      ) as string,
      hint: 'Create the bucket or correct its name.',
    });
  });

  it('says so when the credentials are wrong, without trying again', async () => {
    const accessKeyId = server?.options.credentials?.accessKeyId ?? '';
    const s3 = { ...server?.options, credentials: { accessKeyId, secretAccessKey: 'wrong' } };
    const store = openObjectStore(server?.newUri() ?? '', { s3 });
    await expect(store.put('a', Uint8Array.of(1))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(/put a in .*: SignatureDoesNotMatch \(403\): /) as string,
    });
  });
});
