/**
 * Holm's step-down correction (Holm 1979): the chance of one false discovery among all tests stays under the level
 * that the corrected values are held against. The smallest p is multiplied by the number of tests, the next by one
 * less, and so on; none may be smaller than the one before, nor larger than 1.
 * @returns one corrected value per p, in the order of `ps`
 */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, test) => test).sort((s, t) => (ps[s] ?? 1) - (ps[t] ?? 1));
  const corrected = ps.map(() => 1);
  let largest = 0;
  order.forEach((test, rank) => {
    largest = Math.max(largest, Math.min(1, (ps[test] ?? 1) * (ps.length - rank)));
    corrected[test] = largest;
  });
  return corrected;
}
