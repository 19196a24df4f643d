import type { SweepSpec } from '@drivesweep/contracts';

/**
 * Why a sweep must stop, or null while it may go on.
 * @param failed windows with status error, and those of quarantined shards
 * @param total all windows of the sweep
 */
export function budgetSpent(
  budget: SweepSpec['errorBudget'],
  failed: number,
  total: number,
): string | null {
  if (budget === null) return null;
  const allowed = budget.count ?? (budget.fraction ?? 1) * total;
  if (failed <= allowed) return null;
  const said =
    budget.count === null ? `${(budget.fraction ?? 1) * 100} % of ${total}` : `${budget.count}`;
  return `ERROR_BUDGET_SPENT: ${failed} windows failed, allowed are ${said}`;
}
