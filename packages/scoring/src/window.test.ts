import { describe, expect, it } from 'vitest';
import { ScoringError } from './errors.ts';
import { windowOf } from './test-window.ts';
import { assertParameters, assertScorable } from './window.ts';
import type { WindowToScore } from './window.ts';

const PARAMETERS = { samples: 2, horizonSteps: 3, stepS: 0.1 };
const FUTURE = [
  [1, 0],
  [2, 0],
  [3, 0],
];

function check(change: (window: WindowToScore) => WindowToScore): unknown {
  try {
    assertScorable(change(windowOf(FUTURE, [FUTURE, FUTURE])), PARAMETERS);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('assertScorable', () => {
  it('lets a good window through, also with more steps than are scored', () => {
    expect(check((window) => window)).toBeUndefined();
    expect(
      check(() => windowOf([...FUTURE, [NaN, 0]], [FUTURE, [...FUTURE, [4, 0]]])),
    ).toBeUndefined();
  });

  it.each(['x', 'y', 'z', 'yaw'] as const)(
    'names the sample, field and step of a bad %s',
    (field) => {
      for (const bad of [NaN, Infinity, -Infinity]) {
        const error = check((window) => {
          window.samples[1]?.[field].fill(bad, 2);
          return window;
        });
        expect(error).toBeInstanceOf(ScoringError);
        expect(error).toMatchObject({
          code: 'SCORING_NOT_FINITE',
          message: `samples[1].${field}[2] is ${bad}`,
        });
      }
    },
  );

  it('looks at future, history and speed too', () => {
    const damaged = [
      check((window) => (window.future.y.fill(NaN, 1), window)),
      check((window) => (window.history.yaw.fill(Infinity), window)),
      check((window) => ({ ...window, v0Mps: NaN })),
    ];
    expect(damaged).toMatchObject([
      { message: 'future.y[1] is NaN' },
      { message: 'history.yaw[0] is Infinity' },
      { message: 'v0Mps is NaN' },
    ]);
  });

  it('refuses what is too short or too few, or too many samples', () => {
    expect(check(() => windowOf(FUTURE, [FUTURE, FUTURE.slice(1)]))).toMatchObject({
      code: 'SCORING_SHAPE',
      message: 'samples[1].x: expected 3 steps, got 2',
    });
    expect(check(() => windowOf(FUTURE.slice(1), [FUTURE, FUTURE]))).toMatchObject({
      message: 'future.x: expected 3 steps, got 2',
    });
    expect(check(() => windowOf(FUTURE, [FUTURE]))).toMatchObject({
      message: 'samples: expected 2, got 1',
    });
    expect(check(() => windowOf(FUTURE, [FUTURE, FUTURE, FUTURE]))).toMatchObject({
      message: 'samples: expected 2, got 3',
    });
  });
});

describe('assertParameters', () => {
  it.each([
    [{ samples: 0 }, 'samples'],
    [{ samples: 1.5 }, 'samples'],
    [{ horizonSteps: NaN }, 'horizonSteps'],
    [{ stepS: 0 }, 'stepS'],
    [{ stepS: Infinity }, 'stepS'],
  ])('refuses %o', (change, name) => {
    expect(() => assertParameters({ ...PARAMETERS, ...change })).toThrow(
      expect.objectContaining({
        code: 'SCORING_PARAMETERS',
        message: expect.stringContaining(name) as string,
      }),
    );
  });
});
