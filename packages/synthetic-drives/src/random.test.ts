import { describe, expect, it } from 'vitest';
import { Random, uuidOf } from './random.ts';

const draws = (random: Random) => Array.from({ length: 5 }, () => random.next());

describe('Random', () => {
  it('is a function of its key', () => {
    expect(draws(new Random('a'))).toEqual(draws(new Random('a')));
    expect(draws(new Random('a'))).not.toEqual(draws(new Random('b')));
  });

  it('gives forks that do not depend on what was drawn before', () => {
    const used = new Random('a');
    draws(used);
    expect(draws(used.fork('road'))).toEqual(draws(new Random('a').fork('road')));
  });

  it('draws evenly', () => {
    const random = new Random('even');
    const values = Array.from({ length: 8000 }, () => random.uniform(-1, 3));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean).toBeCloseTo(1, 1);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...values)).toBeLessThan(3);
  });
});

it('shapes ids like version-4 UUIDs', () => {
  expect(uuidOf('drive 1')).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(uuidOf('drive 1')).not.toBe(uuidOf('drive 2'));
});
