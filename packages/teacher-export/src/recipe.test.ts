import { describe, expect, it } from 'vitest';
import { RECIPE_FIELDS, recipeHash, recipeSchema, resolveRecipe } from './recipe.ts';

const parse = (value: unknown) => recipeSchema.parse(value);

describe('recipe', () => {
  it('has the same hash whether a default is written out or not, and in whatever order', () => {
    const short = parse({ name: 'r', filters: { feasible: {} } });
    const long = parse({
      filters: { feasible: { max_curvature_per_m: 0.33, max_accel_mps2: 9.8 } },
      seed: 0,
      name: 'r',
    });
    expect(recipeHash(short)).toBe(recipeHash(long));
  });

  it('has another hash when a bound is another', () => {
    const one = parse({ name: 'r', filters: { feasible: { max_accel_mps2: 4 } } });
    const other = parse({ name: 'r', filters: { feasible: { max_accel_mps2: 4.1 } } });
    expect(recipeHash(one)).not.toBe(recipeHash(other));
  });

  it('refuses a field that it does not know', () => {
    expect(recipeSchema.safeParse({ name: 'r', filters: { feasable: {} } }).success).toBe(false);
  });

  it('refuses shares of splits that do not add up to 1', () => {
    expect(recipeSchema.safeParse({ name: 'r', splits: { train: 0.8 } }).success).toBe(false);
  });

  it('is the same recipe whether ids come from a list or stand in it, in whatever order', () => {
    const byList = resolveRecipe(parse({ name: 'r', exclude: { lists: ['a.txt'] } }), ['b', 'a']);
    const inline = resolveRecipe(parse({ name: 'r', exclude: { drives: ['a', 'b', 'a'] } }), []);
    expect(recipeHash(byList)).toBe(recipeHash(inline));
  });

  it('knows the fields of every level', () => {
    expect(RECIPE_FIELDS['filters.feasible']).toEqual(['max_accel_mps2', 'max_curvature_per_m']);
    expect(RECIPE_FIELDS['filters.error_to_recorded']).toEqual(['max_ade_m', 'max_fde_m']);
    expect(RECIPE_FIELDS['splits']).toEqual(['train', 'validation', 'test']);
  });
});
