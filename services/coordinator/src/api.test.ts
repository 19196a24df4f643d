import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { DrivesweepError } from '@drivesweep/contracts';
import { createHttpServer, createLogger, createMetrics } from '@drivesweep/service-kit';
import { buildStatus } from '@drivesweep/testkit';
import { addRoutes, countRequests } from './api.ts';
import type { SweepService } from './api.ts';
import { openApiDocument } from './openapi.ts';

const sweepId = 'sw-0123456789abcdef';
const closes: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0)) await close();
});

function serve(changes: Partial<SweepService> = {}) {
  const none = () => {
    throw new DrivesweepError('SWEEP_NOT_FOUND', 'there is no such sweep');
  };
  const service: SweepService = {
    submit: () => Promise.resolve({ sweepId, created: true }),
    list: () => [buildStatus()],
    status: () => buildStatus(),
    cancel: () => Promise.resolve(buildStatus({ state: 'cancelled' })),
    resume: () => Promise.resolve(buildStatus()),
    score: () => Promise.resolve(buildStatus()),
    scorecard: none,
    ...changes,
  };
  const metrics = createMetrics({ service: 'test' });
  const http = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    metrics,
    health: () => ({ ok: true, reasons: [] }),
    logger: createLogger({ service: 'test', level: 'silent' }),
  });
  countRequests(http.app, metrics);
  addRoutes(http.app, service);
  closes.push(() => http.close());
  return http.app;
}

const good = {
  name: 'comma',
  policy: 'kinematic:constant-velocity',
  dataset: { layout: 'comma2k19', uri: '/data' },
  windows: { every_s: 0.1 },
};

describe('the API', () => {
  it('creates a sweep, with the defaults of the sweep file filled in', async () => {
    const submit = vi.fn(() => Promise.resolve({ sweepId, created: true }));
    const app = serve({ submit });
    const response = await app.inject({ method: 'POST', url: '/v1/sweeps', payload: good });
    expect([response.statusCode, response.json()]).toEqual([201, { sweepId, created: true }]);
    expect(submit).toHaveBeenCalledWith(
      expect.objectContaining({ samples: 1, history_steps: 16, horizon_steps: 64 }),
    );
  });

  it('says 200 when the sweep was there already', async () => {
    const app = serve({ submit: () => Promise.resolve({ sweepId, created: false }) });
    const response = await app.inject({ method: 'POST', url: '/v1/sweeps', payload: good });
    expect(response.statusCode).toBe(200);
  });

  it('names the path of each mistake and starts nothing', async () => {
    const submit = vi.fn(() => Promise.resolve({ sweepId, created: true }));
    const app = serve({ submit });
    const payload = { ...good, samples: 0, windows: {}, polcy: 'x' };
    const response = await app.inject({ method: 'POST', url: '/v1/sweeps', payload });
    expect(response.statusCode).toBe(422);
    const { code, issues } = response.json<{ code: string; issues: { path: string[] }[] }>();
    expect(code).toBe('SWEEP_FILE_INVALID');
    expect(issues.map(({ path }) => path.join('.')).sort()).toEqual(['', 'samples', 'windows']);
    expect(submit).not.toHaveBeenCalled();
  });

  it('lists and shows sweeps', async () => {
    const app = serve();
    expect((await app.inject('/v1/sweeps')).json()).toEqual({ sweeps: [buildStatus()] });
    expect((await app.inject(`/v1/sweeps/${sweepId}`)).json()).toEqual(buildStatus());
  });

  it.each(['cancel', 'resume', 'score'])('answers %s with the status', async (action) => {
    const app = serve();
    const response = await app.inject({ method: 'POST', url: `/v1/sweeps/${sweepId}/${action}` });
    expect([response.statusCode, response.json<{ sweepId: string }>().sweepId]).toEqual([
      200,
      buildStatus().sweepId,
    ]);
  });

  it.each([
    ['an unknown sweep', `/v1/sweeps/${sweepId}/scorecard`, 404, 'SWEEP_NOT_FOUND'],
    ['what is no id', '/v1/sweeps/..%2f..%2fetc', 400, 'USAGE'],
  ])('refuses %s', async (_what, url, status, code) => {
    const response = await serve().inject(url);
    expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([status, code]);
  });

  it('counts requests by route and never by id', async () => {
    const app = serve();
    await app.inject(`/v1/sweeps/${sweepId}`);
    const text = (await app.inject('/metrics')).body;
    expect(text).toContain('route="/v1/sweeps/:sweepId"');
    expect(text).not.toContain(sweepId);
  });
});

const anything = z.record(z.string(), z.unknown());
const described = z.object({
  paths: z.record(z.string(), anything),
  components: z.object({ schemas: anything }),
});

describe('its description', () => {
  it('is what the service serves', async () => {
    const served: unknown = (await serve().inject('/openapi.json')).json();
    expect(served).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  });

  it('names every route and only schemas that it has', () => {
    const text = JSON.stringify(openApiDocument());
    const { paths, components } = described.parse(JSON.parse(text));
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    const app = serve();
    for (const one of routes) {
      const [method = '', path = ''] = one.split(' ');
      const url = path.replace('{sweepId}', ':sweepId');
      expect(app.hasRoute({ method: method.toUpperCase(), url }), one).toBe(true);
    }
    expect(routes).toHaveLength(7);
    const used = [...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name);
    for (const name of used) expect(Object.keys(components.schemas)).toContain(name);
  });
});
