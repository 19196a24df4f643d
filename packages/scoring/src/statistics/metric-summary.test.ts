import { describe, expect, it } from 'vitest';
import type { MetricInfo } from '../metric.ts';
import type { MetricSummary } from './metric-summary.ts';
import { createSummary } from './summary.ts';
import type { SummaryOptions } from './summary.ts';

const ADE: MetricInfo = { id: 'ade', unit: 'm', pattern: 'ade', better: 'lower', tailAbove: 3 };
const GAP: MetricInfo = { id: 'gap', unit: 'm', pattern: 'gap', better: 'higher', worst: 0 };
const REWARD: MetricInfo = { id: 'reward', unit: 'score', pattern: 'reward', better: 'higher' };
const COUNT: MetricInfo = { id: 'count', unit: 'score', pattern: 'count', better: 'neither' };

/** Values of one metric, drive by drive, and how many windows failed beside them. */
function summaryOf(
  metric: MetricInfo,
  drives: readonly (readonly number[])[],
  { failed = 0, ...options }: SummaryOptions & { readonly failed?: number } = {},
): MetricSummary {
  const summary = createSummary([metric], options);
  drives.forEach((values, drive) => {
    for (const value of values) {
      summary.add({ status: 'ok', driveId: `drive ${drive}`, facts: {}, values: [value] });
    }
  });
  for (let n = 0; n < failed; n++) {
    summary.add({ status: 'error', driveId: 'drive 0', facts: {}, values: [] });
  }
  const [found] = summary.metrics();
  if (found === undefined) throw new Error('no summary');
  return found;
}

describe('quantiles and tail of a metric', () => {
  it('are the 50th, 90th and 95th of a hundred values, and how many are above 3', () => {
    const values = Array.from({ length: 100 }, (_, i) => (i + 1) / 20);
    const { median, p90, p95, tail, mean } = summaryOf(ADE, [values]);
    for (const [quantile, exact] of [
      [median, 2.5] as const,
      [p90, 4.5] as const,
      [p95, 4.75] as const,
    ]) {
      expect(Math.abs((quantile ?? 0) / exact - 1)).toBeLessThan(0.005);
    }
    expect(mean).toBeCloseTo(2.525, 12);
    expect(tail).toEqual({ above: 3, share: 0.4 });
  });

  it('are exact for a yes or no', () => {
    const flags = [...Array<number>(94).fill(0), ...Array<number>(6).fill(1)];
    expect(summaryOf(ADE, [flags])).toMatchObject({ median: 0, p90: 0, p95: 1 });
  });

  it('have no tail where the card names none', () => {
    expect(summaryOf(COUNT, [[1, 2]]).tail).toBeNull();
  });
});

describe('the interval of a metric', () => {
  it('comes from the drives: two that agree within themselves and differ from each other', () => {
    expect(
      summaryOf(ADE, [
        [1, 1, 1],
        [4, 4, 4],
      ]).interval,
    ).toEqual({ low: 1, high: 4, clusters: 2 });
  });

  it('holds the mean also of values far below the millionth to which sums of drives are rounded', () => {
    const tiny = 1.3e-7;
    const { mean, interval } = summaryOf(ADE, [
      [tiny, tiny],
      [tiny, tiny, tiny],
    ]);
    expect(mean).toBeCloseTo(tiny, 15);
    expect(interval?.low).toBe(mean);
    expect(interval?.high).toBe(mean);
  });

  it('is not there for one drive, however many windows it has', () => {
    expect(summaryOf(ADE, [Array<number>(50).fill(1)]).interval).toBeNull();
  });

  it('keeps groups of drives when there are more than are kept', () => {
    const drives = Array.from({ length: 40 }, (_, i) => [i % 2]);
    const { interval } = summaryOf(ADE, drives, { maxClusters: 8 });
    expect(interval?.clusters).toBe(8);
    expect(interval?.low).toBeLessThan(0.5);
    expect(interval?.high).toBeGreaterThan(0.5);
  });

  it('is not worked out from values so large that their sums would be rounded', () => {
    expect(summaryOf(ADE, [[1e9], [2e9]]).interval).not.toBeNull();
    expect(summaryOf(ADE, [[1e9], [2e9], [-2e9]])).toMatchObject({ interval: null, n: 3 });
  });
});

describe('the worst case', () => {
  it('puts the end of the range in for every window that was left out', () => {
    const fraction: MetricInfo = { ...ADE, unit: 'fraction', worst: 1 };
    expect(summaryOf(fraction, [[0, 0, 1]], { failed: 1 }).worstCase).toEqual({
      mean: 0.5,
      imputed: 1,
    });
    expect(summaryOf(GAP, [[6, 2]], { failed: 2 }).worstCase).toEqual({ mean: 2, imputed: 0 });
  });

  it('puts the worst window in where the range has no end', () => {
    expect(summaryOf(ADE, [[1, 5]], { failed: 2 }).worstCase).toEqual({ mean: 4, imputed: 5 });
    expect(summaryOf(REWARD, [[-3, -1]], { failed: 2 }).worstCase).toEqual({
      mean: -2.5,
      imputed: -3,
    });
  });

  it('is the mean when nothing was left out', () => {
    expect(summaryOf(ADE, [[1, 5]]).worstCase).toEqual({ mean: 3, imputed: 5 });
  });

  it('is not there without a worse side, or when nothing was scored', () => {
    expect(summaryOf(COUNT, [[1, 5]], { failed: 2 }).worstCase).toBeNull();
    expect(summaryOf(GAP, [], { failed: 2 }).worstCase).toBeNull();
  });
});

describe('warnings', () => {
  const drives = (count: number, windows: number) =>
    Array.from({ length: count }, () => Array<number>(windows).fill(1));

  it('tell of under 20 drives and of under 30 windows', () => {
    expect(summaryOf(ADE, drives(20, 2), { draws: 9 }).warnings).toEqual([]);
    expect(summaryOf(ADE, drives(19, 2), { draws: 9 }).warnings).toEqual(['few_drives']);
    expect(summaryOf(ADE, drives(29, 1), { draws: 9 }).warnings).toEqual(['few_windows']);
    expect(summaryOf(ADE, []).warnings).toEqual(['few_drives', 'few_windows']);
  });

  it('count the drives that have a value', () => {
    const none = Array.from({ length: 10 }, () => [NaN, NaN, NaN]);
    expect(summaryOf(ADE, [...drives(15, 3), ...none], { draws: 9 }).warnings).toEqual([
      'few_drives',
    ]);
  });
});
