import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareScores } from './compare-scores.ts';
import type { ComparedMetric, Comparison } from './comparison.ts';
import { PairedScores } from './paired-scores.ts';
import { createRandom } from '../statistics/random.ts';
import { ADE, APD, COMFORT, drivesThatDiffer, scoresOf, windowsOf } from './test-pairs.ts';
import type { TestPair } from './test-pairs.ts';

const compare = (
  pairs: readonly TestPair[],
  metrics: readonly [ComparedMetric, ...ComparedMetric[]] = [ADE],
) => compareScores(scoresOf(pairs, metrics.length), metrics, 0);

/** The first metric. */
function first(comparison: Comparison) {
  const [metric] = comparison.metrics;
  if (metric === undefined) throw new Error('no metric was compared');
  return metric;
}

describe('a comparison', () => {
  it('is about pairs: their means, their difference, who won', () => {
    const comparison = compare([
      { drive: 'x', a: [4], b: [1] },
      { drive: 'x', a: [2], b: [2] },
      { drive: 'y', a: [3], b: [3.5] },
      { drive: 'y', a: [3], b: [1.5] },
    ]);
    expect(first(comparison)).toMatchObject({
      windows: 4,
      drives: 2,
      meanA: 3,
      meanB: 2,
      difference: -1,
      relative: -1 / 3,
      winsOfB: { wins: 2, losses: 1, ties: 1 },
      // Drives differ by -3 and -1 in sum: no flip but the mirror is as far as 4.
      p: 2 / 4,
      // A draw of x twice gives -1.5, of y twice -0.5.
      interval: { low: -1.5, high: -0.5 },
      warnings: ['few_drives'],
    });
  });

  it('says why windows make no pair, and they add up to what was expected', () => {
    const comparison = compare([
      { drive: 'x', a: [1], b: [2] },
      { drive: 'x', a: 'error', b: [2] },
      { drive: 'x', a: [1], b: 'error' },
      { drive: 'x', a: 'error', b: 'error' },
      { drive: 'x', a: 'error', b: 'missing' },
      { drive: 'x', a: 'skipped', b: 'skipped' },
      { drive: 'x', a: [null], b: [2] },
      { drive: 'x', a: [1], b: [NaN] },
      { drive: 'x', a: [null], b: [null] },
      { drive: 'x', a: [1], b: 'missing' },
    ]);
    expect(first(comparison).windows).toBe(1);
    expect(first(comparison).leftOut).toEqual([
      { reason: 'missing', side: 'b', windows: 1 },
      { reason: 'missing', side: 'both', windows: 1 },
      { reason: 'failed', side: 'a', windows: 1 },
      { reason: 'failed', side: 'b', windows: 1 },
      { reason: 'failed', side: 'both', windows: 1 },
      { reason: 'skipped', side: 'both', windows: 1 },
      { reason: 'undefined', side: 'a', windows: 1 },
      { reason: 'undefined', side: 'b', windows: 1 },
      { reason: 'undefined', side: 'both', windows: 1 },
    ]);
    expect(comparison.expected).toBe(10);
    expect(comparison.windowsOfB).toEqual({ ok: 5, error: 2, skipped: 1, missing: 2 });
  });

  it('of a sweep with itself shows no difference at all', () => {
    const comparison = compare(drivesThatDiffer([0, 0, 0, 0, 0, 0, 0, 0]));
    expect(comparison.verdict).toBe('no_difference_shown');
    expect(first(comparison)).toMatchObject({
      difference: 0,
      interval: { low: 0, high: 0 },
      p: 1,
      winsOfB: { wins: 0, losses: 0, ties: 16 },
    });
    expect(comparison.gained).toEqual([]);
  });

  it('says better or worse when interval and test both speak', () => {
    const oneWay = [1, 2, 1, 2, 1, 2];
    expect(compare(drivesThatDiffer(oneWay.map((d) => -d))).verdict).toBe('better');
    expect(compare(drivesThatDiffer(oneWay)).verdict).toBe('worse');
    expect(compare(drivesThatDiffer(oneWay), [COMFORT]).verdict).toBe('better');
  });

  it('is not led by an interval that five drives made too narrow', () => {
    const comparison = compare(drivesThatDiffer([1, 1, 1, 1, 1]));
    expect(first(comparison).interval).toEqual({ low: 1, high: 1 });
    expect(first(comparison).p).toBe(2 / 32);
    expect(comparison.verdict).toBe('no_difference_shown');
    expect(comparison.words).toContain(
      '5 drives can never show one: p is at least 0.063; it takes 6',
    );
  });

  it('cannot be made of one drive, nor of no pairs', () => {
    const ofOne = compare([
      { drive: 'x', a: [1], b: [2] },
      { drive: 'x', a: [1], b: [3] },
    ]);
    expect(ofOne.verdict).toBe('not_comparable');
    expect(first(ofOne)).toMatchObject({ difference: 1.5, interval: null, p: null });
    expect(ofOne.words).toContain('come from 1 drive');
    const ofNone = compare([{ drive: 'x', a: [1], b: 'error' }]);
    expect(ofNone.verdict).toBe('not_comparable');
    expect(first(ofNone)).toMatchObject({ meanA: null, difference: null, quantiles: null });
  });

  it('corrects the others among each other, and leaves the primary and what has no better side alone', () => {
    // Each metric differs by one way in all 6 drives: p = 2/64.
    const pairs = drivesThatDiffer([1, 1, 1, 1, 1, 1]).map((pair): TestPair => ({
      ...pair,
      a: [0, 0, 0, 0],
      b: [1, 1, 1, 1],
    }));
    const other = { ...ADE, id: 'fde_first@6.4s' };
    const { metrics } = compare(pairs, [ADE, other, APD, COMFORT]);
    expect(metrics.map(({ p }) => p)).toEqual([2 / 64, 2 / 64, 2 / 64, 2 / 64]);
    expect(metrics.map(({ pHolm }) => pHolm)).toEqual([2 / 64, 4 / 64, null, 4 / 64]);
    expect(metrics.map(({ verdict }) => verdict)).toEqual([
      'worse',
      'no_difference_shown',
      null,
      'no_difference_shown',
    ]);
    expect(metrics[2]?.winsOfB).toBeNull();
  });

  it('shows the windows that B gained and lost most', () => {
    const { gained, lost } = compare([
      { drive: 'x', a: [4], b: [1] },
      { drive: 'x', a: [4], b: [3] },
      { drive: 'y', a: [1], b: [1] },
      { drive: 'y', a: [1], b: [6] },
    ]);
    expect(gained).toEqual([
      { windowId: 'x@0', driveId: 'x', a: 4, b: 1, difference: -3 },
      { windowId: 'x@1', driveId: 'x', a: 4, b: 3, difference: -1 },
    ]);
    expect(lost.map(({ windowId }) => windowId)).toEqual(['y@3']);
  });

  it('is refused where one side expects what the other does not', () => {
    const scores = scoresOf([{ drive: 'x', a: [1], b: [2] }]);
    const more = { driveId: 'x', status: 'ok', facts: {}, values: [1] } as const;
    scores.add('a', { windowId: 'x@9', ...more });
    expect(() => compareScores(scores, [ADE], 0)).toThrow(
      '1 windows are expected on one side only',
    );
  });
});

