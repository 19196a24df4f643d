import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawOf } from './candidate.ts';
import { newFate } from './fate.ts';
import { selectWindows } from './selection.ts';
import { candidateOf, recipeOf } from './test-windows.ts';

const many = (count: number, changes: (row: number) => object = () => ({})) =>
  Array.from({ length: count }, (_, row) => candidateOf(row, changes(row)));
const rowsOf = ({ kept }: ReturnType<typeof selectWindows>) => kept.map(({ row }) => row);

describe('selectWindows', () => {
  it('keeps the first of near duplicates', () => {
    const recipe = recipeOf({ filters: { near_duplicates: {} } });
    const windows = many(4, (row) => ({ duplicateKey: row === 3 ? 'other' : 'same' }));
    expect(rowsOf(selectWindows(windows, recipe))).toEqual([0, 3]);
  });

  it('leaves no drive more windows than its cap, and the same ones in any order', () => {
    const recipe = recipeOf({ filters: { max_windows_per_drive: 3 } });
    const forward = rowsOf(selectWindows(many(20), recipe));
    const backward = rowsOf(selectWindows(many(20).reverse(), recipe)).reverse();
    expect(forward).toHaveLength(3);
    expect(backward).toEqual(forward);
  });

  it('draws by seed and window: another seed leaves others', () => {
    const draws = (seed: number) =>
      ['drive@1', 'drive@2', 'other@1'].map((id) => drawOf(id, { seed }));
    expect(draws(1)).toEqual(draws(1));
    expect(draws(1)).not.toEqual(draws(2));
    expect(new Set(draws(1)).size).toBe(3);
  });

  it('balance cuts classes to a multiple of the median class, and leaves small ones alone', () => {
    const balance = { by: ['manoeuvre'], at_most_times_median: 2 };
    const windows = many(26, (row) => ({ balanceClass: row < 20 ? 'a' : row < 24 ? 'b' : 'c' }));
    const { kept } = selectWindows(windows, recipeOf({ filters: { balance } }));
    const count = (name: string) => kept.filter((one) => one.balanceClass === name).length;
    expect([count('a'), count('b'), count('c')]).toEqual([8, 4, 2]);
  });

  it('says which filter left nothing', () => {
    const removed = many(2, () => ({ fate: Uint8Array.of(4) }));
    const recipe = recipeOf({ filters: { feasible: {} } });
    expect(() => selectWindows(removed, recipe)).toThrow('feasible removed 2 of 2 windows');
  });

  it('loses no window: kept and removed add up, for every slice and whatever the fates', () => {
    const recipe = recipeOf({ filters: { complete: {}, feasible: {}, max_windows_per_drive: 4 } });
    const fates = fc.array(fc.constantFrom<number[]>([0], [3], [4], [3, 0], [4, 3]), {
      minLength: 1,
    });
    fc.assert(
      fc.property(fates, (all) => {
        const windows = all.map((fate, row) => candidateOf(row, { fate: Uint8Array.from(fate) }));
        if (!all.some((fate) => fate.includes(0))) return;
        const { tallies } = selectWindows(windows, recipe);
        for (const slice of tallies.filters[0]?.slices ?? []) {
          const removed = tallies.filters
            .map(({ slices }) => slices.find((one) => one.slice === slice.slice)?.windowsRemoved)
            .reduce<number>((sum, count) => sum + (count ?? 0), 0);
          expect(removed + tallies.keptWindows).toBe(slice.windowsBefore);
        }
      }),
    );
  });

  it('counts a window that was not answered as removed by answered', () => {
    const windows = [candidateOf(0), candidateOf(1, { fate: newFate(0) })];
    const { tallies } = selectWindows(windows, recipeOf());
    expect(tallies.filters[0]).toMatchObject({
      filter: 'answered',
      slices: [{ slice: 'all', windowsBefore: 2, windowsRemoved: 1 }, {}, {}, {}],
    });
  });
});
