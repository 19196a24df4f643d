import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetricInfo } from '../metric.ts';
import { BLOCK_WINDOWS } from './block-memory.ts';
import type { MetricSummary } from './metric-summary.ts';
import { createSummary } from './summary.ts';
import type { Summary, SummaryOptions, WindowOutcome } from './summary.ts';

const METRICS: readonly MetricInfo[] = [
  { id: 'ade_first@1.0s', unit: 'm', pattern: 'ade_first@H', better: 'lower', tailAbove: 3 },
  {
    id: 'miss_first@1.0s[2m]',
    unit: 'fraction',
    pattern: 'miss_first@H[2m]',
    better: 'lower',
    worst: 1,
  },
];

const ok = (
  values: readonly (number | null)[],
  facts: Record<string, string> = {},
  driveId = 'drive',
): WindowOutcome => ({ status: 'ok', driveId, facts, values });

const without = (
  status: 'error' | 'skipped' | 'missing',
  facts: Record<string, string> = {},
): WindowOutcome => ({ status, driveId: null, facts, values: [] });

function summaryOf(windows: readonly WindowOutcome[], options: SummaryOptions = {}): Summary {
  const summary = createSummary(METRICS, { draws: 50, ...options });
  for (const window of windows) summary.add(window);
  return summary;
}

function summarise(windows: readonly WindowOutcome[], maxValuesPerFact = 64): MetricSummary[] {
  return summaryOf(windows, { maxValuesPerFact }).metrics();
}

function find(summaries: MetricSummary[], slice: string, id = 'ade_first@1.0s'): MetricSummary {
  const found = summaries.find((summary) => summary.slice === slice && summary.id === id);
  if (found === undefined) throw new Error(`no ${id} in ${slice}`);
  return found;
}

describe('a summary', () => {
  it('gives mean, smallest and largest with how many windows they are about', () => {
    const summaries = summarise([ok([1, 0]), ok([2, 0]), ok([6, 1])]);
    expect(find(summaries, 'all')).toEqual({
      id: 'ade_first@1.0s',
      slice: 'all',
      unit: 'm',
      better: 'lower',
      mean: 3,
      n: 3,
      failed: 0,
      skipped: 0,
      missing: 0,
      undefined: 0,
      min: 1,
      max: 6,
      median: expect.closeTo(2, 2) as number,
      p90: 6,
      p95: 6,
      tail: { above: 3, share: 1 / 3 },
      interval: null,
      worstCase: { mean: 3, imputed: 6 },
      warnings: ['few_drives', 'few_windows'],
    });
    expect(find(summaries, 'all', 'miss_first@1.0s[2m]').mean).toBeCloseTo(1 / 3, 15);
  });

  it('never counts a window without an answer as 0', () => {
    const summaries = summarise([
      ok([4, 0]),
      without('error'),
      without('error'),
      without('missing'),
    ]);
    expect(find(summaries, 'all')).toMatchObject({
      mean: 4,
      n: 1,
      failed: 2,
      skipped: 0,
      missing: 1,
    });
  });

  it('has no mean of nothing', () => {
    for (const windows of [[], [without('skipped')], [ok([NaN, null])]]) {
      expect(find(summarise(windows), 'all')).toMatchObject({
        mean: null,
        min: null,
        max: null,
        median: null,
        p90: null,
        p95: null,
        tail: null,
        interval: null,
        worstCase: null,
        n: 0,
      });
    }
  });

  it('counts where a metric does not apply, metric by metric', () => {
    const summaries = summarise([ok([NaN, 1]), ok([5, null]), ok([null, 0])]);
    expect(find(summaries, 'all')).toMatchObject({ mean: 5, n: 1, undefined: 2 });
    expect(find(summaries, 'all', 'miss_first@1.0s[2m]')).toMatchObject({
      mean: 0.5,
      undefined: 1,
    });
  });

  it('accounts for every window in every slice that it is in', () => {
    const status = fc.constantFrom('ok', 'error', 'skipped', 'missing');
    const country = fc.constantFrom('DE', 'JP', 'US');
    fc.assert(
      fc.property(fc.array(fc.tuple(status, country)), (windows) => {
        const summaries = summarise(
          windows.map(([s, c]) => (s === 'ok' ? ok([1, NaN], { c }) : without(s, { c }))),
        );
        for (const { slice, n, failed, skipped, missing, undefined: none } of summaries) {
          const expected = windows.filter(([, c]) => slice === 'all' || slice === `c=${c}`).length;
          expect(n + failed + skipped + missing + none).toBe(expected);
        }
      }),
    );
  });
});

