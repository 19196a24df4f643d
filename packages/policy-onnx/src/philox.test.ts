import { describe, expect, it } from 'vitest';
import { philoxBlock } from './philox.ts';
import type { PhiloxCounter, PhiloxKey } from './philox.ts';

const ONES = 0xffffffff;

/** Known answers of the Random123 library, kat_vectors, `philox4x32 10`. */
const KNOWN: [key: PhiloxKey, counter: PhiloxCounter, words: number[]][] = [
  [
    [0, 0],
    [0, 0, 0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [ONES, ONES],
    [ONES, ONES, ONES, ONES],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0xa4093822, 0x299f31d0],
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

describe('philoxBlock', () => {
  it.each(KNOWN)('gives the known answer for key %j and counter %j', (key, counter, expected) => {
    const words = new Uint32Array(4);
    philoxBlock(key, counter, words);
    expect([...words]).toEqual(expected);
  });
});
