import type { PolicySample } from '@drivesweep/contracts';
import type { TensorData } from './graph.ts';
import type { BundleReasoning } from './manifest-reasoning.ts';
import type { BundleTokenizer } from './tokenizer.ts';
import { topTokensOf } from './top-tokens.ts';
import type { TopTensors } from './top-tokens.ts';

/** What a policy wrote before it answered. */
export type WrittenText = Pick<
  PolicySample,
  'trace' | 'tokenIds' | 'logprobs' | 'topTokens' | 'finishReason' | 'problem'
>;

/** The outputs of a reasoning graph that are its text; shapes are checked already. */
export interface TextTensors {
  readonly tokens: TensorData;
  readonly logprobs: TensorData;
  readonly tokenCounts: TensorData;
  /** Null when the bundle does not offer them. */
  readonly top: TopTensors | null;
}

/**
 * The text of one sample, `row` counting along the joined B and K axes. What cannot be believed (a count that is none,
 * an id outside the vocabulary, a log-probability that is not finite) is the problem of this sample, not thrown: the
 * other windows of the batch are as good as without it.
 */
export function writtenText(
  { decode, trace }: BundleReasoning,
  tokenizer: BundleTokenizer,
  tensors: TextTensors,
  row: number,
): WrittenText {
  const { maxTokens, endId } = decode;
  const count = Number(tensors.tokenCounts.data[row]);
  if (!(count >= 1 && count <= maxTokens)) {
    return unbelievable('POLICY_OUTPUT_RANGE', `it has ${count} tokens, not 1 to ${maxTokens}`);
  }
  const from = row * maxTokens;
  const ids = Array.from({ length: count }, (_, i) => Number(tensors.tokens.data[from + i]));
  const strange = ids.findIndex((id) => !tokenizer.has(id));
  if (strange >= 0) {
    const message = `token ${strange} is ${ids[strange] ?? NaN}, which is not in the vocabulary`;
    return unbelievable('POLICY_OUTPUT_RANGE', message);
  }
  const logprobs = Float64Array.from({ length: count }, (_, i) =>
    Number(tensors.logprobs.data[from + i]),
  );
  const broken = logprobs.findIndex((value) => !Number.isFinite(value));
  if (broken >= 0) {
    const message = `the log-probability of token ${broken} is ${logprobs[broken] ?? NaN}`;
    return unbelievable('POLICY_OUTPUT_NOT_FINITE', message);
  }
  const topTokens = tensors.top && topTokensOf(tensors.top, tokenizer, from, count);
  if (topTokens && 'code' in topTokens) return unbelievable(topTokens.code, topTokens.message);
  return {
    trace: tokenizer.decode(between(ids, trace.startId, trace.endId)),
    tokenIds: Int32Array.from(ids),
    logprobs,
    topTokens,
    finishReason: ids.at(-1) === endId ? 'stop' : 'truncated',
  };
}

/** After the first `startId`, or from the beginning; up to `endId`, or to the end. Nothing when `startId` never came. */
function between(ids: readonly number[], startId: number | null, endId: number): readonly number[] {
  const start = startId === null ? 0 : ids.indexOf(startId) + 1;
  if (startId !== null && start === 0) return [];
  const end = ids.indexOf(endId, start);
  return ids.slice(start, end < 0 ? ids.length : end);
}

function unbelievable(
  code: 'POLICY_OUTPUT_RANGE' | 'POLICY_OUTPUT_NOT_FINITE',
  message: string,
): WrittenText {
  return {
    trace: null,
    tokenIds: null,
    logprobs: null,
    topTokens: null,
    finishReason: null,
    problem: { code, message: `the text cannot be believed: ${message}` },
  };
}
