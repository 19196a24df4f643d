/** One bit per shard: a sweep of a million shards is 125 kB, whatever happens in it. */
export class Bitmap {
  readonly length: number;
  readonly #bytes: Uint8Array;
  #count = 0;

  constructor(length: number) {
    this.length = length;
    this.#bytes = new Uint8Array(Math.ceil(length / 8));
  }

  /** How many bits are set. */
  get count(): number {
    return this.#count;
  }

  has(index: number): boolean {
    return ((this.#bytes[index >> 3] ?? 0) & (1 << (index & 7))) !== 0;
  }

  /** Sets a bit and says whether it was clear. */
  add(index: number): boolean {
    if (index < 0 || index >= this.length) throw new RangeError(`bit ${index} of ${this.length}`);
    if (this.has(index)) return false;
    this.#bytes[index >> 3] = (this.#bytes[index >> 3] ?? 0) | (1 << (index & 7));
    this.#count += 1;
    return true;
  }

  /** The first index from `from` that is clear here and, where `within` is given, set there; -1 when there is none. */
  nextClear(from: number, within: Bitmap | null = null): number {
    for (let byte = from >> 3; byte < this.#bytes.length; byte += 1) {
      const wanted = within === null ? 0xff : (within.#bytes[byte] ?? 0);
      const open = wanted & ~(this.#bytes[byte] ?? 0);
      if (open === 0) continue;
      for (let bit = 0; bit < 8; bit += 1) {
        const index = byte * 8 + bit;
        if (index >= from && index < this.length && (open & (1 << bit)) !== 0) return index;
      }
    }
    return -1;
  }
}
