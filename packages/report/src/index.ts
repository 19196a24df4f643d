export { renderComparison } from './comparison.ts';
export type { PairToShow } from './comparison.ts';
export { createHistogram } from './histogram-counts.ts';
export type { HistogramBuilder, HistogramCounts } from './histogram-counts.ts';
export { countContradictions } from './verdict-list.ts';
export { isRank } from './rank-histogram.ts';
export { renderReport } from './report.ts';
export type {
  PictureToShow,
  ReportData,
  SampleToShow,
  ValueToShow,
  WindowToShow,
} from './report-data.ts';
