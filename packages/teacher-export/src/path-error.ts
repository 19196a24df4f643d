/** Mean and last distance in the plane, metres. */
export interface PathError {
  readonly adeM: number;
  readonly fdeM: number;
}

interface PlanePath {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** Distance of two paths over the first `steps` poses, pose by pose. */
export function pathError(a: PlanePath, b: PlanePath, steps: number): PathError {
  let sum = 0;
  let last = NaN;
  for (let t = 0; t < steps; t++) {
    const dx = (a.x[t] ?? NaN) - (b.x[t] ?? NaN);
    const dy = (a.y[t] ?? NaN) - (b.y[t] ?? NaN);
    // Math.hypot guards against overflow, which no path needs, and is ten times as slow.
    last = Math.sqrt(dx * dx + dy * dy);
    sum += last;
  }
  return { adeM: sum / steps, fdeM: last };
}

/**
 * The mean distance of each path to all of them: the medoid has the least. It looks at no future, so choosing by it
 * tells a student nothing that was not known at t0.
 */
export function consensusErrors(paths: readonly PlanePath[], steps: number): number[] {
  const sums = paths.map(() => 0);
  for (let a = 0; a < paths.length; a++) {
    for (let b = a + 1; b < paths.length; b++) {
      const [one, other] = [paths[a], paths[b]];
      if (one === undefined || other === undefined) continue;
      const { adeM } = pathError(one, other, steps);
      sums[a] = (sums[a] ?? 0) + adeM;
      sums[b] = (sums[b] ?? 0) + adeM;
    }
  }
  return sums.map((sum) => sum / paths.length);
}
