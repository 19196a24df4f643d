import type { LaneSeries, Workbench } from './workbench.ts';

/**
 * Cosine and sine of every value of `angles`, radians, into series of the same size: those of the kernel, and those of
 * JavaScript where one of the angles is too large for it or no number.
 */
export function findDirections(
  { kernels }: Workbench,
  angles: LaneSeries,
  cos: LaneSeries,
  sin: LaneSeries,
): void {
  if (kernels.cosSin(angles.address, cos.address, sin.address, angles.size) === 1) return;
  const [cosines, sines] = [cos.values, sin.values];
  angles.values.forEach((angle, i) => {
    cosines[i] = Math.cos(angle);
    sines[i] = Math.sin(angle);
  });
}
