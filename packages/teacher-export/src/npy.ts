/** Header and data begin at multiples of this. */
const ALIGNMENT = 64;
const MAGIC = '\u0093NUMPY\u0001\u0000';

/**
 * float32 numbers in NumPy's `.npy` format, version 1, little-endian, C order (numpy.lib.format).
 * Throws RangeError when there are not as many as the shape says.
 */
export function encodeNpy(values: Float32Array, shape: readonly number[]): Uint8Array {
  const count = shape.reduce((product, length) => product * length, 1);
  if (count !== values.length) {
    throw new RangeError(`encodeNpy: ${values.length} values for shape ${shape.join(', ')}`);
  }
  const axes = shape.length === 1 ? `${shape[0] ?? 0},` : shape.join(', ');
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${axes}), }`;
  const before = MAGIC.length + 2;
  const unpadded = before + dictionary.length + 1;
  const total = Math.ceil(unpadded / ALIGNMENT) * ALIGNMENT;
  const header = `${dictionary}${' '.repeat(total - unpadded)}\n`;
  const bytes = new Uint8Array(total + 4 * count);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < MAGIC.length; i++) bytes[i] = MAGIC.charCodeAt(i);
  view.setUint16(MAGIC.length, header.length, true);
  for (let i = 0; i < header.length; i++) bytes[before + i] = header.charCodeAt(i);
  values.forEach((value, i) => view.setFloat32(total + 4 * i, value, true));
  return bytes;
}
