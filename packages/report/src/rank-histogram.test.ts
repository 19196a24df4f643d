import { describe, expect, it } from 'vitest';
import { createHistogram } from './histogram-counts.ts';
import { rankPlot, rankShares } from './rank-histogram.ts';

function ranks(...values: readonly number[]) {
  const histogram = createHistogram();
  for (const value of values) histogram.add(value);
  const counts = histogram.counts();
  if (counts === null) throw new Error('no values');
  return counts;
}

describe('a histogram of ranks', () => {
  it('has each rank in its own bar', () => {
    const all = Array.from({ length: 7 }, (_, rank) => rank / 6);
    expect(rankShares(ranks(...all), 6)).toEqual(Array.from({ length: 7 }, () => 1 / 7));
  });

  it('has as many bars as there are places among the samples, also empty ones', () => {
    expect(rankShares(ranks(0, 0, 0, 1), 2)).toEqual([0.75, 0, 0.25]);
  });

  it('says what an even spread would be', () => {
    expect(rankPlot('rank_4@6.0s[lat]', ranks(0, 1), 4).text).toContain('20 %');
  });
});
