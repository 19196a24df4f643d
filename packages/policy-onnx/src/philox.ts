/**
 * Philox4x32-10, a counter-based generator: the same key and counter give the same four words on every machine, in any
 * order, without state. Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11.
 */

const ROUNDS = 10;
/** Multipliers of the first and third word, and what the key grows by after each round. */
const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_2 = 0xcd9e8d57;
const KEY_STEP_0 = 0x9e3779b9;
const KEY_STEP_1 = 0xbb67ae85;

/** Two words of key. */
export type PhiloxKey = readonly [number, number];
/** Four words of counter. */
export type PhiloxCounter = readonly [number, number, number, number];

/** Writes the four unsigned 32-bit words of a counter into `into`. */
export function philoxBlock(key: PhiloxKey, counter: PhiloxCounter, into: Uint32Array): void {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = highWord(MULTIPLIER_0, c0);
    const high2 = highWord(MULTIPLIER_2, c2);
    const low0 = Math.imul(MULTIPLIER_0, c0);
    const low2 = Math.imul(MULTIPLIER_2, c2);
    c0 = high2 ^ c1 ^ k0;
    c1 = low2;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + KEY_STEP_0) | 0;
    k1 = (k1 + KEY_STEP_1) | 0;
  }
  into[0] = c0;
  into[1] = c1;
  into[2] = c2;
  into[3] = c3;
}

/** The upper 32 of the 64 bits of a product of two unsigned words, by halves: no product passes 2^53. */
function highWord(a: number, b: number): number {
  const [aHigh, aLow] = [a >>> 16, a & 0xffff];
  const [bHigh, bLow] = [b >>> 16, b & 0xffff];
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >>> 16);
  const middleLow = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(middleLow / 0x10000)) | 0;
}
