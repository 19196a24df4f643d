/**
 * Positions for labels of one height along a line: in the order of where they want to be, at least `apart` from each
 * other, within [from, to] as long as they fit, and moved as little as pushing down and then up allows.
 */
export function spread(
  wanted: readonly number[],
  apart: number,
  from: number,
  to: number,
): number[] {
  const order = wanted
    .map((_, i) => i)
    .sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0) || a - b);
  const placed = order.map((i) => Math.min(Math.max(wanted[i] ?? 0, from), to));
  for (let i = 1; i < placed.length; i++) {
    placed[i] = Math.max(placed[i] ?? 0, (placed[i - 1] ?? 0) + apart);
  }
  for (let i = placed.length - 1; i >= 0; i--) {
    const limit = i === placed.length - 1 ? to : (placed[i + 1] ?? to) - apart;
    placed[i] = Math.min(placed[i] ?? 0, limit);
  }
  const result = [...wanted];
  order.forEach((label, i) => (result[label] = placed[i] ?? 0));
  return result;
}
