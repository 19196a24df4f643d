import { describe, expect, it } from 'vitest';
import type { BundleReasoning } from './manifest-reasoning.ts';
import { ALPAMAYO_TOKENIZER } from './test-prompts.ts';
import { openTokenizer } from './tokenizer.ts';
import { writtenText } from './written-text.ts';
import type { TextTensors } from './written-text.ts';

const TOKENIZER = openTokenizer(ALPAMAYO_TOKENIZER.bytes, 'tokenizer.json');
const { idOf } = ALPAMAYO_TOKENIZER;
const TRACE_START = idOf('<|cot_start|>');
const TRACE_END = idOf('<|cot_end|>');
const END = idOf('<|traj_future_start|>');
const STOP = TOKENIZER.encode('Stop');
const MAX_TOKENS = 8;

const REASONING: BundleReasoning = {
  tokenizer: 'tokenizer.json',
  decode: { maxTokens: MAX_TOKENS, temperature: 0.6, topP: 0.98, endId: END },
  trace: { startId: null, endId: TRACE_END },
  outputs: { tokens: 't', logprobs: 'l', tokenCounts: 'c' },
  prompt: null,
};

interface Changes {
  readonly count?: number;
  readonly logprob?: number;
  readonly reasoning?: BundleReasoning;
  /** Of the second row, from its first token on; the first row holds nonsense. */
  readonly top?: { readonly k: number; readonly ids: number[]; readonly logprobs: number[] };
}

function topTensors({ k, ids, logprobs }: NonNullable<Changes['top']>): TextTensors['top'] {
  const dims = [1, 2, MAX_TOKENS, k];
  const rows = (values: readonly number[]) => {
    const nonsense = Array<number>(2 * MAX_TOKENS * k).fill(7);
    return [...nonsense.slice(0, MAX_TOKENS * k), ...values, ...nonsense].slice(0, nonsense.length);
  };
  return {
    k,
    ids: { type: 'int64', dims, data: BigInt64Array.from(rows(ids), BigInt) },
    logprobs: { type: 'float32', dims, data: Float32Array.from(rows(logprobs)) },
  };
}

/** The text of the second of two rows, whose ids are `ids` and then nonsense; log-probabilities are -1, -2 ... */
function textOf(ids: readonly number[], changes: Changes = {}) {
  const { count = ids.length, logprob, reasoning = REASONING } = changes;
  const nonsense = Array<number>(MAX_TOKENS).fill(-7);
  const row = [...ids, ...nonsense].slice(0, MAX_TOKENS);
  const logprobs = row.map((_, i) => (i === 0 && logprob !== undefined ? logprob : -(i + 1)));
  const tensors: TextTensors = {
    tokens: {
      type: 'int64',
      dims: [1, 2, MAX_TOKENS],
      data: BigInt64Array.from([...nonsense, ...row], BigInt),
    },
    logprobs: {
      type: 'float32',
      dims: [1, 2, MAX_TOKENS],
      data: Float32Array.from([...nonsense, ...logprobs]),
    },
    tokenCounts: { type: 'int64', dims: [1, 2], data: BigInt64Array.of(0n, BigInt(count)) },
    top: changes.top ? topTensors(changes.top) : null,
  };
  return writtenText(reasoning, TOKENIZER, tensors, 1);
}

