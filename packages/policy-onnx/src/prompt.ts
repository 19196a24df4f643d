import { DrivesweepError } from '@drivesweep/contracts';
import type { PolicyInput, PolicySample } from '@drivesweep/contracts';
import { encodeDeltas } from '@drivesweep/geometry';
import type { BundlePrompt, PromptSegment } from './manifest-reasoning.ts';
import type { BundleTokenizer } from './tokenizer.ts';

export interface AssembledPrompt {
  /** `length` of policy.json. */
  readonly ids: BigInt64Array;
  /** Why the window cannot be asked about; then `ids` leaves the navigation text out. */
  readonly problem: PolicySample['problem'];
}

export type AssemblePrompt = (window: PolicyInput) => AssembledPrompt;

/** Writes what depends on the window into its place; answers with why it cannot. */
type FillSlots = (window: PolicyInput, ids: BigInt64Array) => PolicySample['problem'];

/**
 * Prepares a prompt: everything that is the same for all windows is encoded now.
 * Errors: BUNDLE_TOKENIZER_MISMATCH when text, images, history and navigation do not come to `length` ids, or when an id
 * that they need is not in the vocabulary.
 */
export function createPrompt(prompt: BundlePrompt, tokenizer: BundleTokenizer): AssemblePrompt {
  const { length, padId, segments } = prompt;
  const fixed: number[] = [];
  const fillers: FillSlots[] = [];
  for (const segment of segments) {
    requireKnown(segment, tokenizer);
    const fill = fillerOf(segment, { at: fixed.length, padId, tokenizer });
    if (fill) fillers.push(fill);
    for (const id of idsOf(segment, prompt, tokenizer)) fixed.push(id);
  }
  if (fixed.length !== length) {
    throw mismatch(`the prompt has ${fixed.length} ids, policy.json says ${length}`);
  }
  const template = BigInt64Array.from(fixed, BigInt);
  return (window) => {
    const ids = template.slice();
    let problem: PolicySample['problem'];
    for (const fill of fillers) problem = fill(window, ids) ?? problem;
    return { ids, problem };
  };
}

/** What a segment contributes before anything is known of the window. */
function idsOf(
  segment: PromptSegment,
  { padId }: BundlePrompt,
  tokenizer: BundleTokenizer,
): readonly number[] {
  switch (segment.kind) {
    case 'text': {
      const ids = tokenizer.encode(segment.text);
      if (!ids.includes(padId)) return ids;
      throw mismatch(
        `${JSON.stringify(segment.text)} holds token ${padId}, which marks empty slots`,
      );
    }
    case 'image':
      return Array<number>(segment.tokens).fill(segment.id);
    case 'history':
      return Array<number>(3 * segment.steps).fill(segment.firstId);
    case 'navigation':
      return Array<number>(segment.maxTokens).fill(padId);
  }
}

interface Place {
  /** Index of the segment's first id. */
  readonly at: number;
  readonly padId: number;
  readonly tokenizer: BundleTokenizer;
}

function fillerOf(segment: PromptSegment, { at, tokenizer }: Place): FillSlots | null {
  if (segment.kind === 'history') {
    const deltas = {
      bins: segment.bins,
      minM: segment.min,
      maxM: segment.max,
      yaw: 'none',
    } as const;
    return ({ history }, ids) => {
      encodeDeltas(history, deltas).forEach((bin, i) => {
        ids[at + i] = BigInt(segment.firstId + bin);
      });
      return undefined;
    };
  }
  if (segment.kind !== 'navigation') return null;
  const { before, after, maxTokens } = segment;
  if (tokenizer.encode(before + after).length >= maxTokens) {
    throw mismatch(`navigation has ${maxTokens} slots, and its markers alone take them`);
  }
  return ({ windowId, navigation }, ids) => {
    if (navigation === undefined || navigation === null) return undefined;
    const all = tokenizer.encode(before + navigation + after);
    if (all.length > maxTokens) {
      const message = `navigation of ${windowId} takes ${all.length} tokens, ${maxTokens} fit: ${JSON.stringify(navigation)}`;
      return { code: 'NAVIGATION_TOO_LONG', message };
    }
    all.forEach((id, i) => {
      ids[at + i] = BigInt(id);
    });
    return undefined;
  };
}

function requireKnown(segment: PromptSegment, tokenizer: BundleTokenizer): void {
  const needed =
    segment.kind === 'image'
      ? [segment.id]
      : segment.kind === 'history'
        ? [segment.firstId, segment.firstId + segment.bins - 1]
        : [];
  const unknown = needed.find((id) => !tokenizer.has(id));
  if (unknown === undefined) return;
  throw mismatch(
    `the ${segment.kind} of the prompt needs token ${unknown}, which it does not have`,
  );
}

function mismatch(why: string): DrivesweepError {
  return new DrivesweepError('BUNDLE_TOKENIZER_MISMATCH', `tokenizer of the bundle: ${why}`, {
    hint: 'export the bundle again, with the tokenizer of the very checkpoint',
  });
}
