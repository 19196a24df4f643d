import { describe, expect, it } from 'vitest';
import type { PolicySample } from '@drivesweep/contracts';
import { answerProblem } from './check-answer.ts';

const PARAMETERS = { samples: 2, seed: 7, horizonSteps: 3, stepUs: 100_000 };

function sample(change: Partial<PolicySample> = {}): PolicySample {
  const zeros = new Float64Array(3);
  return {
    x: Float64Array.of(1, 2, 3),
    y: zeros,
    z: zeros,
    yaw: zeros,
    accel: null,
    curvature: null,
    trace: null,
    tokenIds: null,
    logprobs: null,
    topTokens: null,
    finishReason: null,
    probability: null,
    ...change,
  };
}

/** What is wrong when the second sample differs so. */
const problemOf = (change: Partial<PolicySample>) =>
  answerProblem([sample(), sample(change)], PARAMETERS);

describe('an answer is believed', () => {
  it('when every sample has finite steps of the right number', () => {
    expect(problemOf({})).toBeNull();
    expect(problemOf({ accel: new Float64Array(3), probability: 1 })).toBeNull();
  });
});

describe('an answer is not believed', () => {
  it('with another number of samples', () => {
    expect(answerProblem([sample()], PARAMETERS)).toEqual({
      code: 'POLICY_OUTPUT_SHAPE',
      message: '1 samples were answered, 2 were asked for',
    });
  });

  it.each<[string, Partial<PolicySample>, string, string]>([
    [
      'a path that is short',
      { y: new Float64Array(2) },
      'POLICY_OUTPUT_SHAPE',
      'y of sample 1 has 2',
    ],
    ['NaN on its path', { x: Float64Array.of(1, NaN, 3) }, 'POLICY_OUTPUT_NOT_FINITE', 'at step 1'],
    [
      'an infinite action',
      { accel: Float64Array.of(0, 0, Infinity) },
      'POLICY_OUTPUT_NOT_FINITE',
      'accel',
    ],
    ['a probability above 1', { probability: 1.5 }, 'POLICY_OUTPUT_RANGE', 'sample 1 is 1.5'],
    [
      'what its policy could not express',
      { problem: { code: 'POLICY_OUTPUT_RANGE', message: 'trace_index is 9' } },
      'POLICY_OUTPUT_RANGE',
      'sample 1: trace_index is 9',
    ],
    ['a probability that is no number', { probability: NaN }, 'POLICY_OUTPUT_RANGE', 'NaN'],
  ])('with %s', (_, change, code, message) => {
    const problem = problemOf(change);
    expect(problem?.code).toBe(code);
    expect(problem?.message).toContain(message);
  });
});
