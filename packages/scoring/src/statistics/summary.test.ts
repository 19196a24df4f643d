import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetricInfo } from '../metric.ts';
import { createSummary } from './summary.ts';
import type { MetricSummary, WindowOutcome } from './summary.ts';

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
): WindowOutcome => ({ status: 'ok', facts, values });

const without = (
  status: 'error' | 'skipped' | 'missing',
  facts: Record<string, string> = {},
): WindowOutcome => ({ status, facts, values: [] });

function summarise(windows: readonly WindowOutcome[], maxValuesPerFact = 64): MetricSummary[] {
  const summary = createSummary(METRICS, { maxValuesPerFact });
  for (const window of windows) summary.add(window);
  return summary.metrics();
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
      mean: 3,
      n: 3,
      failed: 0,
      skipped: 0,
      missing: 0,
      undefined: 0,
      min: 1,
      max: 6,
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

  it('are all windows first, then fact=value by name', () => {
    const slices = summarise(windows).map(({ slice }) => slice);
    expect([...new Set(slices)]).toEqual(['all', 'country=DE', 'country=US', 'hour=9']);
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

describe('the order of the windows', () => {
  it('does not change a byte, whatever was lost or refused on the way', () => {
    const value = fc.double({ min: 0, max: 1e3, noNaN: true });
    const facts = fc.record({
      country: fc.constantFrom('DE', 'JP', 'US'),
      drive: fc.constantFrom('a', 'b', 'c', 'd'),
    });
    const window = fc.oneof(
      fc.tuple(value, fc.option(value), facts).map(([a, b, f]) => ok([a, b], f)),
      fc.tuple(fc.constantFrom('error', 'skipped'), facts).map(([s, f]) => without(s, f)),
    );
    const shuffled = fc
      .array(window, { maxLength: 60 })
      .chain((list) =>
        fc.tuple(
          fc.constant(list),
          fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([a, b]) => {
        expect(JSON.stringify(summarise(a, 3))).toBe(JSON.stringify(summarise(b, 3)));
      }),
    );
  });
});

describe('a window that cannot be added', () => {
  it('is refused by name and leaves no trace', () => {
    const summary = createSummary(METRICS);
    expect(() => summary.add(ok([1]))).toThrow('values: expected 2, got 1');
    expect(() => summary.add(ok([1, Infinity]))).toThrow('miss_first@1.0s[2m] is Infinity');
    expect(find(summary.metrics(), 'all')).toMatchObject({ n: 0, mean: null });
  });
});
