import type { Scorecard } from '@drivesweep/contracts';
import { asDrivesweepError } from '@drivesweep/contracts';
import type { DrivesweepError } from '@drivesweep/contracts';
import type { Environment } from '@drivesweep/service-kit';
import { createHighlights } from './report-highlights.ts';
import type { Highlights } from './report-highlights.ts';
import { writeReport } from './report-write.ts';
import type { ScoredSweep } from './score-shard.ts';
import { writeScorecard } from './write-scorecard.ts';
import type { ShardScores } from './write-scorecard.ts';

/** Makes the page of a sweep whose scorecard is written. Never throws. */
export type Reporter = (
  sweep: ScoredSweep,
  scorecard: Scorecard,
  highlights: Highlights,
) => Promise<void>;

/** Told how a report ended: null when it is written. */
export type ReportEnd = (sweepId: string, failure: DrivesweepError | null) => void;

/** A page that fails is told and costs nothing else: the scorecard is there, and scoring again makes the page again. */
export function createReporter(env: Environment, onEnd: ReportEnd): Reporter {
  return async (sweep, scorecard, highlights) => {
    const { sweepId } = sweep.spec;
    try {
      await writeReport(sweep, scorecard, highlights, env);
      onEnd(sweepId, null);
    } catch (thrown) {
      onEnd(sweepId, asDrivesweepError(thrown));
    }
  };
}

/** Sums up a sealed sweep, writes its scorecard and then its report. Errors: those of `writeScorecard`. */
export async function writeScorecardAndReport(
  sweep: ScoredSweep,
  shardScores: ShardScores,
  report: Reporter | null,
): Promise<Scorecard> {
  let highlights = createHighlights(sweep.scoring.metrics);
  const scorecard = await writeScorecard(sweep, shardScores, () => {
    highlights = createHighlights(sweep.scoring.metrics);
    return highlights;
  });
  await report?.(sweep, scorecard, highlights);
  return scorecard;
}
