import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNormalEquations } from './banded-cholesky.ts';

describe('normal equations', () => {
  it('find the weighted mean of two wishes', () => {
    const equations = createNormalEquations(1, 0);
    equations.addRow(0, [1], 0, 1);
    equations.addRow(0, [1], 10, 4);
    expect(equations.solve()?.[0]).toBeCloseTo(8, 12);
  });

  it('recover unknowns that fit every row', () => {
    const unknowns = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 4, maxLength: 20 });
    fc.assert(
      fc.property(unknowns, (v) => {
        const equations = createNormalEquations(v.length, 2);
        for (let i = 0; i + 2 < v.length; i++) {
          const [a, b, c] = v.slice(i, i + 3);
          equations.addRow(i, [1, -2, 0.5], (a ?? NaN) - 2 * (b ?? NaN) + 0.5 * (c ?? NaN), 3);
        }
        v.forEach((value, i) => equations.addRow(i, [1], value, 1));
        equations.solve()?.forEach((value, i) => expect(value).toBeCloseTo(v[i] ?? NaN, 9));
      }),
    );
  });

  it('have no answer when an unknown is in no row', () => {
    const equations = createNormalEquations(2, 1);
    equations.addRow(0, [1], 5, 1);
    expect(equations.solve()).toBeUndefined();
  });
});
