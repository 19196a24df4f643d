import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillNormals, fillUniforms, streamKey } from './random-streams.ts';

const KEY = streamKey(42, 'drive-1@5100000');

function uniforms(key: readonly [number, number], sample: number, length: number): number[] {
  const into = new Float32Array(length);
  fillUniforms(key, sample, into);
  return [...into];
}

function normals(key: readonly [number, number], sample: number, length: number): number[] {
  const into = new Float32Array(length);
  fillNormals(key, sample, into);
  return [...into];
}

/** Expected values: a second implementation in Python, with integers of any size and logarithms of 200 bits. */
describe('the random numbers of a window', () => {
  it('come from the hash of the seed and the window', () => {
    expect(KEY).toEqual([1343408742, 1160237775]);
    expect(streamKey(43, 'drive-1@5100000')).not.toEqual(KEY);
    expect(streamKey(42, 'drive-1@5100001')).not.toEqual(KEY);
  });

  it('are these uniforms', () => {
    expect(uniforms(KEY, 0, 6)).toEqual([
      0.8499062061309814, 0.20935308933258057, 0.45507991313934326, 0.018202126026153564,
      0.9783885478973389, 0.677384614944458,
    ]);
    expect(uniforms(KEY, 5, 3)).toEqual([
      0.4807901978492737, 0.10641241073608398, 0.3906490206718445,
    ]);
  });

  it('are these normal numbers', () => {
    expect(normals(KEY, 0, 6)).toEqual([
      -0.4918370246887207, -1.1117925643920898, 0.5708593130111694, -0.540294885635376,
      -1.1355832815170288, -0.9386883974075317,
    ]);
    expect(normals(KEY, 5, 5)).toEqual([
      0.34471774101257324, 0.001996467588469386, -1.8124421834945679, 0.1549120396375656,
      -0.270625501871109,
    ]);
  });

  it('are a beginning of themselves, whatever their number', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.string(),
        fc.nat(63),
        fc.nat(40),
        fc.nat(40),
        (seed, windowId, sample, length, more) => {
          const key = streamKey(seed, windowId);
          expect(uniforms(key, sample, length + more).slice(0, length)).toEqual(
            uniforms(key, sample, length),
          );
          expect(normals(key, sample, length + more).slice(0, length)).toEqual(
            normals(key, sample, length),
          );
        },
      ),
      { numRuns: 50 },
    );
  });

  it('differ between samples, and noise from uniforms', () => {
    expect(uniforms(KEY, 0, 8)).not.toEqual(uniforms(KEY, 1, 8));
    expect(normals(KEY, 0, 8)).not.toEqual(normals(KEY, 1, 8));
  });

  it('have the moments that they should: 4 standard errors of 200,000 numbers', () => {
    const n = 200_000;
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / n;
    const u = uniforms(KEY, 0, n);
    const z = normals(KEY, 0, n);
    expect(u.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(Math.abs(mean(u) - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(mean(z))).toBeLessThan(4 * Math.sqrt(1 / n));
    expect(Math.abs(mean(z.map((value) => value ** 2)) - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(mean(z.map((value) => value ** 4)) - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
  });
});
