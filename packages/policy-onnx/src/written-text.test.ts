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

  it('looks at nothing after its end', () => {
    expect(textOf([...STOP, TRACE_END, END])).not.toHaveProperty('problem');
  });
});

describe('a text that cannot be believed', () => {
  const NOTHING = { trace: null, tokenIds: null, logprobs: null, finishReason: null };
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
});
