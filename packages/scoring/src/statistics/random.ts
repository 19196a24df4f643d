/** Numbers that look random and are the same for the same seed, on every machine: 32-bit integer arithmetic only. */
export interface Random {
  /** A whole number in 0 ... 2^32 - 1. */
  readonly uint32: () => number;
  /** A whole number in 0 ... n - 1, for n up to 2^21; one value is likelier than another by less than n / 2^32. */
  readonly below: (n: number) => number;
  /** Draws `draws` of the numbers of `below(counts.length)` and adds 1 to the count of each: many times as fast. */
  readonly countBelow: (counts: Uint16Array, draws: number) => void;
}

/**
 * xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021), its state filled from
 * the seed by splitmix32 so that seeds next to each other give streams that have nothing in common.
 * @param seed a whole number; its low 32 bits count
 */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => (state = (state + 0x9e3779b9) | 0);
  return randomFrom([mix(next()), mix(next()), mix(next()), mix(next())]);
}

/** The generator at a given state of four 32-bit numbers that are not all zero. */
export function randomFrom(state: readonly [number, number, number, number]): Random {
  let [a, b, c, d] = state;
  const uint32 = (): number => {
    const scrambled = Math.imul(rotate(Math.imul(b, 5), 7), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return scrambled >>> 0;
  };
  // The generator once more, with its state where a loop is fastest with it.
  const countBelow = (counts: Uint16Array, draws: number): void => {
    let [p, q, r, s] = [a, b, c, d];
    const n = counts.length;
    for (let draw = 0; draw < draws; draw++) {
      const scrambled = Math.imul(rotate(Math.imul(q, 5), 7), 9);
      const shifted = q << 9;
      r ^= p;
      s ^= q;
      q ^= r;
      p ^= s;
      r ^= shifted;
      s = rotate(s, 11);
      const drawn = Math.floor(((scrambled >>> 0) * n) / 2 ** 32);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    [a, b, c, d] = [p, q, r, s];
  };
  return { uint32, below: (n) => Math.floor((uint32() * n) / 2 ** 32), countBelow };
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** The finalizer of MurmurHash3 with the constants of splitmix32: every bit of the input reaches every bit of the output. */
export function mix(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
