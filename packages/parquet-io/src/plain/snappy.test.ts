import { describe, expect, it } from 'vitest';
import { NotPlain } from './not-plain.ts';
import { unsnap } from './snappy.ts';

const room = (length: number) => new Uint8Array(length);
const unpack = (block: number[], length: number) => unsnap(Uint8Array.from(block), length, room);
const text = (block: number[], length: number) => Buffer.from(unpack(block, length)).toString();

const letters = (word: string) => [...Buffer.from(word)];
/** A literal of up to 60 bytes has its length less one in its tag. */
const literal = (word: string) => [(word.length - 1) << 2, ...letters(word)];

describe('unsnap', () => {
  it('gives back literals, one after the other', () => {
    expect(text([6, ...literal('stop'), ...literal('ok')], 6)).toBe('stopok');
    expect(unpack([0], 0)).toEqual(new Uint8Array());
  });

  it.each([
    ['one byte', [60 << 2, 99]],
    ['two bytes', [61 << 2, 99, 0]],
    ['four bytes', [63 << 2, 99, 0, 0, 0]],
  ])('gives back a literal of 100 bytes whose length takes %s', (_, tag) => {
    const word = 'abcdefghij'.repeat(10);
    expect(text([100, ...tag, ...letters(word)], 100)).toBe(word);
  });

  it('copies what was there before, from an offset of one, two and four bytes', () => {
    expect(text([8, ...literal('abcd'), 0b000_000_01, 4], 8)).toBe('abcdabcd');
    expect(text([8, ...literal('abcd'), (3 << 2) | 2, 4, 0], 8)).toBe('abcdabcd');
    expect(text([8, ...literal('abcd'), (3 << 2) | 3, 4, 0, 0, 0], 8)).toBe('abcdabcd');
  });

  it('copies from up to 2047 bytes back with eleven bits', () => {
    const far = 'x'.repeat(300);
    const start = [61 << 2, 0x2f, 1, ...letters(`abcd${far}`)];
    // 304 is 1 * 256 + 48.
    expect(text([0xb4, 2, ...start, 0b001_000_01, 48], 308)).toBe(`abcd${far}abcd`);
  });

  it('repeats when a copy reaches into itself', () => {
    expect(text([32, ...literal('ab'), (29 << 2) | 2, 2, 0], 32)).toBe('ab'.repeat(16));
  });

  it.each([
    ['says another length', [5, ...literal('stop')], 4],
    ['says no length', [0x80], 4],
    ['says more than it can hold', [0xff, 0x7f, 0], 16_383],
    ['has a literal that goes beyond its end', [4, 3 << 2, 1, 2], 4],
    ['has a literal that goes beyond its length', [3, ...literal('stop')], 3],
    ['copies from before its beginning', [8, ...literal('abcd'), 1, 5], 8],
    ['copies from where it is', [8, ...literal('abcd'), 1, 0], 8],
    ['copies beyond its length', [6, ...literal('abcd'), 1, 4], 6],
    ['ends within a tag', [8, ...literal('abcd'), (3 << 2) | 2, 4], 8],
    ['ends early', [8, ...literal('abcd')], 8],
  ])('refuses a block that %s', (_, block, length) => {
    expect(() => unpack(block, length)).toThrow(NotPlain);
  });
});
