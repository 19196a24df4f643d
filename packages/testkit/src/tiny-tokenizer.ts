/**
 * A tokenizer.json of Hugging Face `tokenizers` of the same kind as Qwen's, small enough for a test: byte-level BPE with
 * 64 merges, Qwen's added tokens, then bins and special tokens as Alpamayo adds them.
 */

export interface TinyTokenizerOptions {
  /** How many tokens `<i0>`, `<i1>` ... follow Qwen's own. */
  readonly bins: number;
  /** Special tokens after the bins. */
  readonly specials: readonly string[];
}

export interface TinyTokenizer {
  /** The bytes of tokenizer.json. */
  readonly bytes: Uint8Array;
  /** Id of an added token. Throws for a text that is none. */
  readonly idOf: (token: string) => number;
}

/** Merges in order, learnt from sentences about driving; `_` is the byte-level letter of a blank. */
const MERGES = [
  '_ t|h e|_ a|_t he|i n|a n|r a|i s|o u|r e|_ l|a d|e c|e s|n d|o n|r i|_ d|in g|g h|l e|r o|t e|t o|u t|_ b|_ c|_ p|_ is',
  'he ad|_a c|_a nd|_a head|an e|_l ane|gh t|a f|a r|a u|a in|c e|e d|e e|e n|i c|i on|o f|o w|p ut|r n|s e|s s|s af|t an',
  't ion|t put|u rn|v ing|_ f|_ g|_ in|_ re|_ saf|_t o',
]
  .join('|')
  .replaceAll('_', '\u0120')
  .split('|');

const SPECIALS = [
  'endoftext im_start im_end object_ref_start object_ref_end box_start box_end quad_start quad_end',
  'vision_start vision_end vision_pad image_pad video_pad',
]
  .join(' ')
  .split(' ')
  .map((name) => `<|${name}|>`);
const TOOLS = [
  '<tool_call> </tool_call> <|fim_prefix|> <|fim_middle|> <|fim_suffix|> <|fim_pad|> <|repo_name|> <|file_sep|>',
  '<tool_response> </tool_response> <think> </think>',
]
  .join(' ')
  .split(' ');

/** How Qwen cuts a text into words before bytes are merged. */
const WORDS =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

export function tinyTokenizer({ bins, specials }: TinyTokenizerOptions): TinyTokenizer {
  const base = [...byteLetters(), ...MERGES.map((merge) => merge.replace(' ', ''))];
  const added = [
    ...SPECIALS.map((content) => ({ content, special: true, normalized: false })),
    ...TOOLS.map((content) => ({ content, special: false, normalized: false })),
    ...Array.from({ length: bins }, (_, i) => ({
      content: `<i${i}>`,
      special: false,
      normalized: true,
    })),
    ...specials.map((content) => ({ content, special: true, normalized: false })),
  ].map((token, i) => ({
    id: base.length + i,
    ...token,
    single_word: false,
    lstrip: false,
    rstrip: false,
  }));
  const ids = new Map(added.map(({ content, id }) => [content, id]));
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true };
  const json = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: { type: 'NFC' },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: WORDS }, behavior: 'Isolated', invert: false },
        { ...byteLevel, use_regex: false },
      ],
    },
    post_processor: { ...byteLevel, use_regex: false },
    decoder: { ...byteLevel, use_regex: false },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(base.map((token, id) => [token, id])),
      merges: MERGES.map((merge) => merge.split(' ')),
    },
  };
  return {
    bytes: new TextEncoder().encode(JSON.stringify(json)),
    idOf(token) {
      const id = ids.get(token);
      if (id === undefined) throw new Error(`the tiny tokenizer has no token ${token}`);
      return id;
    },
  };
}

/** One letter for each byte, sorted: printable ones for themselves, the others from U+0100 on, as GPT-2 does. */
function byteLetters(): string[] {
  const printable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const own = bytes.filter(printable);
  const others = bytes.filter((byte) => !printable(byte)).map((_, i) => 256 + i);
  return [...own, ...others].map((code) => String.fromCharCode(code));
}
