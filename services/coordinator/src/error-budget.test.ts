import { describe, expect, it } from 'vitest';
import { budgetSpent } from './error-budget.ts';

describe('budgetSpent', () => {
  it.each([
    [null, 1000, null],
    [{ count: 3, fraction: null }, 3, null],
    [{ count: 3, fraction: null }, 4, 'ERROR_BUDGET_SPENT: 4 windows failed, allowed are 3'],
    [{ count: null, fraction: 0.05 }, 50, null],
    [
      { count: null, fraction: 0.05 },
      51,
      'ERROR_BUDGET_SPENT: 51 windows failed, allowed are 5 % of 1000',
    ],
    [{ count: 0, fraction: null }, 1, 'ERROR_BUDGET_SPENT: 1 windows failed, allowed are 0'],
  ])('budget %j with %i failures: %s', (budget, failed, reason) => {
    expect(budgetSpent(budget, failed, 1000)).toBe(reason);
  });
});
