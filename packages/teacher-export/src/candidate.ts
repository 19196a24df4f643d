import { isWindowKept, keptSamples } from './fate.ts';
import type { Fate } from './fate.ts';
import type { AnsweredWindow } from './answered-window.ts';
import type { Recipe } from './recipe.ts';
import { unitOf } from './seeded-hash.ts';
import { sha256Hex } from '@drivesweep/contracts';

/**
 * What the filters that look at all windows must know of one: some 100 bytes instead of 10 KB, when texts, fates and
 * lists that are equal are one object. Nothing in it is ever changed.
 */
export interface Candidate {
  /** Position of its shard in the manifest, and of its row in the part. */
  readonly entry: number;
  readonly row: number;
  /** In [0, 1), by the recipe's seed and the window's id: decides which windows a cap leaves. */
  readonly draw: number;
  readonly driveId: string;
  /** What the filters of single windows did to its samples. */
  readonly fate: Fate;
  /** Windows with the same key are near duplicates; null where the recipe does not ask, or the window is removed. */
  readonly duplicateKey: string | null;
  /** Values of the recipe's `report_by`, in its order. */
  readonly reported: readonly string[];
  /** The class that `balance` counts; null where the recipe does not ask. */
  readonly balanceClass: string | null;
}

export function drawOf(windowId: string, { seed }: Pick<Recipe, 'seed'>): number {
  return unitOf(seed, `window\n${windowId}`);
}

/** What a window has that lacks a fact. */
export const NO_FACT = 'unknown';

export function factValues(
  facts: Readonly<Record<string, string>>,
  names: readonly string[],
): string[] {
  return names.map((name) => facts[name] ?? NO_FACT);
}

export function balanceClassOf(
  facts: Readonly<Record<string, string>>,
  { filters }: Recipe,
): string | null {
  return filters.balance === undefined ? null : factValues(facts, filters.balance.by).join(' | ');
}

/** 64 bits of a hash: among a million keys two that differ fall together with a chance of 1 in 10^7. */
const KEY_DIGITS = 16;

/** Where along the path places are compared, as shares of the horizon. */
const LOOKED_AT = [0.25, 0.5, 0.75, 1];

/**
 * Near duplicates say the same sentence, start as fast, and their first kept sample passes through the same cells of a
 * grid. Two windows on either side of a cell's edge are near and have other keys: a cheap rule that never calls
 * different windows equal, and misses some that are alike.
 */
export function duplicateKeyOf(
  window: AnsweredWindow,
  fate: Fate,
  { filters }: Recipe,
): string | null {
  const rule = filters.near_duplicates;
  if (rule === undefined || !isWindowKept(fate)) return null;
  const sample = window.samples[keptSamples(fate)[0] ?? 0];
  if (sample === undefined) return null;
  const steps = sample.x.length;
  const cells = LOOKED_AT.flatMap((share) => {
    const t = Math.max(0, Math.ceil(share * steps) - 1);
    return [sample.x[t], sample.y[t]].map((metres) => Math.round((metres ?? 0) / rule.grid_m));
  });
  const says = (sample.trace ?? '').toLowerCase().replace(/\s+/g, ' ').trim();
  const where = rule.within === 'drive' ? window.driveId : '';
  const key = [where, Math.round(window.v0Mps / rule.speed_mps), ...cells, says].join('\u001f');
  return sha256Hex(key).slice(0, KEY_DIGITS);
}
