import type { Lists, Paths } from '@drivesweep/contracts';
import type { EgoPath } from '@drivesweep/geometry';

interface Viewed<T> {
  subarray(from: number, to: number): T;
}

/** List i as a view; null where it is. */
export function listAt<T extends Viewed<T>>(
  { offsets, values, valid }: Lists<T>,
  i: number,
): T | null {
  return valid?.[i] === 0 ? null : values.subarray(offsets[i] ?? 0, offsets[i + 1] ?? 0);
}

/** How long list i is; null where it is. */
export function lengthAt({ offsets, valid }: Lists<unknown>, i: number): number | null {
  return valid?.[i] === 0 ? null : (offsets[i + 1] ?? 0) - (offsets[i] ?? 0);
}

/** Path i as it is stored, in views. */
export function pathAt({ offsets, x, y, z, yaw }: Paths, i: number) {
  const from = offsets[i] ?? 0;
  const to = offsets[i + 1] ?? 0;
  return {
    x: x.subarray(from, to),
    y: y.subarray(from, to),
    z: z.subarray(from, to),
    yaw: yaw.subarray(from, to),
  };
}

/** Path i in double precision, as scores look at it. */
export function widePathAt({ offsets, x, y, z, yaw }: Paths, i: number): EgoPath {
  const from = offsets[i] ?? 0;
  const length = (offsets[i + 1] ?? 0) - from;
  const wide = (values: Float32Array) => {
    // By a loop: the constructor of Float64Array takes ten times as long to convert.
    const widened = new Float64Array(length);
    for (let t = 0; t < length; t++) widened[t] = values[from + t] ?? NaN;
    return widened;
  };
  return { x: wide(x), y: wide(y), z: wide(z), yaw: wide(yaw) };
}

const decoder = new TextDecoder();

/** All texts at once: where every character is one byte, cutting one text is many times faster than decoding each. */
export function textsOf({ offsets, values, valid }: Lists<Uint8Array>): (string | null)[] {
  const whole = decoder.decode(values);
  const isAscii = whole.length === values.length;
  return Array.from({ length: offsets.length - 1 }, (_, i) => {
    if (valid?.[i] === 0) return null;
    const [from, to] = [offsets[i] ?? 0, offsets[i + 1] ?? 0];
    return isAscii ? whole.slice(from, to) : decoder.decode(values.subarray(from, to));
  });
}
