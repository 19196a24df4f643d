import { describe, expect, it } from 'vitest';
import { ALPAMAYO_TOKENIZER } from './test-prompts.ts';
import { openTokenizer } from './tokenizer.ts';

const TOKENIZER = openTokenizer(ALPAMAYO_TOKENIZER.bytes, 'tokenizer.json');
const { idOf } = ALPAMAYO_TOKENIZER;

/** From the Rust library itself (`tokenizers` 0.23.3) with the same file. */
const KNOWN: [text: string, ids: number[]][] = [
  ['Stop', [50, 279, 79]],
  [
    'Keep the lane, then turn right ahead',
    [42, 298, 79, 259, 290, 11, 259, 77, 256, 312, 220, 272, 291, 288],
  ],
  [
    '  two  spaces\n\n new\tline ',
    [
      220, 256, 86, 78, 220, 220, 82, 79, 64, 66, 269, 198, 198, 220, 77, 68, 86, 197, 75, 260, 68,
      220,
    ],
  ],
  [
    "Stop, because the light's red; don't go. It'll 123",
    [
      50, 279, 79, 11, 281, 268, 294, 306, 259, 266, 72, 291, 6, 82, 317, 67, 26, 273, 271, 6, 83,
      315, 78, 13, 220, 40, 83, 6, 75, 75, 220, 16, 17, 18,
    ],
  ],
  [
    'Z\u00fcrich \u2013 Stra\u00dfe \u00e9 \u4f60\u597d \ud83d\ude00',
    [
      57, 127, 120, 272, 66, 71, 220, 158, 222, 241, 220, 50, 83, 262, 127, 253, 68, 220, 127, 102,
      220, 160, 121, 254, 161, 98, 121, 220, 172, 253, 246, 222,
    ],
  ],
  ['e\u0301', [127, 102]],
  ['<|cot_start|>Go<|cot_end|>', [4354, 38, 78, 4355]],
  ['<i0><i3999>', [346, 4345]],
  [' ', [220]],
];

describe('the tokenizer of a bundle', () => {
  it.each(KNOWN)('encodes %j as the reference does', (text, ids) => {
    expect(TOKENIZER.encode(text)).toEqual(ids);
  });

  it.each(KNOWN.filter(([text]) => !text.includes('<|')))('gives %j back', (text, ids) => {
    expect(TOKENIZER.decode(ids)).toBe(text.normalize('NFC'));
  });

  it('recognises special tokens, and leaves them out when it decodes', () => {
    const ids = TOKENIZER.encode('<|cot_start|>Stop<|cot_end|>');
    expect([ids[0], ids.at(-1)]).toEqual([idOf('<|cot_start|>'), idOf('<|cot_end|>')]);
    expect(TOKENIZER.decode(ids)).toBe('Stop');
  });

  it('puts U+FFFD where a character was cut off', () => {
    const [first = NaN] = TOKENIZER.encode('é');
    expect(TOKENIZER.decode([first])).toBe('\ufffd');
  });

  it('joins the bytes of a character that two tokens share', () => {
    const bytes = TOKENIZER.encode('é');
    expect(bytes.length).toBeGreaterThan(1);
    expect(TOKENIZER.decode(bytes)).toBe('é');
  });

  it('decodes by other rules than bytes where the file says so', () => {
    const json = JSON.parse(new TextDecoder().decode(ALPAMAYO_TOKENIZER.bytes)) as object;
    const fused = { ...json, decoder: { type: 'Fuse' } };
    const other = openTokenizer(new TextEncoder().encode(JSON.stringify(fused)), 'tokenizer.json');
    const ids = TOKENIZER.encode('Stop the<|cot_end|>');
    expect(TOKENIZER.decode(ids)).toBe('Stop the');
    expect(other.decode(ids)).toBe('Stop\u0120the');
    expect(other.decode([])).toBe('');
  });

  it('makes nothing of nothing', () => {
    expect(TOKENIZER.encode('')).toEqual([]);
    expect(TOKENIZER.decode([])).toBe('');
  });

  it('knows its own ids', () => {
    expect([0, 319, 320, idOf('<|answer_end|>')].every((id) => TOKENIZER.has(id))).toBe(true);
    expect([-1, 4374, 0.5, NaN].some((id) => TOKENIZER.has(id))).toBe(false);
  });

  it.each(['', '[1', 'null', '{}', '{"model":{"type":"Unheard"}}'])(
    'refuses %j as a tokenizer.json',
    (text) => {
      const open = () => openTokenizer(new TextEncoder().encode(text), 'tokenizer/tokenizer.json');
      expect(open).toThrow('tokenizer/tokenizer.json is no tokenizer: ');
      expect(open).toThrow(expect.objectContaining({ code: 'BUNDLE_TOKENIZER_MISMATCH' }));
    },
  );
});
