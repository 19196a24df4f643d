import { at } from '@drivesweep/geometry';
import { ScoringError } from '../errors.ts';
import type { MetricInfo } from '../metric.ts';
import { headlineOf, headlineRank } from './headline.ts';
import { bucketOf } from './quantile-sketch.ts';

/** Values of one window that are there, worked out once for all the slices that they are added to. */
export interface PreparedValues {
  /** Entries of the arrays that are in use. */
  length: number;
  /** Columns that a slice needs to take them all. */
  readonly width: number;
  readonly columns: Int32Array;
  readonly values: Float64Array;
  /** The value, rounded to the grid of cluster sums. */
  readonly onGrid: Float64Array;
  /** What the rounding took away, to 2^-52. */
  readonly rest: Float64Array;
  /** The bucket of the value in a `QuantileSketch`. */
  readonly buckets: Int32Array;
  /** 1 where the value is above the tail of its metric. */
  readonly above: Uint8Array;
}

/** Sums of clusters are kept in multiples of 2^-20, a millionth: adding such numbers is exact while the sum stays below 2^33. */
const GRID = 2 ** 20;
/** Adding multiples of 2^-52 is exact while the sum stays below 2. */
const REST_GRID = 2 ** 52;

/** A metric and its column in the slice of all windows. */
export interface PlacedMetric {
  readonly metric: MetricInfo;
  readonly column: number;
}

/** A headline metric, which all other slices have too, in a column of their own. */
export interface PlacedHeadline extends PlacedMetric {
  readonly headlineColumn: number;
}

/** Which columns the values of a window go to. Windows with other numbers of samples or steps have other metrics. */
export interface MetricColumns {
  /**
   * The values of an ok window, for `all` and for the other slices. Both are filled anew by the next call.
   * @throws ScoringError SCORING_SHAPE when there is not one value per metric, SCORING_NOT_FINITE for infinity
   */
  readonly prepare: (
    metrics: readonly MetricInfo[],
    values: ArrayLike<number | null>,
  ) => { readonly all: PreparedValues; readonly headline: PreparedValues };
  /** Every metric seen, in an order that does not depend on that of the windows: by place in its list, then by id. */
  readonly placed: () => PlacedMetric[];
  /** Headline metrics, the first one first. */
  readonly headline: () => PlacedHeadline[];
}

interface Known {
  readonly metric: MetricInfo;
  readonly column: number;
  headlineColumn: number | null;
  rank: number;
}

interface Layout {
  readonly known: readonly Known[];
  /** Per value the column in slices; -1 where the metric is no headline of this list, whatever it is of another. */
  readonly headlineColumns: Int32Array;
  readonly all: PreparedValues;
  readonly headline: PreparedValues;
}

/** @param first a list to know from the start, so that it is there when no window is */
export function createMetricColumns(first: readonly MetricInfo[]): MetricColumns {
  const byId = new Map<string, Known>();
  const layouts = new WeakMap<readonly MetricInfo[], Layout>();
  let headlines = 0;

  const know = (metric: MetricInfo, rank: number): Known => {
    const known = byId.get(metric.id) ?? {
      metric,
      column: byId.size,
      headlineColumn: null,
      rank,
    };
    known.rank = Math.min(known.rank, rank);
    byId.set(metric.id, known);
    return known;
  };
  const layoutOf = (metrics: readonly MetricInfo[]): Layout => {
    const seen = layouts.get(metrics);
    if (seen !== undefined) return seen;
    const known = metrics.map(know);
    const headlineColumns = new Int32Array(metrics.length).fill(-1);
    for (const metric of headlineOf(metrics)) {
      const place = metrics.indexOf(metric);
      const headline = known[place];
      if (headline === undefined) continue;
      headline.headlineColumn ??= headlines++;
      headlineColumns[place] = headline.headlineColumn;
    }
    const layout = {
      known,
      headlineColumns,
      all: emptyValues(metrics.length, byId.size),
      headline: emptyValues(metrics.length, headlines),
    };
    layouts.set(metrics, layout);
    return layout;
  };
  const sorted = (rankOf: (known: Known) => number): Known[] =>
    [...byId.values()].sort(
      (a, b) => Math.sign(rankOf(a) - rankOf(b)) || (a.metric.id < b.metric.id ? -1 : 1),
    );

  layoutOf(first);
  return {
    prepare(metrics, values) {
      assertValues(metrics, values);
      const { known, headlineColumns, all, headline } = layoutOf(metrics);
      all.length = 0;
      headline.length = 0;
      known.forEach(({ metric, column }, i) => {
        const value = values[i] ?? NaN;
        if (Number.isNaN(value)) return;
        put(all, column, metric, value);
        const headlineColumn = headlineColumns[i] ?? -1;
        if (headlineColumn >= 0) copyLast(all, headline, headlineColumn);
      });
      return { all, headline };
    },
    placed: () => sorted(({ rank }) => rank),
    headline: () =>
      sorted(({ metric }) => headlineRank(metric)).flatMap(({ metric, column, headlineColumn }) =>
        headlineColumn === null ? [] : [{ metric, column, headlineColumn }],
      ),
  };
}

function emptyValues(length: number, width: number): PreparedValues {
  return {
    length: 0,
    width,
    columns: new Int32Array(length),
    values: new Float64Array(length),
    onGrid: new Float64Array(length),
    rest: new Float64Array(length),
    buckets: new Int32Array(length),
    above: new Uint8Array(length),
  };
}

function put(to: PreparedValues, column: number, metric: MetricInfo, value: number): void {
  const i = to.length++;
  to.columns[i] = column;
  to.values[i] = value;
  const onGrid = Math.round(value * GRID) / GRID;
  to.onGrid[i] = onGrid;
  to.rest[i] = Math.round((value - onGrid) * REST_GRID) / REST_GRID;
  to.buckets[i] = bucketOf(value);
  to.above[i] = value > (metric.tailAbove ?? Infinity) ? 1 : 0;
}

/** The same value in another column. */
function copyLast(from: PreparedValues, to: PreparedValues, column: number): void {
  const last = from.length - 1;
  const i = to.length++;
  to.columns[i] = column;
  to.values[i] = at(from.values, last);
  to.onGrid[i] = at(from.onGrid, last);
  to.rest[i] = at(from.rest, last);
  to.buckets[i] = from.buckets[last] ?? 0;
  to.above[i] = from.above[last] ?? 0;
}

/** Before anything is counted, so that a refused window leaves no trace. */
function assertValues(metrics: readonly MetricInfo[], values: ArrayLike<number | null>): void {
  if (values.length !== metrics.length) {
    throw new ScoringError(
      'SCORING_SHAPE',
      `values: expected ${metrics.length}, got ${values.length}`,
    );
  }
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === Infinity || value === -Infinity) {
      throw new ScoringError('SCORING_NOT_FINITE', `${metrics[i]?.id ?? i} is ${value}`);
    }
  }
}
