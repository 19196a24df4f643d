import { z } from 'zod';
import { DrivesweepError, keys, SWEEP_ID } from '@drivesweep/contracts';
import type { ObjectStore } from '@drivesweep/contracts';
import { parseBody } from '@drivesweep/service-kit';
import type { HttpServer } from '@drivesweep/service-kit';
import { readSpec } from './sweep-documents.ts';
import { scoringOf } from './sweep-scoring.ts';

const parameters = z.object({
  sweepId: z.string().regex(SWEEP_ID, 'expected sw- and 16 hex digits'),
});

/** GET /v1/scorecards/:sweepId: the stored scorecard, byte for byte. For Grafana and people with curl. */
export function addRoutes({ app }: HttpServer, store: ObjectStore): void {
  app.get('/v1/scorecards/:sweepId', async (request, reply) => {
    const { sweepId } = parseBody(parameters, request.params, 'USAGE');
    const { scoringId } = scoringOf(await readSpec(store, sweepId));
    const key = keys.scorecard(sweepId, scoringId);
    if (!(await store.head(key))) {
      throw new DrivesweepError('OBJECT_NOT_FOUND', `sweep ${sweepId} has no scorecard yet`, {
        hint: 'a scorecard is written when the sweep is sealed',
      });
    }
    return reply.type('application/json').send(Buffer.from(await store.get(key)));
  });
}