describe('the text of a sample', () => {
  it('is its trace, its tokens with the end, and their log-probabilities', () => {
    const ids = [...STOP, TRACE_END, END];
    expect(STOP).toHaveLength(3);
    expect(textOf(ids)).toEqual({
      trace: 'Stop',
      tokenIds: Int32Array.from(ids),
      logprobs: Float64Array.of(-1, -2, -3, -4, -5),
      topTokens: null,
      finishReason: 'stop',
    });
  });

  it('is truncated when the end never came, and keeps what there is of the trace', () => {
    const ids = [...STOP, ...STOP];
    expect(textOf(ids)).toMatchObject({ trace: 'StopStop', finishReason: 'truncated' });
    expect(textOf([...STOP, TRACE_END])).toMatchObject({
      trace: 'Stop',
      finishReason: 'truncated',
    });
  });

  it('goes to the end when only the trace was not ended', () => {
    expect(textOf([...STOP, END])).toMatchObject({ trace: 'Stop', finishReason: 'stop' });
  });

  it('may hold nothing', () => {
    expect(textOf([TRACE_END, END])).toMatchObject({ trace: '', finishReason: 'stop' });
    expect(textOf([END])).toMatchObject({ trace: '', finishReason: 'stop' });
  });

  it('begins after the start where the policy writes that itself', () => {
    const reasoning = { ...REASONING, trace: { startId: TRACE_START, endId: TRACE_END } };
    const started = [TRACE_END, ...STOP.slice(0, 1), TRACE_START, ...STOP, TRACE_END, END];
    expect(textOf(started, { reasoning }).trace).toBe('Stop');
    expect(textOf([...STOP, TRACE_END, END], { reasoning }).trace).toBe('');
  });

  it('comes with the most likely tokens at each of its places, and at no others', () => {
    const ids = [9, TRACE_END, TRACE_END, 9, END, 3];
    const logprobs = [-0.5, -1, -0.25, -2, 0, -16];
    expect(textOf([...STOP.slice(0, 1), TRACE_END, END], { top: { k: 2, ids, logprobs } })).toEqual(
      {
        trace: TOKENIZER.decode(STOP.slice(0, 1)),
        tokenIds: Int32Array.of(STOP[0] ?? NaN, TRACE_END, END),
        logprobs: Float64Array.of(-1, -2, -3),
        topTokens: { k: 2, ids: Int32Array.from(ids), logprobs: Float64Array.from(logprobs) },
        finishReason: 'stop',
      },
    );
  });

  it('looks at nothing after its end', () => {
    expect(textOf([...STOP, TRACE_END, END])).not.toHaveProperty('problem');
  });
});

describe('a text that cannot be believed', () => {
  const NOTHING = {
    trace: null,
    tokenIds: null,
    logprobs: null,
    topTokens: null,
    finishReason: null,
  };
  const problem = (code: string, message: string) => ({
    ...NOTHING,
    problem: { code, message: `the text cannot be believed: ${message}` },
  });

  it.each([0, -1, 9])('has %d tokens', (count) => {
    const expected = problem('POLICY_OUTPUT_RANGE', `it has ${count} tokens, not 1 to 8`);
    expect(textOf(STOP, { count })).toEqual(expected);
  });

  it.each([-1, 4374, 155_681])('has token %d, which is in no vocabulary', (id) => {
    const message = `token 3 is ${id}, which is not in the vocabulary`;
    expect(textOf([...STOP, id, END])).toEqual(problem('POLICY_OUTPUT_RANGE', message));
  });

  it.each([NaN, -Infinity])('has a log-probability of %d', (logprob) => {
    const message = `the log-probability of token 0 is ${logprob}`;
    expect(textOf([...STOP, END], { logprob })).toEqual(
      problem('POLICY_OUTPUT_NOT_FINITE', message),
    );
  });

  it.each<[what: string, code: string, ids: number[], logprobs: number[], why: string]>([
    [
      'an id that no vocabulary has',
      'POLICY_OUTPUT_RANGE',
      [1, 2, 3, 155_681],
      [-1, -2, -1, -2],
      'rank 1 of the 2 most likely at token 1 is 155681, which is not in the vocabulary',
    ],
    [
      'an id twice at one place',
      'POLICY_OUTPUT_RANGE',
      [1, 2, 3, 3],
      [-1, -2, -1, -2],
      'rank 1 of the 2 most likely at token 1 is 3, as a rank before it',
    ],
    [
      'a log-probability that is not finite',
      'POLICY_OUTPUT_NOT_FINITE',
      [1, 2, 3, 4],
      [-1, -Infinity, -1, -2],
      'rank 1 of the 2 most likely at token 0 has log-probability -Infinity',
    ],
    [
      'a log-probability above 0',
      'POLICY_OUTPUT_RANGE',
      [1, 2, 3, 4],
      [-1, -2, 0.5, -2],
      'rank 0 of the 2 most likely at token 1 has log-probability 0.5, above 0',
    ],
    [
      'a likelier one after another',
      'POLICY_OUTPUT_RANGE',
      [1, 2, 3, 4],
      [-2, -1, -1, -2],
      'rank 1 of the 2 most likely at token 0 has log-probability -1, above -2 of the rank before it',
    ],
  ])('has among its most likely tokens %s', (_what, code, ids, logprobs, why) => {
    expect(textOf([TRACE_END, END], { top: { k: 2, ids, logprobs } })).toEqual(problem(code, why));
  });
});
