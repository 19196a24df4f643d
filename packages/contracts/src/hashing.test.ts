import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256Hex } from './hashing.ts';

describe('sha256Hex', () => {
  it('gives the published digest of "abc" (FIPS 180-2, B.1)', () => {
    expect(sha256Hex('abc')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('reads text as UTF-8', () => {
    expect(sha256Hex('é')).toBe(sha256Hex(new Uint8Array([0xc3, 0xa9])));
  });
});

describe('canonicalJson', () => {
  it('does not depend on the order in which members were written', () => {
    expect(canonicalJson({ b: 1, a: { d: [1, 2], c: null } })).toBe(
      canonicalJson({ a: { c: null, d: [1, 2] }, b: 1 }),
    );
  });

  it('leaves out what is undefined', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  it('keeps the order of lists', () => {
    expect(canonicalJson([2, 1])).toBe('[2,1]');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %s, which JSON would call null', (n) => {
    expect(() => canonicalJson({ n })).toThrow(RangeError);
  });
});
