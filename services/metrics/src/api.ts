import { z } from 'zod';
import { DrivesweepError, keys, SWEEP_ID } from '@drivesweep/contracts';
import type { ObjectStore } from '@drivesweep/contracts';
import { parseBody } from '@drivesweep/service-kit';
import type { HttpServer } from '@drivesweep/service-kit';
import { comparedLines, scoreLines } from './score-lines.ts';
import type { SealedScores } from './sealed-scores.ts';
import { readSpec } from './sweep-documents.ts';
import { scoringOf } from './sweep-scoring.ts';

const parameters = z.object({
  sweepId: z.string().regex(SWEEP_ID, 'expected sw- and 16 hex digits'),
});

const question = z.object({
  policy: z.string().max(200).optional(),
  sweep: z.string().max(200).optional(),
  slice: z.string().max(200).optional(),
});

/**
 * For Grafana and people with curl:
 * GET /v1/scorecards/:sweepId   the stored scorecard, byte for byte
 * GET /v1/scores                one row per headline metric and slice of each sealed sweep, newest first;
 *                               ?policy= ?sweep= ?slice=all narrow it
 * GET /v1/scores/compared       the newest sweep of each policy beside the one before it
 */
export function addRoutes({ app }: HttpServer, store: ObjectStore, scores: SealedScores): void {
  app.get('/v1/scores', async (request) => {
    const { policy, sweep, slice } = parseBody(question, request.query, 'USAGE');
    await scores.refresh();
    return scores
      .list()
      .flatMap(scoreLines)
      .filter(
        (line) =>
          (policy === undefined || line.policy === policy) &&
          (sweep === undefined || line.sweep === sweep) &&
          (slice === undefined || line.slice === slice),
      );
  });
  app.get('/v1/scores/compared', async () => {
    await scores.refresh();
    return scores.standings().flatMap(comparedLines);
  });
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
