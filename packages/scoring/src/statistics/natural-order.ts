/**
 * Compares texts with the whole numbers in them as numbers: `5-10 m/s` comes before `10-15 m/s`, and `hour=9` before
 * `hour=10`. Texts that differ in leading zeros only are in the order of their letters. No locale: the same everywhere.
 */
export function compareNaturally(a: string, b: string): number {
  const [pieces, others] = [piecesOf(a), piecesOf(b)];
  for (const [i, piece] of pieces.entries()) {
    const other = others[i];
    if (other === undefined) return 1;
    const areNumbers = isNumber(piece) && isNumber(other);
    if (areNumbers && Number(piece) !== Number(other)) return Number(piece) - Number(other);
    if (!areNumbers && piece !== other) return piece < other ? -1 : 1;
  }
  if (others.length > pieces.length) return -1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function isNumber(piece: string): boolean {
  return /^\d/.test(piece);
}

/** `0.5-5 m/s` -> `0`, `.`, `5`, `-`, `5`, ` m/s`. */
function piecesOf(text: string): string[] {
  return text.match(/\d+|\D+/g) ?? [];
}
