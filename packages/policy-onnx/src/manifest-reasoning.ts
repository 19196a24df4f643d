import { z } from 'zod';
import { contradictionsAt, filePath, positive, tensorName, tokenId } from './manifest-fields.ts';
import type { Contradiction } from './manifest-fields.ts';

/**
 * What policy.json says of a policy that writes a text of its own before it answers.
 *
 * Axes: B windows, K samples, P ids of the prompt, M = decode.maxTokens. The graph draws token i of sample k with
 * `uniforms[b, k, i]` and nothing else, so that a sample depends neither on K nor on the other rows.
 */

const range = z.tuple([z.number(), z.number(), z.number()]);

/** Pieces of the prompt; their ids are joined. Each text is encoded by itself, special tokens recognised, none added. */
const segment = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), text: z.string().min(1) }),
  /** `tokens` times `id`: the place of image `index` of the N axis. */
  z.strictObject({
    kind: z.literal('image'),
    index: z.int().min(0),
    id: tokenId,
    tokens: positive,
  }),
  /**
   * The steps between the poses of the history, the first from the origin, x, y and z each cut into `bins` equal
   * bins over [min, max] metres, rounding half to even: 3 x steps ids from `firstId` on.
   */
  z.strictObject({
    kind: z.literal('history'),
    steps: positive,
    bins: z.int().min(2),
    firstId: tokenId,
    min: range,
    max: range,
  }),
  /**
   * before + the window's navigation text + after, encoded as one text, then `padId` up to `maxTokens` ids in all;
   * nothing but `padId` for a window without such a text.
   */
  z.strictObject({
    kind: z.literal('navigation'),
    before: z.string(),
    after: z.string(),
    maxTokens: positive,
  }),
]);
export type PromptSegment = z.output<typeof segment>;

const prompt = z.strictObject({
  /** P: what the segments come to, always. */
  length: positive,
  /** Stands in slots that are not used. The graph treats them as if they were not there. */
  padId: tokenId,
  segments: z.array(segment).min(1),
});
export type BundlePrompt = z.output<typeof prompt>;

export const reasoningSchema = z.strictObject({
  /** tokenizer.json of Hugging Face `tokenizers`, a file of the bundle. */
  tokenizer: filePath,
  /** What is built into the graph, for people and for the host, which knows a cut-off text by it. */
  decode: z.strictObject({
    maxTokens: positive,
    temperature: z.number().positive(),
    topP: z.number().positive().max(1),
    /** Ends a sample. */
    endId: tokenId,
  }),
  /**
   * The trace is the text between the two ids. `startId` is null when it stands in the prompt; a text that never
   * reaches `endId` counts up to the last token.
   */
  trace: z.strictObject({ startId: tokenId.nullable(), endId: tokenId }),
  outputs: z.strictObject({
    /** int64 [B, K, M]: the drawn ids with the end token; from `tokenCounts` on undefined */
    tokens: tensorName,
    /** float32 [B, K, M]: of each drawn id, natural logarithm, before temperature and nucleus */
    logprobs: tensorName,
    /** int64 [B, K]: 1 to M */
    tokenCounts: tensorName,
    /**
     * The k most likely ids at each place, whatever was drawn there: `ids` int64 and `logprobs` float32 [B, K, M, k],
     * the most likely first, by the distribution of `logprobs` above; from `tokenCounts` on undefined.
     */
    top: z.strictObject({ k: positive, ids: tensorName, logprobs: tensorName }).optional(),
  }),
  /** Null exactly when the graph takes no `promptIds`: then the prompt is part of it. */
  prompt: prompt.nullable(),
});
export type BundleReasoning = z.output<typeof reasoningSchema>;

/** What the rest of policy.json says, as far as reasoning depends on it. */
interface Surroundings {
  readonly listedFiles: ReadonlySet<string>;
  readonly takesPromptIds: boolean;
  readonly takesUniforms: boolean;
  readonly images: number;
  readonly historySteps: number;
  readonly outputKind: string;
  readonly hasTraces: boolean;
}

export function reasoningContradictions(
  reasoning: BundleReasoning,
  around: Surroundings,
): Contradiction[] {
  const { found, refuse } = contradictionsAt('reasoning');
  const { top, ...perToken } = reasoning.outputs;
  const outputs = [...Object.values(perToken), ...(top ? [top.ids, top.logprobs] : [])];
  refuse(!around.listedFiles.has(reasoning.tokenizer), ['tokenizer'], 'not in the list of files');
  refuse(
    around.outputKind === 'curvature',
    [],
    'a curvature has no samples that could each have a text',
  );
  refuse(around.hasTraces, [], 'a policy has a closed list of "traces" or a text of its own');
  refuse(!around.takesUniforms, [], 'needs inputs.uniforms, which decide the tokens');
  refuse(
    new Set(outputs).size < outputs.length,
    ['outputs'],
    top
      ? 'tokens, logprobs, tokenCounts, top.ids and top.logprobs are five tensors'
      : 'tokens, logprobs and tokenCounts are three tensors',
  );
  refuse(
    around.takesPromptIds !== (reasoning.prompt !== null),
    ['prompt'],
    'given exactly when inputs.promptIds is',
  );
  if (reasoning.prompt) found.push(...promptContradictions(reasoning.prompt, around));
  return found;
}

function promptContradictions(
  { length, padId, segments }: BundlePrompt,
  { images, historySteps }: Surroundings,
): Contradiction[] {
  const { found, refuse } = contradictionsAt('reasoning', 'prompt');
  const places = segments.flatMap((one) => (one.kind === 'image' ? [one.index] : []));
  refuse(
    places.length !== images || places.some((index, i) => index !== i),
    ['segments'],
    `images stand once each and in order: the cameras give ${images}, here are [${places.join(', ')}]`,
  );
  refuse(
    segments.filter((one) => one.kind === 'navigation').length > 1,
    ['segments'],
    'a window has one navigation text',
  );
  segments.forEach((one, i) => {
    const at = ['segments', i];
    if (one.kind === 'image') refuse(one.id === padId, [...at, 'id'], 'is the id of empty slots');
    if (one.kind !== 'history') return;
    refuse(
      one.steps !== historySteps,
      [...at, 'steps'],
      `the policy is given ${historySteps} poses`,
    );
    refuse(
      one.min.some((low, axis) => !(low < (one.max[axis] ?? NaN))),
      [...at, 'max'],
      'not above min',
    );
    refuse(
      padId >= one.firstId && padId < one.firstId + one.bins,
      [...at, 'firstId'],
      'the id of empty slots is among the bins',
    );
  });
  const fixed = segments.reduce((sum, one) => sum + idsWithoutText(one), 0);
  refuse(
    fixed > length,
    ['length'],
    `less than the ${fixed} ids of images, history and navigation alone`,
  );
  return found;
}

function idsWithoutText(one: PromptSegment): number {
  switch (one.kind) {
    case 'text':
      return 0;
    case 'image':
      return one.tokens;
    case 'history':
      return 3 * one.steps;
    case 'navigation':
      return one.maxTokens;
  }
}
