import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNormalEquations } from './banded-cholesky.ts';

describe('normal equations', () => {
  it('find the weighted mean of two wishes', () => {
    const equations = createNormalEquations(1);
    equations.addRow(0, [1], 0, 1);
    equations.addRow(0, [1], 10, 4);
    expect(equations.solve()?.[0]).toBeCloseTo(8, 12);
  });

  it('recover unknowns that fit every row', () => {
    const unknowns = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 4, maxLength: 20 });
    fc.assert(
      fc.property(unknowns, (v) => {
        const equations = createNormalEquations(v.length);
        for (let i = 0; i + 3 < v.length; i++) {
          const [a, b, c, d] = v.slice(i, i + 4);
          const target = (a ?? NaN) - 2 * (b ?? NaN) + 0.5 * (c ?? NaN) + 3 * (d ?? NaN);
          equations.addRow(i, [1, -2, 0.5, 3], target, 3);
        }
        v.forEach((value, i) => equations.addRow(i, [1], value, 1));
        equations.solve()?.forEach((value, i) => expect(value).toBeCloseTo(v[i] ?? NaN, 9));
      }),
    );
  });

  it('have no answer when an unknown is in no row', () => {
    const equations = createNormalEquations(2);
    equations.addRow(0, [1], 5, 1);
    expect(equations.solve()).toBeUndefined();
  });

  it('take at most four neighbours', () => {
    expect(() => createNormalEquations(9).addRow(0, [1, 1, 1, 1, 1], 0, 1)).toThrow('at most 4');
  });
});