describe('slices', () => {
  /** `count` windows in each of the drives, with facts and a difference. */
  const slice = (facts: TestPair['facts'], drives: readonly string[], count: number, b: number) =>
    drives.flatMap((drive) =>
      Array.from({ length: count }, (): TestPair => ({
        drive,
        a: [1],
        b: [b],
        facts: facts ?? {},
      })),
    );
  const six = ['c0', 'c1', 'c2', 'c3', 'c4', 'c5'];

  it('are compared by the primary metric, and corrected among those that are tested', () => {
    const { slices } = compare([
      ...slice({ speed: 'slow', country: 'de' }, six, 10, 2),
      ...slice({ speed: 'fast', country: 'us' }, six, 10, 0.5),
      ...slice({ speed: 'none', country: 'us' }, six, 4, 1),
      ...slice({ speed: 'few', country: 'us' }, ['c0'], 40, 1),
    ]);
    expect(slices.map((one) => [one.slice, one.windows, one.drives, one.tooSmall])).toEqual([
      ['country=de', 60, 6, false],
      ['country=us', 124, 6, false],
      ['speed=fast', 60, 6, false],
      ['speed=few', 40, 1, true],
      ['speed=none', 24, 6, true],
      ['speed=slow', 60, 6, false],
    ]);
    // Four are tested, each with p = 2/64.
    const slow = slices.find((one) => one.slice === 'speed=slow');
    expect(slow).toMatchObject({ p: 2 / 64, pHolm: 8 / 64, verdict: 'no_difference_shown' });
    const few = slices.find((one) => one.slice === 'speed=few');
    expect(few).toMatchObject({
      difference: 0,
      interval: null,
      p: null,
      pHolm: null,
      verdict: null,
    });
  });

  it('leave out facts with one value, which say what the whole says, and facts that are names', () => {
    const pairs = Array.from({ length: 65 }, (_, n): TestPair => ({
      drive: 'x',
      a: [1],
      b: [1],
      facts: { camera: 'wide', name: `${n}` },
    }));
    const { slices, factsNotSliced } = compare(pairs);
    expect(slices).toEqual([]);
    expect(factsNotSliced).toEqual(['name']);
  });

  it('hold only what both sweeps say alike', () => {
    const scores = new PairedScores(1);
    const window = { windowId: 'x@0', driveId: 'x', status: 'ok', values: [1] } as const;
    scores.add('a', { ...window, facts: { country: 'de', speed: 'slow' } });
    scores.add('b', { ...window, facts: { speed: 'fast', country: 'de' } });
    expect(scores.facts(0)).toEqual({ country: 'de' });
  });
});

