import { describe, expect, it } from 'vitest';
import {
  coordinate,
  formatCount,
  formatNumber,
  formatPercent,
  formatTick,
  formatValue,
} from './format.ts';

describe('a number for a person', () => {
  it.each([
    [1.2345, '1.23'],
    [12.345, '12.3'],
    [123.45, '123'],
    [0.0456, '0.046'],
    [0.00456, '0.0046'],
    [0.0000456, '4.6e-5'],
    [-0.5, '\u22120.50'],
    [0, '0'],
    [7, '7'],
    [12_345, '12\u202f345'],
    [null, '\u2013'],
    [NaN, '\u2013'],
  ])('%s is written %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it.each([
    [0.1234, '12.3 %'],
    [0.5, '50 %'],
    [1, '100 %'],
    [0.9999, '99.99 %'],
    [0, '0 %'],
    [0.0004, '0.04 %'],
    [null, '\u2013'],
  ])('the share %s is written %s', (share, text) => {
    expect(formatPercent(share)).toBe(text);
  });

  it('carries its unit, but a share is a percentage and a score has none', () => {
    expect(formatValue(1.5, 'm')).toBe('1.50 m');
    expect(formatValue(1.5, 'm/s^2')).toBe('1.50 m/s\u00b2');
    expect(formatValue(0.5, 'fraction')).toBe('50 %');
    expect(formatValue(0.5, 'score')).toBe('0.50');
  });

  it('groups thousands', () => {
    expect([999, 1000, 1_234_567].map(formatCount)).toEqual([
      '999',
      '1\u202f000',
      '1\u202f234\u202f567',
    ]);
  });
});

describe('a value on an axis', () => {
  it('has the decimals that it needs and no more', () => {
    expect([0, 0.5, -1.5, 2000].map(formatTick)).toEqual(['0', '0.5', '\u22121.5', '2\u202f000']);
  });
});

describe('a coordinate', () => {
  it('has two decimals at most and no minus zero', () => {
    expect([1.23456, 2, -0.001].map(coordinate)).toEqual(['1.23', '2', '0']);
  });
});
