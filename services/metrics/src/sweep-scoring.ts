import { DrivesweepError, scoringIdOf } from '@drivesweep/contracts';
import type { PredictionRow, ScoreRow, SweepSpec } from '@drivesweep/contracts';
import {
  createWindowScorer,
  daypartFact,
  factsOfWindow,
  ScoringError,
  scoringDescription,
} from '@drivesweep/scoring';
import type { MetricInfo, ScoringParameters, WindowScorer } from '@drivesweep/scoring';

/** How the windows of one sweep are scored: everything that its spec decides. */
export interface SweepScoring {
  readonly scoringId: string;
  readonly metrics: readonly MetricInfo[];
  /**
   * One score row per prediction row, in the same order. Rows that are not ok keep their status and code. Beside the
   * facts of the dataset a row has those that follow from its window; where both have a name, the dataset's stay.
   * Nothing of a row is kept when the next is asked for.
   */
  scoreRows(rows: Iterable<PredictionRow>): ScoreRow[];
}

export function scoringOf(spec: SweepSpec): SweepScoring {
  const { samples, horizonSteps } = spec;
  const parameters = { samples, horizonSteps, stepS: spec.stepUs / 1e6 };
  const scorer = createWindowScorer(parameters);
  return {
    scoringId: scoringIdOf(scoringDescription(parameters)),
    metrics: scorer.metrics,
    scoreRows: (rows) => Array.from(rows, (row) => scoreRow(scorer, parameters, row)),
  };
}

function scoreRow(
  scorer: WindowScorer,
  parameters: ScoringParameters,
  row: PredictionRow,
): ScoreRow {
  const { windowId, driveId, t0Us } = row;
  if (row.status !== 'ok') {
    const { status, code } = row;
    const facts = { ...daypartFact(row.facts), ...row.facts };
    return { windowId, driveId, t0Us, facts, status, code, values: [] };
  }
  const values = Array.from(scoreOf(scorer, row), (value) => (Number.isNaN(value) ? null : value));
  const facts = factsOfWindow(row.facts, row, parameters);
  return { windowId, driveId, t0Us, facts, status: 'ok', code: null, values };
}

/** A worker lets no row pass as ok that cannot be scored, so one that cannot be is a damaged part. */
function scoreOf(
  scorer: WindowScorer,
  row: Extract<PredictionRow, { status: 'ok' }>,
): Float64Array {
  try {
    return scorer.score(row);
  } catch (thrown) {
    if (!(thrown instanceof ScoringError)) throw thrown;
    const message = `window ${row.windowId} is ok but cannot be scored: ${thrown.message}`;
    throw new DrivesweepError('PART_CORRUPT', message, { cause: thrown });
  }
}