describe('slices', () => {
  const windows = [
    ok([1, 0], { country: 'DE', hour: '9' }),
    ok([3, 0], { country: 'US', hour: '9' }),
    without('error', { country: 'US' }),
    without('missing'),
  ];

  it('are all windows first, then fact=value by name, numbers as numbers', () => {
    const slices = summarise([...windows, ok([1, 0], { hour: '10' })]).map(({ slice }) => slice);
    expect([...new Set(slices)]).toEqual(['all', 'country=DE', 'country=US', 'hour=9', 'hour=10']);
  });

  it('hold the headline only', () => {
    const metrics: MetricInfo[] = [
      ...METRICS,
      { id: 'apd_1@1.0s', unit: 'm', pattern: 'apd_K@H', better: 'neither' },
    ];
    const summary = createSummary(metrics);
    summary.add(ok([1, 0, 2], { country: 'DE' }));
    const idsOf = (slice: string) =>
      summary.metrics().flatMap((metric) => (metric.slice === slice ? [metric.id] : []));
    expect(idsOf('all')).toEqual(metrics.map(({ id }) => id));
    expect(idsOf('country=DE')).toEqual(['ade_first@1.0s', 'miss_first@1.0s[2m]']);
    expect(summary.headline()).toEqual(idsOf('country=DE'));
  });

  it('hold their own windows only', () => {
    const summaries = summarise(windows);
    expect(find(summaries, 'country=DE')).toMatchObject({ mean: 1, n: 1, failed: 0, missing: 0 });
    expect(find(summaries, 'country=US')).toMatchObject({ mean: 3, n: 1, failed: 1 });
    expect(find(summaries, 'hour=9')).toMatchObject({ mean: 2, n: 2 });
    expect(find(summaries, 'all')).toMatchObject({ mean: 2, n: 2, failed: 1, missing: 1 });
  });

  it('leave out a fact with too many values, wholly and by name', () => {
    const summary = createSummary(METRICS, { maxValuesPerFact: 2 });
    for (const id of ['a', 'b', 'c', 'a']) summary.add(ok([1, 0], { drive: id, split: 'val' }));
    expect(summary.factsNotSliced()).toEqual(['drive']);
    expect(new Set(summary.metrics().map(({ slice }) => slice))).toEqual(
      new Set(['all', 'split=val']),
    );
  });

  it('with exactly as many values as allowed stay', () => {
    const summaries = summarise([ok([1, 0], { hour: '1' }), ok([1, 0], { hour: '2' })], 2);
    expect(find(summaries, 'hour=2').n).toBe(1);
  });
});

/** Another number of samples: one metric more, another order. */
const OF_SIX: readonly MetricInfo[] = [
  { id: 'min_ade_6@1.0s[full]', unit: 'm', pattern: 'min_ade_K@H[full]', better: 'lower' },
  ...METRICS.toReversed(),
];

/** Everything that a summary says, as bytes. */
function allOf(summary: Summary): string {
  const { statistics } = summary;
  const said = [
    summary.headline(),
    summary.metrics(),
    summary.macroMeans(),
    summary.factsNotSliced(),
  ];
  return JSON.stringify([statistics, ...said]);
}

describe('the order of the windows', () => {
  const facts = fc.record({
    country: fc.constantFrom('DE', 'JP', 'US'),
    name: fc.constantFrom('a', 'b', 'c', 'd'),
  });
  const drive = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
  /** The same windows in two orders. */
  const ordersOf = (value: fc.Arbitrary<number>) => {
    const values = fc.tuple(value, fc.option(value), facts, drive);
    const window = fc.oneof(
      values.map(([a, b, f, d]) => ok([a, b], f, d)),
      values.map(([a, b, f, d]) => ({ ...ok([a, a, b], f, d), metrics: OF_SIX })),
      fc.tuple(fc.constantFrom('error', 'skipped'), facts).map(([s, f]) => without(s, f)),
    );
    const all = { minLength: 60, maxLength: 60 };
    return fc
      .array(window, all)
      .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, all)));
  };
  const moderate = fc.double({ min: -10, max: 1e3, noNaN: true });
  const huge = fc.oneof(moderate, fc.constantFrom(0, 1, 1e9, -3e9, 1e13));

  it.each([
    ['while there are few drives', 4096, moderate],
    ['when drives are thrown together, whichever was the one too many', 5, moderate],
    ['when values are too large for the sums of clusters', 4096, huge],
  ])('does not change a byte %s', (_, maxClusters, value) => {
    const options = { maxValuesPerFact: 3, maxClusters, minimumWindows: 2, draws: 20 };
    fc.assert(
      fc.property(ordersOf(value), ([a, b]) => {
        expect(allOf(summaryOf(a, options))).toBe(allOf(summaryOf(b, options)));
      }),
    );
  });
});

