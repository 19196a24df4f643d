import { Tokenizer } from '@huggingface/tokenizers';
import { DrivesweepError } from '@drivesweep/contracts';

/** Text to token ids and back, as the model was trained with. */
export interface BundleTokenizer {
  /** Special tokens in the text are recognised; none is added. */
  encode(text: string): number[];
  /** Special tokens are left out; a character that is cut off becomes U+FFFD. */
  decode(ids: readonly number[]): string;
  /** Whether the vocabulary has the id. */
  has(id: number): boolean;
}

/**
 * Opens the bytes of a tokenizer.json. Nothing is fetched.
 * Errors: BUNDLE_TOKENIZER_MISMATCH.
 */
export function openTokenizer(bytes: Uint8Array, file: string): BundleTokenizer {
  const tokenizer = parsed(bytes, file);
  return {
    encode: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids,
    decode: (ids) =>
      // The library takes no empty list.
      ids.length === 0
        ? ''
        : tokenizer.decode([...ids], {
            skip_special_tokens: true,
            clean_up_tokenization_spaces: false,
          }),
    has: (id) => tokenizer.id_to_token(id) !== undefined,
  };
}

function parsed(bytes: Uint8Array, file: string): Tokenizer {
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof json !== 'object' || json === null) throw new Error('it is no JSON object');
    // The second argument is tokenizer_config.json, whose fields all have their defaults in tokenizer.json.
    return new Tokenizer(json, {});
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DrivesweepError('BUNDLE_TOKENIZER_MISMATCH', `${file} is no tokenizer: ${why}`, {
      hint: 'it must be the tokenizer.json of Hugging Face tokenizers, with the tokens of the model added',
      cause,
    });
  }
}
