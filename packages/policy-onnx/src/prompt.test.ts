import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { PolicyInput } from '@drivesweep/contracts';
import type { BundlePrompt } from './manifest-reasoning.ts';
import { createPrompt } from './prompt.ts';
import { alpamayoPrompt, ALPAMAYO_TOKENIZER } from './test-prompts.ts';
import type { PromptOptions } from './test-prompts.ts';
import { openTokenizer } from './tokenizer.ts';

const TOKENIZER = openTokenizer(ALPAMAYO_TOKENIZER.bytes, 'tokenizer.json');
const { idOf } = ALPAMAYO_TOKENIZER;
const PAD = idOf('<|endoftext|>');

/** 10 m/s into a bend: metres, float32 as the model is given them. */
const HISTORY = {
  x: Float64Array.from({ length: 16 }, (_, i) => i - 15),
  y: Float64Array.from({ length: 16 }, (_, i) => Math.fround(0.006 * (15 - i) ** 2)),
  z: Float64Array.from({ length: 16 }, (_, i) => Math.fround(0.005 * (15 - i))),
  yaw: new Float64Array(16),
};

function windowWith(navigation?: string | null): PolicyInput {
  const base = { windowId: 'w', history: HISTORY, v0Mps: 10, frames: null };
  return navigation === undefined ? base : { ...base, navigation };
}

const SMALL: PromptOptions = {
  variant: 'r1',
  cameras: [0, 1],
  frames: 2,
  imageTokens: 6,
  navigationTokens: 0,
};
const WHOLE = { cameras: [0, 1, 2, 6], frames: 4, imageTokens: 180 } as const;
const TURN = 'Turn left onto Main Street in 40m';

const hashOf = (ids: readonly number[]) =>
  createHash('sha256').update(JSON.stringify(ids)).digest('hex');
const numbers = (ids: BigInt64Array) => Array.from(ids, Number);

describe('the prompt of a window', () => {
  /** Ids from the chat template and processor of transformers 4.57.1, with the history put in by PyTorch. */
  it.each<[name: string, PromptOptions, length: number, navigation: string | null, hash: string]>([
    ['a small R1', SMALL, 189, null, '4a0e3c0f320b9f48'],
    ['R1', { ...SMALL, ...WHOLE }, 3069, null, '9e7da3148de26020'],
    ['a small 1.5', { ...SMALL, variant: '1.5' }, 241, null, '175202e7972acc16'],
    ['1.5', { ...SMALL, ...WHOLE, variant: '1.5' }, 3235, null, '51a3ae25f6c0dcfe'],
    [
      'a small 1.5 that is told where to go',
      { ...SMALL, variant: '1.5', navigationTokens: 32 },
      273,
      TURN,
      '11a5b0c69759f4e6',
    ],
    [
      '1.5 that is told where to go',
      { ...SMALL, ...WHOLE, variant: '1.5', navigationTokens: 32 },
      3267,
      TURN,
      'adcbb2ee2f393402',
    ],
  ])('has the ids of %s, but for empty slots', (_name, options, length, navigation, hash) => {
    const { ids, problem } = createPrompt(
      alpamayoPrompt(options, length),
      TOKENIZER,
    )(windowWith(navigation));
    expect(problem).toBeUndefined();
    expect(ids).toHaveLength(length);
    expect(hashOf(numbers(ids).filter((id) => id !== PAD)).slice(0, 16)).toBe(hash);
  });

  const NAVIGATED = alpamayoPrompt({ ...SMALL, variant: '1.5', navigationTokens: 32 }, 273);

  it('is as long without navigation, with empty slots in its place', () => {
    const assemble = createPrompt(NAVIGATED, TOKENIZER);
    for (const nobodySays of [windowWith(), windowWith(null)]) {
      const ids = numbers(assemble(nobodySays).ids);
      const first = ids.indexOf(PAD);
      expect(ids.slice(first, first + 32)).toEqual(Array<number>(32).fill(PAD));
      expect(ids.filter((id) => id === PAD)).toHaveLength(32);
      expect(ids[first - 1]).toBe(idOf('<|traj_history_end|>'));
    }
  });

  it('does not remember the window before', () => {
    const assemble = createPrompt(NAVIGATED, TOKENIZER);
    const fresh = assemble(windowWith(null)).ids;
    assemble(windowWith(TURN));
    expect(assemble(windowWith(null)).ids).toEqual(fresh);
  });

  it('says that a text does not fit, and leaves it out', () => {
    const tight = alpamayoPrompt({ ...SMALL, variant: '1.5', navigationTokens: 24 }, 265);
    const { ids, problem } = createPrompt(tight, TOKENIZER)(windowWith(TURN));
    expect(problem).toEqual({
      code: 'NAVIGATION_TOO_LONG',
      message: `navigation of w takes 25 tokens, 24 fit: "${TURN}"`,
    });
    expect(numbers(ids).filter((id) => id === PAD)).toHaveLength(24);
  });

  it('takes a text that just fits', () => {
    const exact = alpamayoPrompt({ ...SMALL, variant: '1.5', navigationTokens: 25 }, 266);
    const { ids, problem } = createPrompt(exact, TOKENIZER)(windowWith(TURN));
    expect(problem).toBeUndefined();
    expect(numbers(ids)).not.toContain(PAD);
  });

  it('rounds a pose that stands still to the even bin: 499.5 is 500', () => {
    const still = new Float64Array(16);
    const history = { x: still, y: still, z: still, yaw: still };
    const { ids } = createPrompt(
      alpamayoPrompt(SMALL, 189),
      TOKENIZER,
    )({ ...windowWith(), history });
    expect(numbers(ids).filter((id) => id === idOf('<i3500>'))).toHaveLength(48);
  });
});

describe('a prompt that the tokenizer cannot make', () => {
  const good = alpamayoPrompt(SMALL, 189);
  const withSegment = (segment: BundlePrompt['segments'][number]) => ({
    ...good,
    segments: [...good.segments, segment],
  });

  it.each<[name: string, prompt: BundlePrompt, message: string]>([
    ['another length', { ...good, length: 190 }, 'the prompt has 189 ids, policy.json says 190'],
    [
      'a text with the token of empty slots',
      withSegment({ kind: 'text', text: 'x<|endoftext|>' }),
      '"x<|endoftext|>" holds token 320, which marks empty slots',
    ],
    [
      'an image token that it does not have',
      withSegment({ kind: 'image', index: 4, id: 151655, tokens: 2 }),
      'the image of the prompt needs token 151655',
    ],
    [
      'bins beyond its vocabulary',
      withSegment({
        kind: 'history',
        steps: 16,
        bins: 1000,
        firstId: 4000,
        min: [0, 0, 0],
        max: [1, 1, 1],
      }),
      'the history of the prompt needs token 4999',
    ],
    [
      'no room for navigation',
      withSegment({ kind: 'navigation', before: 'go', after: '', maxTokens: 2 }),
      'navigation has 2 slots, and its markers alone take them',
    ],
  ])('is refused: %s', (_name, prompt, message) => {
    const create = () => createPrompt(prompt, TOKENIZER);
    expect(create).toThrow(message);
    expect(create).toThrow(expect.objectContaining({ code: 'BUNDLE_TOKENIZER_MISMATCH' }));
  });
});
