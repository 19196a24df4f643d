import { createHash } from 'node:crypto';
import { lnOfUnit, unitCircle } from './exact-math.ts';
import { philoxBlock } from './philox.ts';
import type { PhiloxKey } from './philox.ts';

/**
 * The random numbers that a policy is given: a function of (seed of the sweep, window, sample, place), so that a sample
 * depends neither on K nor on the batch, the worker, or the order of things.
 *
 * key      the first 8 bytes of SHA-256 over `seed \n windowId` as UTF-8, as two little-endian words
 * counter  (block, sample k, stream, 0); number e of a stream is word e % 4 of block floor(e / 4)
 */
const UNIFORMS = 0;
const NOISE = 1;

const WORDS = 4;
const TWO_POW_MINUS_24 = 2 ** -24;

export function streamKey(seed: number, windowId: string): PhiloxKey {
  const digest = createHash('sha256').update(`${seed}\n${windowId}`, 'utf8').digest();
  return [digest.readUInt32LE(0), digest.readUInt32LE(4)];
}

/** Fills `into` with the uniforms of one sample: multiples of 2^-24 in [0, 1), which float32 holds exactly. */
export function fillUniforms(key: PhiloxKey, sample: number, into: Float32Array): void {
  const words = new Uint32Array(WORDS);
  for (let e = 0; e < into.length; e++) {
    if (e % WORDS === 0) philoxBlock(key, [e / WORDS, sample, UNIFORMS, 0], words);
    into[e] = ((words[e % WORDS] ?? 0) >>> 8) * TWO_POW_MINUS_24;
  }
}

/**
 * Fills `into` with the normal numbers of one sample, by Box and Muller in float64, rounded to float32: of words a, b
 * of a block, sqrt(-2 ln((a + 1) / 2^32)) times the cosine and then the sine of 2 pi b / 2^32.
 */
export function fillNormals(key: PhiloxKey, sample: number, into: Float32Array): void {
  const words = new Uint32Array(WORDS);
  for (let e = 0; e < into.length; e += 2) {
    if (e % WORDS === 0) philoxBlock(key, [e / WORDS, sample, NOISE, 0], words);
    const radius = Math.sqrt(-2 * lnOfUnit(words[e % WORDS] ?? 0));
    const [cos, sin] = unitCircle(words[(e % WORDS) + 1] ?? 0);
    into[e] = radius * cos;
    if (e + 1 < into.length) into[e + 1] = radius * sin;
  }
}
