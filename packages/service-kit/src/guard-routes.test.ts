import { afterEach, describe, expect, it } from 'vitest';
import type { Access } from './access.ts';
import { createHttpServer } from './http-server.ts';
import type { HttpServer } from './http-server.ts';
import { createLogger } from './logger.ts';
import { createMetrics } from './metrics.ts';

const token = '0123456789abcdef-token';
const withToken = { authorization: `Bearer ${token}` };

let server: HttpServer | undefined;
afterEach(() => server?.close());

function serve(access: Access) {
  server = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    metrics: createMetrics({ service: 'test' }),
    health: () => ({ ok: true, reasons: [] }),
    live: () => ({ ok: false, reasons: ['the engine is silent'] }),
    logger: createLogger({ service: 'test', level: 'silent' }),
    access,
  });
  server.app.get('/v1/sweeps', () => ({ sweeps: [] }));
  server.app.post('/v1/sweeps', () => ({}));
  return server.app;
}

describe('an API with a token', () => {
  it('answers who carries it', async () => {
    const app = serve({ token, requestsPerS: 50 });
    const response = await app.inject({ url: '/v1/sweeps', headers: withToken });
    expect(response.statusCode).toBe(200);
  });

  it.each([undefined, 'Bearer wrong-wrong-wrong-wrong', `Basic ${token}`])(
    'refuses %j with 401, even for an address that it does not have',
    async (authorization) => {
      const app = serve({ token, requestsPerS: 50 });
      for (const url of ['/v1/sweeps', '/nothing', '/metrics/../v1/sweeps', '/healthz/x']) {
        const headers = authorization === undefined ? {} : { authorization };
        const response = await app.inject({ url, headers });
        expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([
          401,
          'UNAUTHORIZED',
        ]);
        expect(response.headers['www-authenticate']).toBe('Bearer');
        expect(response.body).not.toContain(token);
      }
    },
  );

  it('reads nothing of a body before it knows the sender', async () => {
    const app = serve({ token, requestsPerS: 50 });
    const payload = `"${'x'.repeat(9 * 1024 * 1024)}"`;
    const headers = { 'content-type': 'application/json' };
    const response = await app.inject({ method: 'POST', url: '/v1/sweeps', payload, headers });
    expect(response.statusCode).toBe(401);
  });

  it('lets probes and Prometheus in without it', async () => {
    const app = serve({ token, requestsPerS: 1 });
    for (let i = 0; i < 5; i++) {
      expect((await app.inject('/metrics')).statusCode).toBe(200);
      expect((await app.inject('/healthz')).statusCode).toBe(200);
    }
    const live = await app.inject('/livez');
    expect([live.statusCode, live.json()]).toEqual([
      503,
      { ok: false, reasons: ['the engine is silent'] },
    ]);
  });
});

describe('a rate limit', () => {
  it('answers 429 with when to come again, to that address only', async () => {
    const app = serve({ token: null, requestsPerS: 2 });
    const ask = (remoteAddress: string) => app.inject({ url: '/v1/sweeps', remoteAddress });
    const codes = [];
    for (let i = 0; i < 6; i++) codes.push((await ask('10.0.0.1')).statusCode);
    expect(codes.slice(0, 4)).toEqual([200, 200, 200, 200]);
    const late = await ask('10.0.0.1');
    expect([late.statusCode, late.json<{ code: string }>().code]).toEqual([429, 'RATE_LIMITED']);
    expect(late.headers['retry-after']).toBe('1');
    expect((await ask('10.0.0.2')).statusCode).toBe(200);
  });

  it('counts guesses of the token too', async () => {
    const app = serve({ token, requestsPerS: 1 });
    const codes = [];
    for (let i = 0; i < 4; i++) codes.push((await app.inject('/v1/sweeps')).statusCode);
    expect(codes).toEqual([401, 401, 429, 429]);
  });
});
