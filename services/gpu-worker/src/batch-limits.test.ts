import { describe, expect, it } from 'vitest';
import { BatchLimits } from './batch-limits.ts';

describe('BatchLimits', () => {
  it('halves from what was tried, down to one', () => {
    const limits = new BatchLimits();
    expect(limits.of('p')).toBe(Infinity);
    expect([8, 4, 2].map((windows) => limits.halve('p', windows))).toEqual([4, 2, 1]);
    expect([limits.of('p'), limits.of('q')]).toEqual([1, Infinity]);
  });

  it('never grows again, whatever was under way', () => {
    const limits = new BatchLimits();
    expect(limits.halve('p', 4)).toBe(2);
    expect(limits.halve('p', 8)).toBe(2);
    limits.learn({ p: 16, q: 3 });
    limits.learn({ q: 5 });
    expect(limits.known()).toEqual({ p: 2, q: 3 });
    expect(limits.lowest).toBe(2);
  });

  it('halves an odd number downwards', () => {
    expect(new BatchLimits().halve('p', 5)).toBe(2);
  });
});
