/**
 * Texts of byte-level tokens: each letter of a token stands for a byte, printable ones for themselves and the others for
 * letters from U+0100 on. Source: OpenAI's GPT-2, encoder.py.
 */

const BYTE_OF_LETTER = byteOfLetter();

/**
 * The text of tokens as the decoder `ByteLevel` of Hugging Face `tokenizers` gives it: their bytes are joined before they
 * are read as UTF-8, with U+FFFD for what is cut off. A token with a letter that is no byte stands for itself.
 */
export function byteLevelText(tokens: readonly string[]): string {
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (const token of tokens) {
    const own = Array.from(token, (letter) => BYTE_OF_LETTER.get(letter));
    if (own.every((byte) => byte !== undefined)) bytes.push(...own);
    else bytes.push(...encoder.encode(token));
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}

function byteOfLetter(): ReadonlyMap<string, number> {
  const letters = new Map<string, number>();
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const printable =
      (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    letters.set(String.fromCharCode(printable ? byte : next++), byte);
  }
  return letters;
}
