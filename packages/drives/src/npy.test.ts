import fc from 'fast-check';
import { DrivesweepError } from '@drivesweep/contracts';
import { describe, expect, it } from 'vitest';
import { parseNpy } from './npy.ts';

/** A file as numpy.lib.format describes it: magic, version, length of the header, header, data. */
function npy(header: string, data: Uint8Array, version = 1): Uint8Array {
  const text = Buffer.from(`${header}\n`);
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  length.writeUIntLE(text.length, 0, length.length);
  const magic = Buffer.from([0x93, ...Buffer.from('NUMPY'), version, 0]);
  return Buffer.concat([magic, length, text, data]);
}

function headerOf(descr: string, shape: string, order = 'False'): string {
  return `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${shape}), }`;
}

function bytesOf(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

describe('an npy file', () => {
  it('gives shape and values in C order', () => {
    const data = new Uint8Array(Float64Array.of(1, 2, 3, 4, 5, 6.5).buffer);
    const { shape, values } = parseNpy(npy(headerOf('<f8', '2, 3'), data), 'poses');
    expect(shape).toEqual([2, 3]);
    expect([...values]).toEqual([1, 2, 3, 4, 5, 6.5]);
  });

  it.each([
    ['<f4', bytesOf(0, 0, 0xc0, 0x3f), 1.5],
    ['>f4', bytesOf(0x3f, 0xc0, 0, 0), 1.5],
    ['>f8', bytesOf(0xc0, 0, 0, 0, 0, 0, 0, 0), -2],
    ['<i4', bytesOf(0xfe, 0xff, 0xff, 0xff), -2],
    ['>i4', bytesOf(0, 0, 1, 0), 256],
    ['<i8', bytesOf(0, 0, 0, 0, 1, 0, 0, 0), 2 ** 32],
    ['|u1', bytesOf(200), 200],
  ])('may hold %s', (descr, data, expected) => {
    expect([...parseNpy(npy(headerOf(descr, '1,'), data), 'x').values]).toEqual([expected]);
  });

  it.each([1, 2, 3])('may be of version %i', (version) => {
    const file = npy(headerOf('|u1', '3,'), bytesOf(1, 2, 3), version);
    expect([...parseNpy(file, 'x').values]).toEqual([1, 2, 3]);
  });

  it('may be one number, or none', () => {
    expect([...parseNpy(npy(headerOf('|u1', ''), bytesOf(9)), 'x').values]).toEqual([9]);
    expect([...parseNpy(npy(headerOf('|u1', '0, 3'), bytesOf()), 'x').values]).toEqual([]);
  });

  it.each([
    ['is none', Buffer.from('PK\u0003\u0004, a zip in truth'), 'not an npy file'],
    ['is cut off', npy(headerOf('<f8', '2,'), bytesOf(1, 2, 3)), 'cut off: 16 bytes for shape (2)'],
    ['has an endless shape', npy(headerOf('<f8', `${'9'.repeat(300)},`), bytesOf()), 'cut off'],
    ['is in Fortran order', npy(headerOf('|u1', '1, 1', 'True'), bytesOf(1)), 'in Fortran order'],
    ['holds text', npy(headerOf('|S8', '1,'), new Uint8Array(8)), 'unsupported array'],
    ['is from the future', npy(headerOf('|u1', '1,'), bytesOf(1), 4), 'npy version 4'],
    [
      'holds too large a number',
      npy(headerOf('<i8', '1,'), new Uint8Array(8).fill(0x7f)),
      'exactly',
    ],
  ])('that %s is refused by name', (_, bytes, problem) => {
    const refused = expect(() => parseNpy(bytes, 'frame_times'));
    refused.toThrow(`frame_times: `);
    expect(() => parseNpy(bytes, 'frame_times')).toThrow(problem);
  });

  it('never fails in another way than DRIVE_UNREADABLE', () => {
    const file = npy(headerOf('<f8', '1,'), new Uint8Array(8));
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(255), fc.nat(file.length), (at, byte, end) => {
        const bytes = Uint8Array.from(file).slice(0, end);
        if (at < end) bytes[at] = byte;
        try {
          parseNpy(bytes, 'x');
        } catch (error) {
          expect(error).toBeInstanceOf(DrivesweepError);
        }
      }),
    );
  });
});
