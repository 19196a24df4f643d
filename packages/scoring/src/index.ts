export type { ScoringErrorCode } from './errors.ts';
export { ScoringError } from './errors.ts';
export type { ExtendedComfort } from './extended-comfort.ts';
export { extendedComfort } from './extended-comfort.ts';
export type { MetricCard, MetricFamily, MetricInfo, MetricUnit, PreparedFamily } from './metric.ts';
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
export type { MetricSummary, Summary, WindowOutcome } from './summary.ts';
export { ALL_WINDOWS, createSummary } from './summary.ts';
export type { TrackedMotion, TrackedPlan, TrackerStart } from './navsim-tracker.ts';
export { createNavsimTracker } from './navsim-tracker.ts';
export type { MeasuredMotion, NuplanComfort } from './nuplan-comfort.ts';
export { createNuplanComfort } from './nuplan-comfort.ts';
export type { EgoBoxToScore, ObstacleToScore } from './obstacle.ts';
export { DEFAULT_EGO_BOX, obstacleBoxAt } from './obstacle.ts';
export { planDeviation } from './plan-deviation.ts';
export type { SampleToScore, ScoringParameters, WindowToScore } from './window.ts';
