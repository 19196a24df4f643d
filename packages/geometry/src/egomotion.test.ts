import { describe, expect, it } from 'vitest';
import { checkEgomotion } from './egomotion.ts';
import type { EgomotionTrack } from './types.ts';

/** Ten poses, 10 ms apart, standing still; `change` damages its own copy. */
function track(
  change: (columns: EgomotionTrack) => void = () => undefined,
  poses = 10,
): EgomotionTrack {
  const zeros = (): Float64Array => new Float64Array(poses);
  const columns: EgomotionTrack = {
    tUs: Float64Array.from({ length: poses }, (_, i) => i * 10_000),
    xM: zeros(),
    yM: zeros(),
    zM: zeros(),
    qx: zeros(),
    qy: zeros(),
    qz: zeros(),
    qw: zeros().fill(1),
  };
  change(columns);
  return columns;
}

describe('checkEgomotion', () => {
  it('has nothing to say about a good track', () => {
    expect(checkEgomotion(track())).toBeNull();
    expect(checkEgomotion(track(undefined, 4))).toBeNull();
  });

  it('calls fewer than four poses missing', () => {
    expect(checkEgomotion(track(undefined, 3))).toEqual({ kind: 'missing', index: 3 });
    expect(checkEgomotion(track(undefined, 0))).toEqual({ kind: 'missing', index: 0 });
  });

  it('calls a pose missing when a column is shorter than the others', () => {
    expect(checkEgomotion({ ...track(), zM: new Float64Array(8) })).toEqual({
      kind: 'missing',
      index: 8,
    });
  });

  it.each(['tUs', 'xM', 'yM', 'zM', 'qx', 'qy', 'qz', 'qw'] as const)(
    'finds the first %s that is not finite',
    (column) => {
      for (const bad of [NaN, Infinity, -Infinity]) {
        const damaged = track((columns) => columns[column].fill(bad, 6));
        expect(checkEgomotion(damaged)).toEqual({ kind: 'not-finite', index: 6 });
      }
    },
  );

  it('does not take a quaternion of length 0 or 2 for a rotation, but allows rounding', () => {
    expect(checkEgomotion(track(({ qw }) => (qw[3] = 0)))).toEqual({
      kind: 'not-finite',
      index: 3,
    });
    expect(checkEgomotion(track(({ qw }) => (qw[3] = 2)))).toEqual({
      kind: 'not-finite',
      index: 3,
    });
    expect(checkEgomotion(track(({ qw }) => (qw[3] = 0.999)))).toBeNull();
  });

  it('finds a time that repeats or goes back', () => {
    expect(checkEgomotion(track(({ tUs }) => (tUs[5] = 40_000)))).toEqual({
      kind: 'not-monotonic',
      index: 5,
    });
    expect(checkEgomotion(track(({ tUs }) => (tUs[5] = 1)))).toEqual({
      kind: 'not-monotonic',
      index: 5,
    });
  });

  it('names what comes first', () => {
    const damaged = track(({ tUs, xM }) => {
      xM[7] = NaN;
      tUs[4] = 0;
    });
    expect(checkEgomotion(damaged)).toEqual({ kind: 'not-monotonic', index: 4 });
  });
});
