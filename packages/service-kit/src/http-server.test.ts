import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { apiErrorSchema, DrivesweepError } from '@drivesweep/contracts';
import { parseBody } from './api-error.ts';
import { createHttpServer } from './http-server.ts';
import type { Health, HttpServer } from './http-server.ts';
import { createLogger } from './logger.ts';
import { createMetrics } from './metrics.ts';

let server: HttpServer | undefined;
afterEach(() => server?.close());

async function serve(health: Health = { ok: true, reasons: [] }) {
  const metrics = createMetrics({ service: 'test' });
  metrics.counter('windows_total', 'Windows', ['outcome']).inc({ outcome: 'ok' }, 3);
  server = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    metrics,
    health: () => health,
    logger: createLogger({ service: 'test', level: 'silent' }),
  });
  const { app } = server;
  app.get('/missing', () => {
    throw new DrivesweepError('SWEEP_NOT_FOUND', 'no sweep sw-1', { hint: 'See GET /v1/sweeps.' });
  });
  app.get('/broken', () => {
    throw new Error('the secret plan');
  });
  app.post('/sum', (request) =>
    parseBody(z.strictObject({ a: z.int(), b: z.int() }), request.body, 'SWEEP_FILE_INVALID'),
  );
  const port = await server.listen();
  return (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);
}

const post = (body: string, type = 'application/json') => ({
  method: 'POST',
  body,
  headers: { 'content-type': type },
});

describe('createHttpServer', () => {
  it('shows metrics with our prefix and the default ones of the process', async () => {
    const get = await serve();
    const response = await get('/metrics');
    const text = await response.text();
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(text).toContain('drivesweep_windows_total{outcome="ok"} 3');
    expect(text).toContain('nodejs_eventloop_lag_seconds');
  });

  it('is healthy, or says why not', async () => {
    const fine = await serve();
    expect((await fine('/healthz')).status).toBe(200);
    await server?.close();
    const ill = await serve({ ok: false, reasons: ['Redis cannot be reached'] });
    const response = await ill('/healthz');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ ok: false, reasons: ['Redis cannot be reached'] });
  });

  it('answers an error with its code and hint', async () => {
    const get = await serve();
    const response = await get('/missing');
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      code: 'SWEEP_NOT_FOUND',
      message: 'no sweep sw-1',
      hint: 'See GET /v1/sweeps.',
      issues: [],
    });
  });

  it('keeps a fault of its own to itself', async () => {
    const get = await serve();
    const response = await get('/broken');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret plan');
  });

  it('names each wrong field of a body', async () => {
    const get = await serve();
    const response = await get('/sum', post('{"a": 1, "b": "x", "c": 2}'));
    expect(response.status).toBe(422);
    const error = apiErrorSchema.parse(await response.json());
    expect(error.issues.map((issue) => issue.path)).toContainEqual(['b']);
  });

  it.each([
    ['not JSON', 400, post('{')],
    ['another media type', 415, post('a=1', 'application/x-www-form-urlencoded')],
    ['a key that would change every object', 400, post('{"a": 1, "b": 2, "__proto__": {"c": 3}}')],
    ['no length and no end', 400, post('{"a": [')],
    ['a body over the limit', 413, post(JSON.stringify('x'.repeat(9 * 1024 * 1024)))],
  ])('refuses %s with %i and an ApiError', async (_name, status, init) => {
    const get = await serve();
    const response = await get('/sum', init);
    expect(response.status).toBe(status);
    expect(apiErrorSchema.parse(await response.json()).code).toBe('USAGE');
  });

  it('survives a body that is nested as deep as it is long', async () => {
    const get = await serve();
    const response = await get('/sum', post(`${'['.repeat(2_000_000)}${']'.repeat(2_000_000)}`));
    expect([400, 422]).toContain(response.status);
    expect((await get('/healthz')).status).toBe(200);
  });

  it('answers an address that it does not have with 404 and an ApiError', async () => {
    const get = await serve();
    const response = await get('/nothing');
    expect(response.status).toBe(404);
    expect(apiErrorSchema.parse(await response.json()).message).toContain('GET /nothing');
  });
});
