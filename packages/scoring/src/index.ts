export type { ScoringErrorCode } from './errors.ts';
export { ScoringError } from './errors.ts';
export type {
  Absence,
  ComparedMetric,
  Comparison,
  ComparisonMethod,
  DifferenceInterval,
  LeftOut,
  MetricComparison,
  PairedDifference,
  PairedWindow,
  SliceComparison,
  Verdict,
  WindowCounts,
  WinsOfB,
} from './comparison/comparison.ts';
export { compareScores } from './comparison/compare-scores.ts';
export type { Gate, GateDecision, Margin } from './comparison/gate.ts';
export {
  decideGate,
  GATE_GRAMMAR,
  gateCandidates,
  marginFits,
  parseGate,
} from './comparison/gate.ts';
export type { Side, SideOfWindow, Unshared } from './comparison/paired-scores.ts';
export { PairedScores } from './comparison/paired-scores.ts';
export type { ExtendedComfort } from './motion/extended-comfort.ts';
export { extendedComfort } from './motion/extended-comfort.ts';
export type { WindowJudge, WindowJudgement } from './intent/judge-window.ts';
export { createWindowJudge, judgeWindow } from './intent/judge-window.ts';
export type { SampleReasons, VerdictOutline } from './intent/sample-reasons.ts';
export { createSampleReasonsReader } from './intent/sample-reasons.ts';
export { parseTrace } from './intent/parse-trace.ts';
export type { ReadTrace } from './intent/read-trace.ts';
export type {
  Axis,
  CauseCategory,
  Direction,
  LateralDecision,
  LongitudinalDecision,
  ObjectKind,
  ObjectMotion,
  ObjectPlace,
  ParsedTrace,
  RemarkKind,
  StatedCause,
  StatedDecision,
  TextSpan,
  TraceRemark,
  Vocabulary,
} from './intent/trace.ts';
export type { Verdict as IntentVerdict, VerdictOutcome } from './intent/verdict.ts';
export type {
  Better,
  MetricCard,
  MetricFamily,
  MetricInfo,
  MetricUnit,
  PreparedFamily,
} from './metric.ts';
export type { ScoringDescription, WindowScorer } from './metric-families.ts';
export {
  createWindowScorer,
  METRIC_CARDS,
  METRIC_FAMILIES,
  metricIds,
  SCORING_VERSION,
  scoreWindow,
  scoringDescription,
} from './metric-families.ts';
export type { MacroMean } from './statistics/macro-means.ts';
export type { MetricSummary } from './statistics/metric-summary.ts';
export type { Statistics, Summary, SummaryOptions, WindowOutcome } from './statistics/summary.ts';
export { headlineOf } from './statistics/headline.ts';
export { compareNaturally } from './statistics/natural-order.ts';
export { QUANTILE_RELATIVE_ERROR } from './statistics/quantile-sketch.ts';
export { ALL_WINDOWS, createSummary } from './statistics/summary.ts';
export type { TrackedMotion, TrackedPlan, TrackerStart } from './motion/navsim-tracker.ts';
export { createNavsimTracker } from './motion/navsim-tracker.ts';
export type { MeasuredMotion, NuplanComfort } from './motion/nuplan-comfort.ts';
export { createNuplanComfort } from './motion/nuplan-comfort.ts';
export type { EgoBoxToScore, ObstacleToScore } from './obstacle.ts';
export { DEFAULT_EGO_BOX, obstacleBoxAt } from './obstacle.ts';
export { planDeviation } from './motion/plan-deviation.ts';
export type { SampleToScore, ScoringParameters, WindowToScore } from './window.ts';
export type { ClusterTotals, MeanInterval, Resampling } from './statistics/bootstrap.ts';
export {
  BOOTSTRAP,
  bootstrapMean,
  bootstrapMeans,
  bootstrapWeights,
} from './statistics/bootstrap.ts';
export type { Random } from './statistics/random.ts';
export { createRandom } from './statistics/random.ts';
export { daypartFact, factsOfWindow, windowFacts } from './window-facts.ts';
