import { describe, expect, it } from 'vitest';
import { encodeNpy } from './npy.ts';
import { tarEnd, tarEntry } from './tar.ts';

const ascii = (bytes: Uint8Array) => String.fromCharCode(...bytes);

describe('tarEntry', () => {
  const entry = tarEntry({ name: 'a.txt', bytes: Uint8Array.of(104, 105) });

  it('is whole blocks: a header and what is needed for the content', () => {
    expect(entry.length).toBe(1024);
    expect(ascii(entry.subarray(512, 514))).toBe('hi');
    expect(tarEntry({ name: 'b', bytes: new Uint8Array(512) }).length).toBe(1024);
    expect(tarEnd().length).toBe(1024);
  });

  it('has a checksum over the header with blanks in its place', () => {
    const stored = Number.parseInt(ascii(entry.subarray(148, 154)), 8);
    const blanked = Uint8Array.from(entry.subarray(0, 512)).fill(32, 148, 156);
    expect(stored).toBe(blanked.reduce((sum, byte) => sum + byte, 0));
  });

  it('refuses a name that does not fit, rather than cut it', () => {
    expect(() => tarEntry({ name: 'x'.repeat(101), bytes: new Uint8Array() })).toThrow(RangeError);
  });
});

describe('encodeNpy', () => {
  it('begins its data at a multiple of 64, behind what NumPy writes itself', () => {
    const bytes = encodeNpy(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
    // numpy.save of the same array: magic, version 1.0, header length 118.
    expect([...bytes.subarray(0, 10)]).toEqual([0x93, 78, 85, 77, 80, 89, 1, 0, 118, 0]);
    expect(ascii(bytes.subarray(10, 69))).toBe(
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
    );
    expect(new DataView(bytes.buffer).getFloat32(128 + 20, true)).toBe(6);
    expect(bytes.length).toBe(128 + 24);
  });

  it('refuses another number of values than the shape says', () => {
    expect(() => encodeNpy(new Float32Array(5), [2, 3])).toThrow(RangeError);
  });
});
