import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DrivesweepError } from '@drivesweep/contracts';
import type { BundleManifest } from './bundle-manifest.ts';
import { createPrompt } from './prompt.ts';
import type { AssemblePrompt } from './prompt.ts';
import { openTokenizer } from './tokenizer.ts';
import type { BundleTokenizer } from './tokenizer.ts';

/** What turns windows into prompts, and tokens into traces. */
export interface BundleText {
  readonly tokenizer: BundleTokenizer;
  /** Null when the prompt is part of the graph. */
  readonly prompt: AssemblePrompt | null;
}

/**
 * Opens the tokenizer of a bundle whose files in `folder` are hashed already, and prepares its prompt; null for a policy
 * that writes no text.
 * Errors: BUNDLE_TOKENIZER_MISMATCH.
 */
export async function openBundleText(
  { reasoning }: BundleManifest,
  folder: string,
): Promise<BundleText | null> {
  if (!reasoning) return null;
  const { decode, trace, prompt } = reasoning;
  const bytes = await readFile(join(folder, reasoning.tokenizer));
  const tokenizer = openTokenizer(bytes, reasoning.tokenizer);
  for (const id of [
    decode.endId,
    trace.endId,
    ...(trace.startId === null ? [] : [trace.startId]),
  ]) {
    if (tokenizer.has(id)) continue;
    throw new DrivesweepError(
      'BUNDLE_TOKENIZER_MISMATCH',
      `${reasoning.tokenizer} does not have token ${id}, which marks a place in the text`,
      { hint: 'export the bundle again, with the tokenizer of the very checkpoint' },
    );
  }
  return { tokenizer, prompt: prompt && createPrompt(prompt, tokenizer) };
}