describe('windows that wait to be added up together', () => {
  /** With others in between there are blocks that are full and blocks that are not. */
  const windows = Array.from({ length: 3 * BLOCK_WINDOWS }, (_, i) => {
    const values = [i % 7 === 0 ? NaN : 0.1 * i, i % 3 === 0 ? 1 : 0];
    const facts = { country: `c${i % 4}`, name: `n${i % 9}` };
    const drive = `d${Math.floor(i / 5)}`;
    return i > BLOCK_WINDOWS + 20 && i % 40 === 9
      ? { ...ok([0.3, ...values.toReversed()], facts, drive), metrics: OF_SIX }
      : ok(values, facts, drive);
  });
  const options = { maxValuesPerFact: 8, maxClusters: 20, minimumWindows: 2 };

  it('are in every number that is read, and reading changes none', () => {
    const read = createSummary(METRICS, { draws: 50, ...options });
    windows.forEach((window, i) => {
      read.add(window);
      if (i % 9 > 1 && i % BLOCK_WINDOWS > 1) return;
      expect(find(read.metrics(), 'all', 'miss_first@1.0s[2m]').n).toBe(i + 1);
    });
    expect(allOf(read)).toBe(allOf(summaryOf(windows, options)));
  });

  it('hold the values of when they were added, whatever becomes of the array', () => {
    const values = new Float64Array(2);
    const summary = createSummary(METRICS, { draws: 50 });
    for (const value of [1, 2, 6]) {
      values.fill(value);
      summary.add({ status: 'ok', driveId: 'a', facts: {}, values });
    }
    expect(find(summary.metrics(), 'all')).toMatchObject({ mean: 3, min: 1, max: 6 });
  });
});

describe('windows with other numbers of samples', () => {
  const windows = [
    ok([1, 0], { country: 'DE' }),
    { ...ok([2, 1, 3], { country: 'DE' }), metrics: OF_SIX },
  ];

  it('add to the metrics that both have, and to their own', () => {
    const summaries = summarise(windows);
    expect(find(summaries, 'all')).toMatchObject({ mean: 2, n: 2, undefined: 0 });
    expect(find(summaries, 'all', 'min_ade_6@1.0s[full]')).toMatchObject({ mean: 2, n: 1 });
  });

  it('leave a metric undefined that their own list does not have', () => {
    const { undefined: none } = find(summarise(windows), 'all', 'min_ade_6@1.0s[full]');
    expect(none).toBe(1);
  });

  it('need no first list', () => {
    const summary = createSummary([]);
    for (const one of windows) summary.add({ metrics: METRICS, ...one });
    expect(summary.headline()).toEqual([
      'min_ade_6@1.0s[full]',
      'ade_first@1.0s',
      'miss_first@1.0s[2m]',
    ]);
  });
});

describe('macro means', () => {
  /** Three windows at 1 m in DE, one at 5 m in US. */
  const windows = [
    ok([1, 0], { country: 'DE' }, 'a'),
    ok([1, 0], { country: 'DE' }, 'a'),
    ok([1, 0], { country: 'DE' }, 'b'),
    ok([5, 0], { country: 'US' }, 'b'),
    without('error', { country: 'FR' }),
  ];
  const ade = (minimumWindows: number, more: readonly WindowOutcome[] = []) =>
    summaryOf([...windows, ...more], { minimumWindows })
      .macroMeans()
      .filter(({ id }) => id === 'ade_first@1.0s');

  it('count every slice once, where the mean counts every window once', () => {
    expect(find(summarise(windows), 'all').mean).toBe(2);
    expect(ade(1)).toContainEqual({
      id: 'ade_first@1.0s',
      fact: 'country',
      mean: 3,
      slices: 2,
      leftOut: 1,
    });
  });

  it('count every drive once: 1 m and 3 m', () => {
    expect(ade(1)).toContainEqual({
      id: 'ade_first@1.0s',
      fact: 'drive',
      mean: 2,
      slices: 2,
      leftOut: 0,
    });
  });

  it('leave out slices with too few windows, and are not there for a single one', () => {
    expect(ade(2).map(({ fact }) => fact)).toEqual(['drive']);
    const two = ade(2, [ok([5, 0], { country: 'US' }, 'b')]);
    expect(two).toContainEqual(expect.objectContaining({ fact: 'country', mean: 3, leftOut: 1 }));
  });

  it('know no drives when there are too many to keep', () => {
    const summary = summaryOf(windows, { maxClusters: 1, minimumWindows: 1 });
    expect(summary.macroMeans().map(({ fact }) => fact)).toEqual(['country', 'country']);
  });

  it('are not of drives where the dataset calls a fact so', () => {
    const summary = summaryOf([ok([1, 0], { drive: 'x' }, 'a'), ok([1, 0], { drive: 'x' }, 'b')]);
    expect(summary.macroMeans()).toEqual([]);
  });
});

describe('a window that cannot be added', () => {
  it('is refused by name and leaves no trace', () => {
    const summary = createSummary(METRICS);
    expect(() => summary.add(ok([1]))).toThrow('values: expected 2, got 1');
    expect(() => summary.add(ok([1, Infinity]))).toThrow('miss_first@1.0s[2m] is Infinity');
    const homeless = { ...ok([1, 0]), driveId: null };
    expect(() => summary.add(homeless)).toThrow('driveId: expected one');
    expect(find(summary.metrics(), 'all')).toMatchObject({ n: 0, mean: null });
  });
});
