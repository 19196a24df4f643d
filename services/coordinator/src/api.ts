import { z } from 'zod';
import { SWEEP_ID, sweepFileSchema } from '@drivesweep/contracts';
import { parseBody } from '@drivesweep/service-kit';
import type { FastifyInstance, Metrics } from '@drivesweep/service-kit';
import type { Coordinator } from './coordinator.ts';
import { openApiDocument } from './openapi.ts';

const parameters = z.object({
  sweepId: z.string().regex(SWEEP_ID, 'expected sw- and 16 hex digits'),
});

/** What the API asks of the coordinator. */
export type SweepService = Pick<
  Coordinator,
  'submit' | 'list' | 'status' | 'cancel' | 'resume' | 'score' | 'scorecard'
>;

/** The HTTP API; openapi.ts describes it. */
export function addRoutes(app: FastifyInstance, sweeps: SweepService): void {
  const sweepIdOf = (request: { readonly params: unknown }) =>
    parseBody(parameters, request.params, 'USAGE').sweepId;

  app.get('/openapi.json', () => openApiDocument());
  app.get('/v1/sweeps', () => ({ sweeps: sweeps.list() }));
  app.post('/v1/sweeps', async (request, reply) => {
    const file = parseBody(sweepFileSchema, request.body, 'SWEEP_FILE_INVALID');
    const submitted = await sweeps.submit(file);
    return reply.status(submitted.created ? 201 : 200).send(submitted);
  });
  app.get('/v1/sweeps/:sweepId', (request) => sweeps.status(sweepIdOf(request)));
  app.post('/v1/sweeps/:sweepId/cancel', (request) => sweeps.cancel(sweepIdOf(request)));
  app.post('/v1/sweeps/:sweepId/resume', (request) => sweeps.resume(sweepIdOf(request)));
  app.post('/v1/sweeps/:sweepId/score', (request) => sweeps.score(sweepIdOf(request)));
  app.get('/v1/sweeps/:sweepId/scorecard', (request) => sweeps.scorecard(sweepIdOf(request)));
}

/** Counts requests by route (never by address, which holds ids), method and status. */
export function countRequests(app: FastifyInstance, metrics: Metrics): void {
  const seconds = metrics.histogram('api_request_seconds', 'Requests of the API', [
    'route',
    'method',
    'status',
  ]);
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const labels = { route, method: request.method, status: String(reply.statusCode) };
    seconds.observe(labels, reply.elapsedTime / 1000);
    done();
  });
}
