/**
 * Element `i` of a typed array, for indices that are in range by construction.
 * Out of range gives NaN, which every check downstream refuses by name; it never turns into a plausible zero.
 */
export function at(values: Float64Array, i: number): number {
  return values[i] ?? NaN;
}
