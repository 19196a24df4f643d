import { afterEach, describe, expect, it } from 'vitest';
import { keys } from '@drivesweep/contracts';
import { encodePredictionPart } from '@drivesweep/parquet-io';
import { createHttpServer, createLogger, createMetrics } from '@drivesweep/service-kit';
import type { HttpServer } from '@drivesweep/service-kit';
import {
  buildOkPrediction,
  buildSealedSweep,
  buildSpec,
  MemoryObjectStore,
} from '@drivesweep/testkit';
import { addRoutes } from './api.ts';
import { SealedScores } from './sealed-scores.ts';
import { scoreAgain } from './score-again.ts';
import { scoringOf } from './sweep-scoring.ts';

const spec = buildSpec();
const store = new MemoryObjectStore();
let http: HttpServer | undefined;
afterEach(() => http?.close());

function get(path: string) {
  http = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    metrics: createMetrics({ service: 'metrics' }),
    health: () => ({ ok: true, reasons: [] }),
    logger: createLogger({ service: 'metrics', level: 'silent' }),
  });
  addRoutes(http, store, new SealedScores(store));
  return http.app.inject({ method: 'GET', url: path });
}

describe('GET /v1/scorecards/:sweepId', () => {
  it('is 404 for a sweep that is not there, and 400 for what is no id', async () => {
    expect((await get('/v1/scorecards/sw-0000000000000000')).statusCode).toBe(404);
    expect((await get('/v1/scorecards/..%2F..%2Fetc')).statusCode).toBe(400);
  });

  it('is 404 before the seal, and the stored bytes after it', async () => {
    await buildSealedSweep(store, spec, [[buildOkPrediction(0)]], encodePredictionPart);
    const path = `/v1/scorecards/${spec.sweepId}`;
    expect((await get(path)).json()).toMatchObject({ code: 'OBJECT_NOT_FOUND' });
    await scoreAgain(store, spec.sweepId, () => undefined);
    const stored = store.objects.get(keys.scorecard(spec.sweepId, scoringOf(spec).scoringId));
    const answer = await get(path);
    expect(answer.headers['content-type']).toContain('application/json');
    expect(answer.body).toBe(new TextDecoder().decode(stored));
  });
});
