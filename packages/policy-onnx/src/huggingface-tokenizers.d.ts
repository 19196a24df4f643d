/**
 * What is used of @huggingface/tokenizers: its own types name their files without extensions, which Node's resolution,
 * and so the compiler, does not find.
 */
declare module '@huggingface/tokenizers' {
  export class Tokenizer {
    constructor(tokenizer: object, config: object);
    encode(text: string, options: { add_special_tokens: boolean }): { ids: number[] };
    decode(
      ids: number[],
      options: { skip_special_tokens: boolean; clean_up_tokenization_spaces: boolean },
    ): string;
    id_to_token(id: number): string | undefined;
  }
}
