import type { Lists } from '@drivesweep/contracts';
import { corrupt, validityOf } from './arrow-read.ts';
import type { ReadColumn } from './arrow-read.ts';

/** Texts as they are stored, in UTF-8, for those who pass them on. Throws PART_CORRUPT when the column is no text. */
export function readTextBytes(column: ReadColumn): Lists<Uint8Array> {
  const offsets = new Int32Array(column.length + 1);
  const pieces: Uint8Array[] = [];
  let row = 0;
  let end = 0;
  for (const piece of column.pieces) {
    const own: unknown = piece.valueOffsets;
    const values: unknown = piece.values;
    if (!(own instanceof Int32Array) || !(values instanceof Uint8Array)) {
      throw corrupt(`column ${column.name} is no text`);
    }
    const first = own[0] ?? 0;
    const last = own[piece.length] ?? 0;
    for (let i = 1; i <= piece.length; i++) offsets[row + i] = end + (own[i] ?? 0) - first;
    pieces.push(values.subarray(first, last));
    row += piece.length;
    end += last - first;
  }
  return { offsets, values: joined(pieces, end), valid: validityOf(column) };
}

/** Without a copy when there is one piece. */
function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = pieces;
  if (pieces.length === 1 && first !== undefined) return first;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
