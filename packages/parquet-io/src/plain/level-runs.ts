import { NotPlain } from './not-plain.ts';

/** More than a page has. */
const MAX_RUN = 2 ** 30;

/**
 * Goes through levels in the hybrid of run lengths and packed bits (parquet-format, Encodings.md, RLE): `left` levels
 * more of `value`. A packed level is a run of one.
 */
export class LevelRuns {
  value = 0;
  left = 0;
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #width: number;
  #at: number;
  /** Levels left of the packed ones, and the bit at which the next one is. */
  #packed = 0;
  #bit = 0;

  /**
   * @param width bits per level, eight at most; with none all levels are 0
   * @param end where the levels end in `bytes`, which begin at `at`
   */
  constructor(bytes: Uint8Array, at: number, end: number, width: number) {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
    this.#width = width;
    if (width === 0) this.left = MAX_RUN;
  }

  /** Goes to the next run when this one is used up. Throws NotPlain when there is none. */
  advance(): void {
    if (this.left > 0) return;
    if (this.#packed === 0) this.#nextRun();
    if (this.#packed > 0) this.#nextPacked();
  }

  #nextPacked(): void {
    const byte = this.#bit >> 3;
    const pair = (this.#bytes[byte] ?? 0) | ((this.#bytes[byte + 1] ?? 0) << 8);
    this.value = (pair >> (this.#bit & 7)) & ((1 << this.#width) - 1);
    this.left = 1;
    this.#bit += this.#width;
    this.#packed -= 1;
  }

  #nextRun(): void {
    const head = this.#varint();
    const count = Math.floor(head / 2);
    if (head % 2 === 1) {
      this.#packed = count * 8;
      this.#bit = this.#at * 8;
      this.#at += count * this.#width;
    } else {
      this.value = this.#bytes[this.#at] ?? 0;
      this.left = count;
      this.#at += 1;
    }
    if (count === 0 || count > MAX_RUN || this.#at > this.#end)
      throw new NotPlain('levels that end early');
  }

  #varint(): number {
    let value = 0;
    for (let factor = 1; this.#at < this.#end && factor < 2 ** 35; factor *= 128) {
      const byte = this.#bytes[this.#at++] ?? 0;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw new NotPlain('levels that end early');
  }
}
