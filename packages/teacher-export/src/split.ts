import type { Recipe } from './recipe.ts';
import { unitOf } from './seeded-hash.ts';

export const SPLITS = ['train', 'validation', 'test'] as const;
export type Split = (typeof SPLITS)[number];

/** The split of a drive: of its id and the seed only, so that a drive is never in two, nor moves when others come. */
export function splitOfDrive(
  driveId: string,
  { seed, splits }: Pick<Recipe, 'seed' | 'splits'>,
): Split {
  const place = unitOf(seed, `split\n${driveId}`);
  if (place < splits.train) return 'train';
  return place < splits.train + splits.validation || splits.test === 0 ? 'validation' : 'test';
}
