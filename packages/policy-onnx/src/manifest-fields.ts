import { z } from 'zod';

/** Fields that several parts of policy.json are made of. */

export const positive = z.int().positive();
export const filePath = z.string().min(1);
export const tensorName = z.string().min(1);
export const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, { error: 'expected 64 lower-case hex digits' });

/** A token id; parts store them as int32. */
export const tokenId = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);

/** What is wrong between fields that are each well-formed. */
export interface Contradiction {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Collects contradictions of the part of policy.json at `root`. */
export function contradictionsAt(...root: (string | number)[]): {
  readonly found: Contradiction[];
  readonly refuse: (wrong: boolean, at: readonly (string | number)[], message: string) => void;
} {
  const found: Contradiction[] = [];
  return {
    found,
    refuse(wrong, at, message) {
      if (wrong) found.push({ path: [...root, ...at], message });
    },
  };
}
