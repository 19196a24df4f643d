import { at } from './numbers.ts';

const TWO_PI = 2 * Math.PI;

/** The same direction in (-pi, pi]. An angle that is already there comes back unchanged, to the last bit. */
export function wrapAngle(rad: number): number {
  if (rad > -Math.PI && rad <= Math.PI) return rad;
  const wrapped = rad - TWO_PI * Math.round(rad / TWO_PI);
  if (wrapped <= -Math.PI) return wrapped + TWO_PI;
  return wrapped > Math.PI ? wrapped - TWO_PI : wrapped;
}

/** Adds multiples of 2 pi so that successive values never differ by more than pi; the first value stays. */
export function unwrap(rad: Float64Array): Float64Array {
  const unwrapped = Float64Array.from(rad);
  for (let i = 1; i < rad.length; i++) {
    unwrapped[i] = at(unwrapped, i - 1) + wrapAngle(at(rad, i) - at(rad, i - 1));
  }
  return unwrapped;
}
