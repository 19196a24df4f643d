import { DrivesweepError } from '@drivesweep/contracts';

/** An array of numbers in C order (the last axis runs fastest). */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

type ReadValue = (view: DataView, at: number, littleEndian: boolean) => number;

const ELEMENTS: Readonly<Record<string, { readonly bytes: number; readonly read: ReadValue }>> = {
  f4: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  i4: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  i8: { bytes: 8, read: (view, at, little) => safeInt64(view.getBigInt64(at, little)) },
  u1: { bytes: 1, read: (view, at) => view.getUint8(at) },
};

/**
 * Reads one array in NumPy's `.npy` format, versions 1 to 3, as numpy.lib.format describes it: magic, version, header
 * length (2 bytes, from version 2 on 4), header (a Python dictionary literal), data.
 *
 * @param what names the file in errors
 * @throws DRIVE_UNREADABLE when it is not such a file, is cut off, is in Fortran order or holds another type than
 *   f4, f8, i4, i8, u1
 */
export function parseNpy(bytes: Uint8Array, what: string): NpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { header, dataAt } = splitHeader(bytes, view, what);
  const { element, littleEndian, shape } = parseHeader(header, what);

  const count = shape.reduce((product, length) => product * length, 1);
  const available = bytes.length - dataAt;
  if (!(count * element.bytes <= available)) {
    const wanted = `${count * element.bytes} bytes for shape (${shape.join(', ')})`;
    throw unreadable(what, `cut off: ${wanted}, has ${available}`);
  }
  const values = new Float64Array(count);
  try {
    for (let index = 0; index < count; index++) {
      values[index] = element.read(view, dataAt + index * element.bytes, littleEndian);
    }
  } catch (cause) {
    throw unreadable(what, cause instanceof Error ? cause.message : String(cause));
  }
  return { shape, values };
}

function splitHeader(bytes: Uint8Array, view: DataView, what: string) {
  const magic = String.fromCharCode(...bytes.subarray(0, 6));
  if (magic !== '\x93NUMPY' || bytes.length < 12) throw unreadable(what, 'not an npy file');
  const version = view.getUint8(6);
  if (version < 1 || version > 3) throw unreadable(what, `npy version ${version}, expected 1 to 3`);
  const headerAt = version === 1 ? 10 : 12;
  const headerBytes = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataAt = headerAt + headerBytes;
  if (dataAt > bytes.length) throw unreadable(what, 'cut off inside its header');
  return { header: new TextDecoder().decode(bytes.subarray(headerAt, dataAt)), dataAt };
}

function parseHeader(header: string, what: string) {
  const descr = /'descr':\s*'([<>|])([a-zA-Z]\d+)'/.exec(header);
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const shapeText = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  const element = ELEMENTS[descr?.[2] ?? ''];
  if (!element || shapeText === undefined || order === undefined) {
    const known = Object.keys(ELEMENTS).join(', ');
    throw unreadable(what, `unsupported array ${header.trim()}; expected one of ${known}`);
  }
  const shape = shapeText
    .split(',')
    .filter((length) => length.trim() !== '')
    .map(Number);
  if (order === 'True' && shape.length > 1) throw unreadable(what, 'in Fortran order, expected C');
  return { element, littleEndian: descr?.[1] !== '>', shape };
}

function safeInt64(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${value} does not fit a double exactly`);
  return number;
}

function unreadable(what: string, problem: string): DrivesweepError {
  return new DrivesweepError('DRIVE_UNREADABLE', `${what}: ${problem}`);
}
