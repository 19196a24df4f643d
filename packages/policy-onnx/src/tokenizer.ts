import { Tokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { DrivesweepError } from '@drivesweep/contracts';
import { byteLevelText } from './byte-level.ts';

/** Text to token ids and back, as the model was trained with. */
export interface BundleTokenizer {
  /** Special tokens in the text are recognised; none is added. */
  encode(text: string): number[];
  /** Special tokens are left out; a character that is cut off becomes U+FFFD. */
  decode(ids: readonly number[]): string;
  /** Whether the vocabulary has the id. */
  has(id: number): boolean;
}

/** What is read of a tokenizer.json beside the library, which looks through all added tokens for each one it decodes. */
const decodingSchema = z.object({
  added_tokens: z.array(z.object({ id: z.int(), special: z.boolean() })),
  decoder: z.object({ type: z.literal('ByteLevel') }),
});

/**
 * Opens the bytes of a tokenizer.json. Nothing is fetched.
 * Errors: BUNDLE_TOKENIZER_MISMATCH.
 */
export function openTokenizer(bytes: Uint8Array, file: string): BundleTokenizer {
  const { tokenizer, json } = parsed(bytes, file);
  return {
    encode: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids,
    decode: decoderOf(tokenizer, json),
    has: (id) => tokenizer.id_to_token(id) !== undefined,
  };
}

function decoderOf(tokenizer: Tokenizer, json: object): BundleTokenizer['decode'] {
  const decoding = decodingSchema.safeParse(json);
  if (!decoding.success) {
    const options = { skip_special_tokens: true, clean_up_tokenization_spaces: false };
    // The library takes no empty list.
    return (ids) => (ids.length === 0 ? '' : tokenizer.decode([...ids], options));
  }
  const special = new Set(
    decoding.data.added_tokens.filter((token) => token.special).map(({ id }) => id),
  );
  return (ids) =>
    byteLevelText(
      ids.filter((id) => !special.has(id)).map((id) => tokenizer.id_to_token(id) ?? ''),
    );
}

function parsed(
  bytes: Uint8Array,
  file: string,
): { readonly tokenizer: Tokenizer; readonly json: object } {
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof json !== 'object' || json === null) throw new Error('it is no JSON object');
    // The second argument is tokenizer_config.json, whose fields all have their defaults in tokenizer.json.
    return { tokenizer: new Tokenizer(json, {}), json };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DrivesweepError('BUNDLE_TOKENIZER_MISMATCH', `${file} is no tokenizer: ${why}`, {
      hint: 'it must be the tokenizer.json of Hugging Face tokenizers, with the tokens of the model added',
      cause,
    });
  }
}
