import { NotPlain } from './not-plain.ts';

/** Below this many bytes a loop is quicker than a call that copies. */
const SHORT = 24;
/** A copy of 64 bytes takes three: more than this cannot come of a byte. */
const MAX_RATIO = 22;

/**
 * Decompresses one block of Snappy (format_description.txt) into what `room` gives for its length.
 * Throws NotPlain unless exactly `length` bytes come out.
 */
export function unsnap(
  bytes: Uint8Array,
  length: number,
  room: (length: number) => Uint8Array,
): Uint8Array {
  const start = preamble(bytes, length);
  const end = bytes.length;
  const out = room(length);
  let at = start;
  let to = 0;
  while (at < end) {
    const tag = bytes[at++] ?? 0;
    let count = tag >> 2;
    if ((tag & 3) === 0) {
      if (count >= 60) {
        const extra = count - 59;
        count = littleEndian(bytes, at, extra);
        at += extra;
      }
      count += 1;
      if (at + count > end || to + count > length) throw new NotPlain('a literal of Snappy');
      if (count < SHORT) {
        for (let i = 0; i < count; i++) out[to + i] = bytes[at + i] ?? 0;
      } else {
        out.set(bytes.subarray(at, at + count), to);
      }
      at += count;
      to += count;
      continue;
    }
    let back: number;
    if ((tag & 3) === 1) {
      back = ((tag >> 5) << 8) | (bytes[at] ?? 0);
      count = (count & 7) + 4;
      at += 1;
    } else {
      const width = (tag & 3) === 2 ? 2 : 4;
      back = littleEndian(bytes, at, width);
      count += 1;
      at += width;
    }
    if (back === 0 || back > to || to + count > length) throw new NotPlain('a copy of Snappy');
    if (count < SHORT || back < count) {
      for (let i = 0; i < count; i++) out[to + i] = out[to + i - back] ?? 0;
    } else {
      out.copyWithin(to, to - back, to - back + count);
    }
    to += count;
  }
  if (at !== end || to !== length) throw new NotPlain('a block of Snappy that ends early');
  return out;
}

/** Where the block begins, after its length. */
function preamble(bytes: Uint8Array, length: number): number {
  let value = 0;
  let at = 0;
  for (let factor = 1; factor < 2 ** 35; factor *= 128) {
    const byte = bytes[at++] ?? 128;
    value += (byte & 127) * factor;
    if (byte >= 128) continue;
    if (value === length && length <= bytes.length * MAX_RATIO) return at;
    break;
  }
  throw new NotPlain('a block of Snappy of another length');
}

function littleEndian(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let i = width - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}
