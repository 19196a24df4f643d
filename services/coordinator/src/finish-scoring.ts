import type { ScoreJob } from '@drivesweep/contracts';
import type { JobFailure, JobProducer } from '@drivesweep/queue-bullmq';
import type { SweepRun } from './sweep-run.ts';
import type { SweepStore } from './sweep-store.ts';
import { isScorecardOf } from './take-up.ts';

/** How a sweep ends. */
export interface Ending {
  readonly state: 'complete' | 'partial';
  readonly message: string | null;
}

/** Scorecard jobs that may end without a scorecard of this seal. */
const TRIES = 3;

/**
 * The last step of a sealed sweep whose shards are scored, or have failed to be: asks for the scorecard, and says how the
 * sweep ends once it is there. Null while there is something to wait for.
 */
export async function finishScoring(
  run: SweepRun,
  store: SweepStore,
  scores: JobProducer<ScoreJob>,
): Promise<Ending | null> {
  const { manifest, sweepId, scoringId } = run;
  if (!manifest) return null;
  const [failed] = run.scores.quarantined.values();
  if (failed) return partialBecause('scores failed', failed.failure);
  const scorecard = await store.readScorecard(sweepId, scoringId);
  if (scorecard && isScorecardOf(manifest, scorecard)) {
    return { state: manifest.outcome, message: manifest.reason };
  }
  const job = run.scorecardJob();
  const [standing] = await scores.standings([job.jobId]);
  if (standing?.state === 'waiting' || standing?.state === 'active') return null;
  if (standing?.state === 'failed' && run.scorecardTries > 0) {
    return partialBecause('the scorecard failed', standing.failure);
  }
  if (run.scorecardTries >= TRIES) {
    const message = 'the metrics service wrote no scorecard of this seal';
    return { state: 'partial', message };
  }
  // A job that ended, for an earlier seal or before a restart, would keep the new one from being added.
  await scores.remove([job.jobId]);
  await scores.add([job]);
  // One that is absent (Redis was wiped) did not try.
  if (standing?.state !== 'absent') run.scorecardTries += 1;
  return null;
}

function partialBecause(what: string, { code, message }: JobFailure): Ending {
  return { state: 'partial', message: `${what}: ${code}: ${message}` };
}
