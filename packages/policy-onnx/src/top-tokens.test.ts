import { describe, expect, it } from 'vitest';
import type { PolicySample } from '@drivesweep/contracts';
import { topDisagreement } from './top-tokens.ts';

const NONE = new Float64Array(0);

/** Tokens 7 and 8 with log-probabilities -1 and -2, and the two most likely at each place. */
function sampleWith(ids: number[], logprobs: number[]): PolicySample {
  return {
    ...{ x: NONE, y: NONE, z: NONE, yaw: NONE, accel: null, curvature: null },
    ...{ trace: 'a b', finishReason: 'stop', probability: null },
    tokenIds: Int32Array.of(7, 8),
    logprobs: Float64Array.of(-1, -2),
    topTokens: { k: 2, ids: Int32Array.from(ids), logprobs: Float64Array.from(logprobs) },
  };
}

describe('the most likely tokens and the drawn ones', () => {
  it('agree when a drawn one stands there as likely, or is less likely than the last', () => {
    expect(topDisagreement(sampleWith([7, 5, 5, 6], [-1, -3, -0.5, -1.5]), 1e-3)).toBeNull();
    expect(topDisagreement(sampleWith([5, 7, 5, 8], [-0.5, -1, -1, -2.0005]), 1e-3)).toBeNull();
  });

  it('disagree when a drawn one stands there with another log-probability', () => {
    const wrong = sampleWith([5, 7, 5, 8], [-0.5, -1, -1, -2.5]);
    expect(topDisagreement(wrong, 1e-3)).toBe(
      'token 1 has log-probability -2, among the 2 most likely -2.5',
    );
  });

  it('disagree when a likelier one than the last does not stand there', () => {
    const wrong = sampleWith([5, 6, 5, 8], [-0.5, -1.5, -1, -2]);
    expect(topDisagreement(wrong, 1e-3)).toBe(
      'token 0 has log-probability -1 and is not among the 2 most likely, whose last has -1.5',
    );
  });

  it('have nothing to disagree about where there are none', () => {
    expect(topDisagreement({ ...sampleWith([], []), topTokens: null }, 0)).toBeNull();
  });
});
