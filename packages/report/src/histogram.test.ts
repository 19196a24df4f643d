import { describe, expect, it } from 'vitest';
import { barsOf, histogramPlot } from './histogram.ts';
import { buildSummary } from './test-data.ts';

describe('the bars of a histogram', () => {
  it('hold every window once', () => {
    const { bars, beyond, total } = barsOf({ width: 0.5, first: 0, counts: [5, 3, 0, 2] });
    expect(bars.map(({ count }) => count)).toEqual([5, 3, 0, 2]);
    expect([beyond, total]).toEqual([0, 10]);
    expect(bars.at(-1)).toEqual({ from: 1.5, to: 2, count: 2 });
  });

  it('are few enough to be seen, however many bins there are', () => {
    const { bars } = barsOf({ width: 1, first: 0, counts: Array.from({ length: 200 }, () => 1) });
    expect(bars.length).toBeLessThanOrEqual(36);
    expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(200);
  });

  it('end where a long thin tail begins, and say how much lies beyond', () => {
    const counts = Array.from({ length: 200 }, (_, bin) => (bin < 10 ? 99 : bin === 199 ? 3 : 0));
    const { bars, beyond } = barsOf({ width: 1, first: 0, counts });
    expect(bars.at(-1)?.to).toBe(10);
    expect(beyond).toBe(3);
  });
});

describe('a drawn histogram', () => {
  it('shows a lonely window, marks median and P95, and names its metric', () => {
    const plot = histogramPlot(buildSummary({ median: 0.5, p95: 1.5 }), {
      width: 1,
      first: 0,
      counts: [50, 1],
    }).text;
    expect(plot).toContain('1 to 2 m: 1 window<');
    expect(plot).toContain('median 0.50');
    expect(plot).toContain('P95 1.50');
    expect(plot).toContain('min_ade_6@6.4s[full]');
  });
});
