import { describe, expect, it } from 'vitest';
import type { PairedDifference } from './comparison.ts';
import { ADE, APD } from './test-pairs.ts';
import { verdictOf, verdictWords } from './verdict.ts';
import type { Judged } from './verdict.ts';

const judged: Judged = { windows: 60, drives: 30, interval: { low: -3, high: -1 }, pHolm: 0.01 };

describe('the verdict', () => {
  it.each<[string, 'lower' | 'higher' | 'neither', Partial<Judged>, string | null]>([
    ['no pair', 'lower', { windows: 0, interval: null, pHolm: null }, 'not_comparable'],
    ['one drive', 'lower', { drives: 1, interval: null, pHolm: null }, 'not_comparable'],
    ['one drive, no better side', 'neither', { interval: null, pHolm: null }, 'not_comparable'],
    ['no better side', 'neither', { pHolm: null }, null],
    [
      'an interval that holds 0',
      'lower',
      { interval: { low: -3, high: 1 } },
      'no_difference_shown',
    ],
    [
      'an interval that ends at 0',
      'lower',
      { interval: { low: -3, high: 0 } },
      'no_difference_shown',
    ],
    ['p at the level', 'lower', { pHolm: 0.05 }, 'no_difference_shown'],
    ['less, where less is better', 'lower', {}, 'better'],
    ['less, where more is better', 'higher', {}, 'worse'],
    ['more, where less is better', 'lower', { interval: { low: 1, high: 3 } }, 'worse'],
    ['more, where more is better', 'higher', { interval: { low: 1, high: 3 } }, 'better'],
  ])('on %s', (_what, better, changes, expected) => {
    expect(verdictOf(better, { ...judged, ...changes })).toBe(expected);
  });
});

describe('the words of a verdict', () => {
  const difference: PairedDifference = {
    windows: 91,
    drives: 7,
    meanA: 4.169,
    meanB: 1.62,
    difference: -2.549,
    relative: -0.611,
    interval: { low: -3.1, high: -2 },
    p: 2 / 128,
    pHolm: 2 / 128,
    winsOfB: { wins: 80, losses: 11, ties: 0 },
    verdict: 'better',
    warnings: ['few_drives'],
  };

  it('hold the figures that decided it, and how far to trust them', () => {
    expect(verdictWords(ADE, difference, 'better')).toBe(
      'B is better: ade_first@6.4s 1.620 m against 4.169 m, difference -2.549 m (-61.1 %) [-3.100, -2.000], ' +
        'p = 0.016, B better in 80 of 91 windows; only 7 drives, so the interval is not to be trusted',
    );
  });

  it('are as many as there are verdicts', () => {
    const start = (words: string) => words.split(':')[0];
    const nothing = { ...difference, windows: 0, drives: 0 };
    expect(start(verdictWords(ADE, difference, 'worse'))).toBe('B is worse');
    expect(start(verdictWords(ADE, difference, 'no_difference_shown'))).toBe('No difference shown');
    expect(start(verdictWords(APD, difference, null))).toBe('No better side');
    expect(verdictWords(ADE, nothing, 'not_comparable')).toBe(
      'Not comparable: no window has ade_first@6.4s in both',
    );
    expect(verdictWords(ADE, { ...difference, p: 0.0001 }, 'better')).toContain('p < 0.001');
  });
});
