import { z } from 'zod';

/** What a policy in a vehicle that decides ten times a second has. */
export const REALTIME_BUDGET_S = 0.1;

const withinBudget = z.strictObject({
  inside: z.int().nonnegative(),
  outside: z.int().nonnegative(),
});

/**
 * Windows by whether the policy answered them within REALTIME_BUDGET_S, those that had a run of their own (`one`) apart
 * from those that shared one (`many`): only the first say something about a vehicle. The time counts from the frames
 * being ready and the policy free for them to its samples: neither decoding nor waiting behind other windows is in it, and
 * of a vehicle nothing else either, no exposure, no transfer, no control.
 */
export const realtimeCountsSchema = z.strictObject({ one: withinBudget, many: withinBudget });
export type RealtimeCounts = z.output<typeof realtimeCountsSchema>;

export const NO_REALTIME: RealtimeCounts = {
  one: { inside: 0, outside: 0 },
  many: { inside: 0, outside: 0 },
};

/** One window that was answered `seconds` after its run could begin, together with `batch` - 1 others. */
export function realtimeOf(seconds: number, batch: number): RealtimeCounts {
  const inside = seconds <= REALTIME_BUDGET_S;
  const one = { inside: inside ? 1 : 0, outside: inside ? 0 : 1 };
  return batch === 1 ? { ...NO_REALTIME, one } : { ...NO_REALTIME, many: one };
}

export function addRealtime(a: RealtimeCounts, b: RealtimeCounts): RealtimeCounts {
  const add = (kind: keyof RealtimeCounts) => ({
    inside: a[kind].inside + b[kind].inside,
    outside: a[kind].outside + b[kind].outside,
  });
  return { one: add('one'), many: add('many') };
}
