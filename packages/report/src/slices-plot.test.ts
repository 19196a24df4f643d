import { describe, expect, it } from 'vitest';
import { slicesByFact, slicesSection } from './slices-plot.ts';
import { buildReportScorecard, buildSummary } from './test-data.ts';

const slice = (name: string, n = 100) => buildSummary({ slice: name, n });

describe('slices to draw', () => {
  it('are those of facts with at least two values, by fact', () => {
    const found = slicesByFact([slice('all'), slice('split=val'), slice('b=1'), slice('b=2')]);
    expect(found.map(({ fact, slices }) => [fact, slices.length])).toEqual([['b', 2]]);
  });

  it('keep their value whole when it holds an equals sign', () => {
    const [found] = slicesByFact([slice('a=x=1'), slice('a=x=2')]);
    expect(found?.fact).toBe('a');
  });

  it('are the largest where they are too many, and say how many are not there', () => {
    const many = Array.from({ length: 30 }, (_, i) => slice(`hour=${i}`, 1000 - i));
    const [found] = slicesByFact(many);
    expect(found?.slices).toHaveLength(24);
    expect(found?.hidden).toBe(6);
    expect(found?.slices.map(({ slice: name }) => name)).not.toContain('hour=29');
  });
});

describe('the section of slices', () => {
  it('marks slices on few windows', () => {
    const { text } = slicesSection(buildReportScorecard());
    expect(text.match(/class="slice few"/g)).toHaveLength(1);
  });

  it('says so when there is nothing to compare', () => {
    const { text } = slicesSection(buildReportScorecard({ metrics: [buildSummary()] }));
    expect(text).toContain('No fact of this dataset has two values');
  });
});