const value = fc.option(fc.double({ min: -50, max: 50, noNaN: true }), { nil: null });
const side = fc.oneof(
  { weight: 9, arbitrary: fc.tuple(value, value) },
  { weight: 1, arbitrary: fc.constantFrom('error' as const, 'missing' as const) },
);
const anyPairs = fc.array(
  fc.record({
    drive: fc.constantFrom('d1', 'd2', 'd3', 'd4', 'd5', 'd6', 'd7'),
    a: side,
    b: side,
    facts: fc.record({ country: fc.constantFrom('de', 'us') }),
  }),
  { maxLength: 80 },
);

describe('for any two sweeps', () => {
  const metrics = [ADE, COMFORT] as const;

  it('the order of the windows changes no byte', () => {
    fc.assert(
      fc.property(anyPairs, fc.nat(), (pairs, seed) => {
        const random = createRandom(seed);
        const keyed = windowsOf(pairs).map((one) => ({ one, key: random.uint32() }));
        const shuffled = new PairedScores(2);
        for (const { one } of keyed.sort((s, t) => s.key - t.key))
          shuffled.add(one.side, one.window);
        const again = JSON.stringify(compareScores(shuffled, metrics, 0));
        expect(again).toBe(JSON.stringify(compare(pairs, [...metrics])));
      }),
      { numRuns: 25 },
    );
  });

  it('swapping them turns every sign and every verdict', () => {
    const turned = { better: 'worse', worse: 'better' } as const;
    fc.assert(
      fc.property(anyPairs, (pairs) => {
        const ab = compare(pairs, [...metrics]);
        const ba = compare(
          pairs.map(({ a, b, ...rest }) => ({ ...rest, a: b, b: a })),
          [...metrics],
        );
        const all = (one: Comparison) => [...one.metrics, ...one.slices];
        all(ab).forEach((there, i) => {
          const back = all(ba)[i];
          expect(back?.difference).toEqual(there.difference === null ? null : 0 - there.difference);
          expect(back?.meanA).toBe(there.meanB);
          expect(back?.p).toBe(there.p);
          expect(back?.winsOfB?.wins).toBe(there.winsOfB?.losses);
          expect(back?.interval?.low ?? 0).toBeCloseTo(0 - (there.interval?.high ?? 0), 9);
          expect(back?.interval?.high ?? 0).toBeCloseTo(0 - (there.interval?.low ?? 0), 9);
          expect(Math.sign(back?.relative ?? 0) * Math.sign(there.relative ?? 0)).toBeLessThan(1);
          const { verdict } = there;
          const expected = verdict === 'better' || verdict === 'worse' ? turned[verdict] : verdict;
          expect(back?.verdict).toBe(expected);
        });
        expect(ba.gained.map(({ windowId }) => windowId)).toEqual(
          ab.lost.map(({ windowId }) => windowId),
        );
      }),
      { numRuns: 25 },
    );
  });
});
