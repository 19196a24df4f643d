import type { PolicySample, TopTokens } from '@drivesweep/contracts';
import type { TensorData } from './graph.ts';
import type { BundleTokenizer } from './tokenizer.ts';

/** The outputs `reasoning.outputs.top` of a graph, int64 and float32 [B, K, M, k]; shapes are checked already. */
export interface TopTensors {
  readonly k: number;
  readonly ids: TensorData;
  readonly logprobs: TensorData;
}

/** What is wrong with the most likely tokens of a text. */
export interface TopProblem {
  readonly code: 'POLICY_OUTPUT_RANGE' | 'POLICY_OUTPUT_NOT_FINITE';
  readonly message: string;
}

/** A log-probability above 0 by no more than this is 0 that was rounded by a graph in single precision. */
const ROUNDING = 1e-5;

/**
 * The most likely tokens at the first `count` places of a text whose places begin at `firstPlace` of the joined B, K and M
 * axes. A problem instead where they cannot be what policy.json says: an id that no vocabulary has or that stands twice
 * at one place, a log-probability that is not finite, above 0, or larger than the one before it.
 */
export function topTokensOf(
  { k, ids, logprobs }: TopTensors,
  tokenizer: Pick<BundleTokenizer, 'has'>,
  firstPlace: number,
  count: number,
): TopTokens | TopProblem {
  const found = { k, ids: new Int32Array(count * k), logprobs: new Float64Array(count * k) };
  for (let at = 0; at < count * k; at++) {
    const id = Number(ids.data[firstPlace * k + at]);
    const logprob = Number(logprobs.data[firstPlace * k + at]);
    const first = at - (at % k);
    const refused = (code: TopProblem['code'], why: string): TopProblem => ({
      code,
      message: `rank ${at - first} of the ${k} most likely at token ${first / k} ${why}`,
    });
    if (!tokenizer.has(id)) {
      return refused('POLICY_OUTPUT_RANGE', `is ${id}, which is not in the vocabulary`);
    }
    if (found.ids.subarray(first, at).includes(id)) {
      return refused('POLICY_OUTPUT_RANGE', `is ${id}, as a rank before it`);
    }
    if (!Number.isFinite(logprob)) {
      return refused('POLICY_OUTPUT_NOT_FINITE', `has log-probability ${logprob}`);
    }
    const limit = at === first ? ROUNDING : (found.logprobs[at - 1] ?? NaN);
    if (logprob > limit) {
      const than = at === first ? 'above 0' : `above ${limit} of the rank before it`;
      return refused('POLICY_OUTPUT_RANGE', `has log-probability ${logprob}, ${than}`);
    }
    found.ids[at] = id;
    found.logprobs[at] = logprob;
  }
  return found;
}

/**
 * Where the most likely tokens and the drawn ones cannot be of one distribution: a drawn token is among the former with
 * another log-probability, or is not among them and likelier than the last of them. Null when they agree within `within`, or there
 * is nothing to compare.
 */
export function topDisagreement(
  { tokenIds, logprobs, topTokens }: PolicySample,
  within: number,
): string | null {
  if (tokenIds === null || logprobs === null || topTokens === null) return null;
  const { k } = topTokens;
  for (const [i, id] of tokenIds.entries()) {
    const logprob = logprobs[i] ?? NaN;
    const rank = topTokens.ids.subarray(i * k, (i + 1) * k).indexOf(id);
    const listed = topTokens.logprobs[i * k + (rank < 0 ? k - 1 : rank)] ?? NaN;
    if (rank >= 0 && !(Math.abs(listed - logprob) <= within)) {
      return `token ${i} has log-probability ${logprob}, among the ${k} most likely ${listed}`;
    }
    if (rank < 0 && !(logprob <= listed + within)) {
      return `token ${i} has log-probability ${logprob} and is not among the ${k} most likely, whose last has ${listed}`;
    }
  }
  return null;
}
