import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { buildStatus } from '@drivesweep/testkit';
import { ApiRefusal, createCoordinatorClient } from './coordinator-client.ts';

let server: Server | undefined;
afterEach(() => server?.close());

/** A coordinator that gives one answer to everything and writes down what it was asked. */
async function coordinator(status: number, answer: unknown, token: string | null = null) {
  const asked: string[] = [];
  const tokens: (string | undefined)[] = [];
  const started = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    tokens.push(request.headers.authorization);
    response.writeHead(status).end(JSON.stringify(answer));
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const address = started.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const client = createCoordinatorClient(() => `http://127.0.0.1:${port}`, token);
  return { client, asked, tokens };
}

describe('the client of the coordinator', () => {
  it('asks the documented routes', async () => {
    const { client, asked } = await coordinator(200, buildStatus());
    await client.status('sw-1');
    await client.cancel('sw-1');
    await client.resume('sw-1');
    expect(asked).toEqual([
      'GET /v1/sweeps/sw-1',
      'POST /v1/sweeps/sw-1/cancel',
      'POST /v1/sweeps/sw-1/resume',
    ]);
  });

  it('sends the token when there is one', async () => {
    const guarded = await coordinator(200, buildStatus(), 'a-token-of-some-length');
    await guarded.client.status('sw-1');
    expect(guarded.tokens).toEqual(['Bearer a-token-of-some-length']);
    server?.close();
    const open = await coordinator(200, buildStatus());
    await open.client.status('sw-1');
    expect(open.tokens).toEqual([undefined]);
  });

  it('passes a refusal on with its code, hint and the fields that are at fault', async () => {
    const { client } = await coordinator(422, {
      code: 'DATASET_INVALID',
      message: 'no such layout',
      hint: 'use another',
      issues: [{ path: ['dataset', 'uri'], message: 'not a dataset' }],
    });
    const refusal: unknown = await client.status('sw-1').catch((thrown: unknown) => thrown);
    expect(refusal).toBeInstanceOf(ApiRefusal);
    expect(refusal).toMatchObject({
      code: 'DATASET_INVALID',
      message: 'no such layout',
      hint: 'use another',
      issues: [{ path: ['dataset', 'uri'] }],
    });
  });

  it('says that nobody answers, and what to do', async () => {
    const client = createCoordinatorClient(() => 'http://127.0.0.1:1', null);
    await expect(client.list()).rejects.toMatchObject({
      code: 'API_UNREACHABLE',
      message: 'no coordinator answers at http://127.0.0.1:1',
      hint: expect.stringContaining('drivesweep up') as string,
    });
  });

  it('does not take a proxy for a coordinator', async () => {
    const { client } = await coordinator(502, 'Bad Gateway');
    await expect(client.list()).rejects.toMatchObject({ code: 'API_UNREACHABLE' });
  });
});
