import {
  DrivesweepError,
  keys,
  scorecardSchema,
  scoringIdOf,
  sweepSpecSchema,
} from '@drivesweep/contracts';
import type { ObjectStore, Scorecard } from '@drivesweep/contracts';
import { scoringDescription } from '@drivesweep/scoring';
import { jsonOf } from './json-text.ts';

/**
 * The scorecard of a stored sweep: the one of this version's metrics, or the only one that there is.
 * Errors: SWEEP_NOT_FOUND, SWEEP_STATE when there is none yet, SCHEMA_UNSUPPORTED.
 */
export async function readScorecard(store: ObjectStore, sweepId: string): Promise<Scorecard> {
  const key = keys.scorecard(sweepId, await scoringIdOfSweep(store, sweepId));
  if (await store.head(key)) return parseScorecard(key, await store.get(key));
  const others: string[] = [];
  for await (const stat of store.list(`sweeps/${sweepId}/scorecards/`)) others.push(stat.key);
  const [only, another] = others;
  if (only !== undefined && another === undefined) {
    return parseScorecard(only, await store.get(only));
  }
  throw new DrivesweepError(
    'SWEEP_STATE',
    only === undefined
      ? `sweep ${sweepId} has no scorecard yet`
      : `sweep ${sweepId} was scored by ${others.length} other versions, and not by this one`,
    { hint: `score it again from its parts: drivesweep score ${sweepId}` },
  );
}

async function scoringIdOfSweep(store: ObjectStore, sweepId: string): Promise<string> {
  const key = keys.spec(sweepId);
  if (!(await store.head(key))) {
    throw new DrivesweepError('SWEEP_NOT_FOUND', `there is no sweep ${sweepId} in ${store.uri}`, {
      hint: 'name another store with --store',
    });
  }
  const spec = sweepSpecSchema.safeParse(jsonOf(await store.get(key)));
  if (!spec.success) throw unsupported(key);
  const { samples, horizonSteps, stepUs } = spec.data;
  return scoringIdOf(scoringDescription({ samples, horizonSteps, stepS: stepUs / 1e6 }));
}

function parseScorecard(key: string, bytes: Uint8Array): Scorecard {
  const scorecard = scorecardSchema.safeParse(jsonOf(bytes));
  if (scorecard.success) return scorecard.data;
  throw unsupported(key);
}

function unsupported(key: string): DrivesweepError {
  return new DrivesweepError('SCHEMA_UNSUPPORTED', `${key} is not what this version writes`, {
    hint: 'read it with the version of drivesweep that wrote it',
  });
}
