import { DrivesweepError } from '@drivesweep/contracts';
import type { ErrorCode } from '@drivesweep/contracts';
import {
  createSummary,
  createWindowJudge,
  createWindowScorer,
  daypartFact,
  ScoringError,
  windowFacts,
} from '@drivesweep/scoring';
import type {
  MacroMean,
  MetricSummary,
  ScoringErrorCode,
  ScoringParameters,
  Statistics,
  WindowJudge,
  WindowJudgement,
  WindowScorer,
} from '@drivesweep/scoring';
import { refusedBy } from './prediction-line.ts';
import type {
  PredictionRecord,
  PredictionToScore,
  RefusedPrediction,
} from './prediction-to-score.ts';

/** One window of a file with its scores, or why it has none. */
export type ScoredRecord = ScoredWindow | RefusedPrediction;

export interface ScoredWindow {
  readonly kind: 'scored';
  readonly line: number;
  readonly windowId: string;
  readonly parameters: ScoringParameters;
  /** Every metric by id; null where it does not apply. */
  readonly scores: Readonly<Record<string, number | null>>;
  readonly judgement: WindowJudgement;
}

export interface FileSummary {
  /** Windows of the file, and what became of them. */
  readonly counts: {
    readonly expected: number;
    readonly ok: number;
    readonly error: number;
    readonly skipped: number;
  };
  /** Windows by error code. */
  readonly errors: Readonly<Record<string, number>>;
  /** Drives that are known; windows whose drive is not count as a drive each. */
  readonly drives: number;
  readonly windowsWithoutDrive: number;
  readonly statistics: Statistics;
  readonly headline: readonly string[];
  readonly metrics: readonly MetricSummary[];
  readonly macro: readonly MacroMean[];
}

/** Scores the windows of one file, whatever their numbers of samples and steps are. */
export interface FileScorer {
  /** What cannot be scored comes back as refused, with a code; nothing is thrown but faults of drivesweep. */
  score(record: PredictionRecord): ScoredRecord;
  summary(): FileSummary;
}

/** Windows of one shape: K, steps and step. */
interface ShapeScorer {
  readonly parameters: ScoringParameters;
  readonly scorer: WindowScorer;
  readonly judge: WindowJudge;
}

const CODES: Readonly<Record<ScoringErrorCode, ErrorCode>> = {
  SCORING_PARAMETERS: 'PREDICTION_INVALID',
  SCORING_SHAPE: 'PREDICTION_SHAPE',
  SCORING_NOT_FINITE: 'PREDICTION_NOT_FINITE',
  SCORING_RANGE: 'PREDICTION_INVALID',
};

export function createFileScorer(): FileScorer {
  const shapes = new Map<string, ShapeScorer>();
  const summary = createSummary([]);
  const seen = new Set<string>();
  const drives = new Set<string>();
  const errors = new Map<string, number>();
  const counts = { expected: 0, ok: 0, error: 0, skipped: 0 };
  let windowsWithoutDrive = 0;

  const shapeOf = ({ stepS, window }: PredictionToScore): ShapeScorer => {
    const parameters = parametersOf(stepS, window.samples);
    const key = Object.values(parameters).join();
    const known = shapes.get(key);
    if (known) return known;
    const made = {
      parameters,
      scorer: createWindowScorer(parameters),
      judge: createWindowJudge(parameters),
    };
    shapes.set(key, made);
    return made;
  };

  const scoreWindow = (line: number, prediction: PredictionToScore): ScoredWindow => {
    const { windowId, driveId, facts, window } = prediction;
    if (seen.has(windowId)) {
      throw new DrivesweepError('PREDICTION_DUPLICATE', `window ${windowId} was there before`);
    }
    const { parameters, scorer, judge } = shapeOf(prediction);
    const values = scorer.score(window);
    const judgement = judge(window);
    seen.add(windowId);
    if (driveId === null) windowsWithoutDrive++;
    else drives.add(driveId);
    summary.add({
      status: 'ok',
      driveId: driveId ?? windowId,
      facts: { ...facts, ...daypartFact(facts), ...windowFacts(window, parameters) },
      metrics: scorer.metrics,
      values,
    });
    const scores = Object.fromEntries(
      scorer.metrics.map(({ id }, i) => [id, Number.isNaN(values[i]) ? null : (values[i] ?? null)]),
    );
    return { kind: 'scored', line, windowId, parameters, scores, judgement };
  };

  const count = (record: ScoredRecord): ScoredRecord => {
    counts.expected++;
    if (record.kind === 'scored') {
      counts.ok++;
      return record;
    }
    counts[record.status]++;
    errors.set(record.code, (errors.get(record.code) ?? 0) + 1);
    summary.add({ status: record.status, driveId: null, facts: {}, values: [] });
    return record;
  };

  return {
    score(record) {
      if (record.kind === 'refused') return count(record);
      const { line, prediction } = record;
      try {
        return count(scoreWindow(line, prediction));
      } catch (thrown) {
        return count(refusedBy(asWindowError(thrown), line, prediction.windowId));
      }
    },
    summary: () => ({
      counts,
      errors: Object.fromEntries([...errors].sort(([a], [b]) => (a < b ? -1 : 1))),
      drives: drives.size + windowsWithoutDrive,
      windowsWithoutDrive,
      statistics: summary.statistics,
      headline: summary.headline(),
      metrics: summary.metrics(),
      macro: summary.macroMeans(),
    }),
  };
}

/** Steps of 0.1 s come as 0.1, 0.1000000001 or a float32: one shape, to the microsecond. */
function parametersOf(
  stepS: number,
  samples: PredictionToScore['window']['samples'],
): ScoringParameters {
  return {
    samples: samples.length,
    horizonSteps: samples[0]?.x.length ?? 0,
    stepS: Math.round(stepS * 1e6) / 1e6,
  };
}

function asWindowError(thrown: unknown): unknown {
  if (!(thrown instanceof ScoringError)) return thrown;
  return new DrivesweepError(CODES[thrown.code], thrown.message, { cause: thrown });
}
