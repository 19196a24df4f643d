import { describe, expect, it } from 'vitest';
import { renderComparison } from './comparison.ts';
import { forestRow, gainOf, gainScale } from './forest-row.ts';
import { buildCompared, buildComparison, buildWindow } from './test-data.ts';

const page = renderComparison(buildComparison());

describe('the page of a comparison', () => {
  it('says the verdict and its sentence first', () => {
    expect(page).toMatch(/verdict-word d-better[^]*better[^]*B is better: min_ade_6/);
  });

  it('has every metric with its difference, interval and corrected p', () => {
    for (const { id } of buildComparison().metrics) expect(page).toContain(id);
    expect(page).toContain('\u22120.16 m');
    expect(page).toContain('&lt; 0.001');
  });

  it('says which windows were left out and why', () => {
    expect(page).toMatch(/failed[^]*in A only[^]*40/);
  });

  it('is the same bytes again, loads nothing and runs nothing', () => {
    expect(renderComparison(buildComparison())).toBe(page);
    expect(page).not.toMatch(/<script|<link|url\(/i);
  });

  it('draws windows as both answered them where they are given', () => {
    const window = buildWindow();
    const drawn = renderComparison(buildComparison(), [{ a: window, b: window }]);
    expect(drawn.match(/class="birds-eye"/g)).toHaveLength(2);
  });

  it('cannot be taken over by a name', () => {
    const evil = '<script>alert(1)</script>';
    const { a } = buildComparison();
    const taken = renderComparison(buildComparison({ a: { ...a, name: evil }, words: evil }));
    expect(taken).not.toContain('<script');
  });
});

describe('the gain of B', () => {
  it('is to the right for a smaller error and for a larger share of what is good', () => {
    expect(gainOf(buildCompared(), 'lower')?.mean).toBeCloseTo(0.1, 9);
    expect(gainOf(buildCompared(), 'higher')?.mean).toBeCloseTo(-0.1, 9);
  });

  it('has its interval the right way round', () => {
    const gain = gainOf(buildCompared(), 'lower');
    expect(gain?.low).toBeCloseTo(0.09 / 1.6, 9);
    expect(gain?.high).toBeCloseTo(0.24 / 1.6, 9);
  });

  it('is none where there is no better side or nothing to be a share of', () => {
    expect(gainOf(buildCompared(), 'neither')).toBeNull();
    expect(gainOf(buildCompared({ meanA: 0 }), 'lower')).toBeNull();
  });

  it('beyond the scale ends in an arrow instead of a dot', () => {
    const far = { mean: 7, low: 5, high: 9 };
    const drawn = forestRow(far, 'better', gainScale([far])).text;
    expect(drawn).toContain('<path');
    expect(drawn).not.toContain('<circle');
  });
});

describe('slices of a comparison', () => {
  it('that are too small to test are folded away', () => {
    expect(page).toMatch(/country=DE[^]*1 slice too small to test[^]*country=JP/);
  });
});
