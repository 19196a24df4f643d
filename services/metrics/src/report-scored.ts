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

/** Makes the page of a sweep that is summed up. Never throws. */
export type Reporter = (
  sweep: ScoredSweep,
  scorecard: Scorecard,
  highlights: Highlights,
) => Promise<void>;

/** Told how a report ended: null when it is written. */
export type ReportEnd = (sweepId: string, failure: DrivesweepError | null) => void;

/** A page that fails is told and costs nothing else: the scorecard follows, and scoring again makes the page again. */
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

/**
 * Sums up a sealed sweep, writes its report and then its scorecard: a sweep counts as done when its scorecard is there,
 * and nobody should have to wait for its page then. Errors: those of `writeScorecard`.
 */
export function writeScorecardAndReport(
  sweep: ScoredSweep,
  shardScores: ShardScores,
  report: Reporter | null,
): Promise<Scorecard> {
  let highlights = createHighlights(sweep.scoring.metrics);
  return writeScorecard(
    sweep,
    shardScores,
    () => {
      highlights = createHighlights(sweep.scoring.metrics);
      return highlights;
    },
    async (scorecard) => report?.(sweep, scorecard, highlights),
  );
}
