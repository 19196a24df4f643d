import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { S3ObjectStore } from './s3-store.ts';
import type { S3Options } from './s3-options.ts';

/* A store that misbehaves as told: one entry of the script per request. That it works at all is tested elsewhere. */

type Reply = (response: ServerResponse) => void;
let server: Server;
let script: Reply[];
let requests: { readonly method: string; readonly headers: IncomingMessage['headers'] }[];

beforeEach(async () => {
  script = [];
  requests = [];
  server = createServer((request, response) => {
    requests.push({ method: request.method ?? '', headers: request.headers });
    request.resume();
    request.on('end', () => {
      const reply = script.shift();
      if (reply) reply(response);
      else response.writeHead(500).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

function storeWith(options: S3Options = {}): S3ObjectStore {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server is not up');
  return new S3ObjectStore('bucket', 'sweeps', {
    endpoint: `http://127.0.0.1:${address.port}`,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    firstPauseMs: 1,
    maxAttempts: 3,
    idleTimeoutMs: 300,
    ...options,
  });
}

const ok: Reply = (response) => response.writeHead(200, { 'Content-Length': 0 }).end();
const body =
  (text: string, status = 200): Reply =>
  (response) =>
    response.writeHead(status, { 'Content-Length': text.length }).end(text);
const error = (status: number, code: string) =>
  body(`<Error><Code>${code}</Code><Message>told to</Message></Error>`, status);
const cutAfter =
  (text: string, status: number): Reply =>
  (response) => {
    response.writeHead(status, { 'Content-Length': 2 * text.length });
    response.write(text);
    setImmediate(() => response.destroy());
  };
const cut = cutAfter('01234', 200);
const stall: Reply = (response) => {
  response.writeHead(200, { 'Content-Length': 10 });
  response.write('01234');
};
const silence: Reply = () => undefined;
const hangUp: Reply = (response) => {
  response.destroy();
};

const DIGITS = new TextEncoder().encode('0123456789');
const ONE = Uint8Array.of(1);

describe('a request that fails in passing', () => {
  it.each([
    ['500', error(500, 'InternalError')],
    ['503', error(503, 'SlowDown')],
    ['429', error(429, 'TooManyRequests')],
    ['400 RequestTimeout', error(400, 'RequestTimeout')],
    ['a connection that is closed', hangUp],
    ['a body that is cut', cut],
    ['a 404 that is cut', cutAfter('<Error><Code>NoSu', 404)],
    ['a 403 that is cut', cutAfter('<Error><Co', 403)],
    ['a body that stalls', stall],
    ['an answer that does not come', silence],
  ])('is tried again after %s', async (_, fault) => {
    script = [fault, body('0123456789')];
    expect(await storeWith().get('a')).toEqual(DIGITS);
    expect(requests.length).toBe(2);
  });

  it('is tried again after a listing that is cut', async () => {
    const page = '<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>';
    script = [cutAfter(page.slice(0, 20), 200), body(page)];
    const keys = [];
    for await (const object of storeWith().list('')) keys.push(object);
    expect(keys).toEqual([]);
    expect(requests.length).toBe(2);
  });

  it('is given up after maxAttempts, naming operation, key and store', async () => {
    script = Array.from({ length: 9 }, () => error(503, 'SlowDown'));
    await expect(storeWith().put('a/b', ONE)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'put a/b in s3://bucket/sweeps: SlowDown (503), 3 times: told to',
    });
    expect(requests.length).toBe(3);
  });

  it('is given up when every body is cut', async () => {
    script = [cut, cut, cut];
    await expect(storeWith().get('a')).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(/^get a in .*: ECONNRESET, 3 times/) as string,
    });
    expect(requests.length).toBe(3);
  });
});

describe('a request that cannot succeed', () => {
  it.each([
    [403, 'AccessDenied'],
    [404, 'NoSuchBucket'],
    [404, 'XAdminUserNotFound'],
    [301, 'PermanentRedirect'],
  ])('is not tried again after %d %s, and is no missing object', async (status, code) => {
    script = [error(status, code)];
    await expect(storeWith().get('a')).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: `get a in s3://bucket/sweeps: ${code} (${status}): told to`,
    });
    expect(requests.length).toBe(1);
  });

  it('is a missing object only after NoSuchKey', async () => {
    script = [error(404, 'NoSuchKey')];
    await expect(storeWith().get('a')).rejects.toMatchObject({
      code: 'OBJECT_NOT_FOUND',
      message: 'no object a in s3://bucket/sweeps',
    });
  });
});

describe('a range', () => {
  it('of which the store gives fewer bytes is a short read at once', async () => {
    script = [body('012', 206)];
    await expect(storeWith().getRange('a', 0, 10)).rejects.toMatchObject({
      code: 'STORE_SHORT_READ',
      message: 'getRange a in s3://bucket/sweeps: 3 bytes at 0, asked for 10',
    });
    expect(requests.length).toBe(1);
  });

  it('that the store ignores is an error and not the whole object', async () => {
    script = [body('0123456789')];
    await expect(storeWith().getRange('a', 0, 3)).rejects.toMatchObject({
      code: 'STORE_SHORT_READ',
    });
  });
});

describe('putIfAbsent', () => {
  it('asks with If-None-Match, and put does not', async () => {
    script = [ok, ok];
    await storeWith().putIfAbsent('a', ONE);
    await storeWith().put('a', ONE);
    expect(requests.map(({ headers }) => headers['if-none-match'])).toEqual(['*', undefined]);
  });

  it('says exists on 412', async () => {
    script = [error(412, 'PreconditionFailed')];
    expect(await storeWith().putIfAbsent('a', ONE)).toBe('exists');
  });

  it('tries again on 409, and gives up after a while', async () => {
    script = [error(409, 'ConditionalRequestConflict'), ok];
    expect(await storeWith().putIfAbsent('a', ONE)).toBe('created');
    script = Array.from({ length: 3 }, () => error(409, 'ConditionalRequestConflict'));
    await expect(storeWith().putIfAbsent('a', ONE)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
  });

  it('says exists when its own answer was lost', async () => {
    script = [hangUp, error(412, 'PreconditionFailed')];
    expect(await storeWith().putIfAbsent('a', ONE)).toBe('exists');
  });

  it('refuses a store that does not implement it', async () => {
    script = [error(501, 'NotImplemented')];
    await expect(storeWith().putIfAbsent('a', ONE)).rejects.toMatchObject({
      code: 'STORE_NOT_CONDITIONAL',
    });
    expect(requests.length).toBe(1);
  });
});

describe('checksums', () => {
  const sent = () =>
    Object.keys(requests[0]?.headers ?? {}).filter((name) => /crc|trailer/.test(name));

  it('are left out unless a request needs one', async () => {
    script = [ok];
    await storeWith().put('a', ONE);
    expect(sent()).toEqual([]);
  });

  it('are sent where that is chosen', async () => {
    script = [ok];
    await storeWith({ checksums: 'when-supported' }).put('a', ONE);
    expect(sent()).not.toEqual([]);
  });
});
