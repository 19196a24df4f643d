import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALPAMAYO_R1_HISTORY_TOKENS, decodeDeltas, encodeDeltas } from './delta-tokenizer.ts';
import type { DeltaTokenizer } from './delta-tokenizer.ts';
import type { EgoPath } from './types.ts';

type Xyz = [number, number, number];
interface Fixture {
  readonly name: string;
  readonly num_bins: number;
  readonly xyz_min: Xyz;
  readonly xyz_max: Xyz;
  readonly future_xyz: Xyz[];
  readonly future_yaw: number[];
  readonly expect: { tokens: number[]; decoded_xyz: Xyz[]; decoded_yaw: number[] };
}
const { cases } = JSON.parse(
  readFileSync(new URL('../fixtures/alpamayo_delta_tokenizer.json', import.meta.url), 'utf8'),
) as { cases: Fixture[] };

const pathOf = (points: readonly Xyz[], yaw: readonly number[] = []): EgoPath => ({
  x: Float64Array.from(points, ([x]) => x),
  y: Float64Array.from(points, ([, y]) => y),
  z: Float64Array.from(points, ([, , z]) => z),
  yaw: Float64Array.from(points, (_, t) => yaw[t] ?? 0),
});

describe.each(cases)('$name, as Alpamayo computes it', (fixture) => {
  const tokenizer: DeltaTokenizer = {
    bins: fixture.num_bins,
    minM: fixture.xyz_min,
    maxM: fixture.xyz_max,
    yaw: 'none',
  };

  it('becomes the same tokens', () => {
    const tokens = encodeDeltas(pathOf(fixture.future_xyz, fixture.future_yaw), tokenizer);
    expect([...tokens]).toEqual(fixture.expect.tokens);
  });

  it('comes back as the same path, with the tangent as its heading', () => {
    const path = decodeDeltas(fixture.expect.tokens, tokenizer);
    fixture.expect.decoded_xyz.forEach(([x, y, z], t) => {
      expect(Math.abs((path.x[t] ?? NaN) - x)).toBeLessThan(1e-9);
      expect(Math.abs((path.y[t] ?? NaN) - y)).toBeLessThan(1e-9);
      expect(Math.abs((path.z[t] ?? NaN) - z)).toBeLessThan(1e-9);
      const yaw = fixture.expect.decoded_yaw[t] ?? NaN;
      expect(Math.abs((path.yaw[t] ?? NaN) - yaw)).toBeLessThan(1e-6);
    });
  });
});

describe('a delta token', () => {
  const tokenOf = (x: number): number | undefined =>
    encodeDeltas(pathOf([[x, 0, 0]]), ALPAMAYO_R1_HISTORY_TOKENS)[0];

  it('rounds halves to even: no step at all is 499.5, so bin 500', () => {
    expect(tokenOf(0)).toBe(500);
    const coarse: DeltaTokenizer = { bins: 5, minM: [0, 0, 0], maxM: [4, 4, 4], yaw: 'none' };
    expect([...encodeDeltas(pathOf([[0.5, 1.5, 2.5]]), coarse)]).toEqual([0, 2, 2]);
  });

  it('of a step beyond the range is the outermost bin', () => {
    expect([tokenOf(-4), tokenOf(-22), tokenOf(4), tokenOf(22)]).toEqual([0, 0, 999, 999]);
  });

  it('of steps within the range comes back to within half a bin', () => {
    const step = fc.double({ min: -3.9, max: 3.9, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(step, step, step), { minLength: 4, maxLength: 20 }),
        (steps) => {
          let at: Xyz = [0, 0, 0];
          const points = steps.map(
            ([dx, dy, dz]): Xyz => (at = [at[0] + dx, at[1] + dy, at[2] + dz]),
          );
          const tokens = encodeDeltas(pathOf(points), ALPAMAYO_R1_HISTORY_TOKENS);
          const { x } = decodeDeltas(tokens, ALPAMAYO_R1_HISTORY_TOKENS);
          points.forEach(([expected], t) => {
            expect(Math.abs((x[t] ?? NaN) - expected)).toBeLessThan((t + 1) * (4 / 999) + 1e-9);
          });
        },
      ),
    );
  });
});

describe('yaw tokens', () => {
  const turning = pathOf(
    Array.from({ length: 6 }, (_, t): Xyz => [t, 0, 0]),
    [0.5, 1, 2, 3, -3, -2],
  );
  const yawAfter = (yaw: DeltaTokenizer['yaw']): number[] => {
    const tokenizer = { ...ALPAMAYO_R1_HISTORY_TOKENS, bins: 100_001, yaw };
    return [...decodeDeltas(encodeDeltas(turning, tokenizer), tokenizer).yaw];
  };

  it('give the heading back, also through pi', () => {
    yawAfter('counterclockwise').forEach((yaw, t) => {
      expect(yaw).toBeCloseTo(turning.yaw[t] ?? NaN, 3);
    });
  });

  it('flip its sign in the form of Alpamayo', () => {
    yawAfter('alpamayo-negated').forEach((yaw, t) => {
      expect(yaw).toBeCloseTo(-(turning.yaw[t] ?? NaN), 3);
    });
  });
});

describe('what has no tokens, and what are none', () => {
  it.each<[string, () => unknown, string]>([
    [
      'a path that is not finite',
      () => encodeDeltas(pathOf([[NaN, 0, 0]]), ALPAMAYO_R1_HISTORY_TOKENS),
      'not finite',
    ],
    ['half a step', () => decodeDeltas([1, 2], ALPAMAYO_R1_HISTORY_TOKENS), 'groups of 3, got 2'],
    [
      'a token past the last bin',
      () => decodeDeltas([1, 1000, 2], ALPAMAYO_R1_HISTORY_TOKENS),
      'token 1 is 1000, but bins are 0 ... 999',
    ],
    [
      'too few steps for a tangent',
      () => decodeDeltas([1, 2, 3], ALPAMAYO_R1_HISTORY_TOKENS),
      'order 3 needs more than 1 points',
    ],
  ])('%s is refused', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});
