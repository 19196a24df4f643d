import { describe, expect, it } from 'vitest';
import { horizonsOf } from './horizons.ts';

const labels = (horizonSteps: number, stepS: number): string[] =>
  horizonsOf({ samples: 1, horizonSteps, stepS }).map(({ label }) => label);

describe('horizonsOf', () => {
  it('are those of Alpamayo for its 64 steps of 0.1 s', () => {
    expect(horizonsOf({ samples: 1, horizonSteps: 64, stepS: 0.1 })).toEqual([
      { label: '0.5s', steps: 5 },
      { label: '1.0s', steps: 10 },
      { label: '3.0s', steps: 30 },
      { label: '5.0s', steps: 50 },
      { label: '6.4s', steps: 64 },
    ]);
  });

  it('stop where the answer stops, and name its end', () => {
    expect(labels(30, 0.1)).toEqual(['0.5s', '1.0s', '3.0s']);
    expect(labels(40, 0.1)).toEqual(['0.5s', '1.0s', '3.0s', '4.0s']);
    expect(labels(80, 0.1)).toEqual(['0.5s', '1.0s', '3.0s', '5.0s', '6.4s', '8.0s']);
    expect(labels(2, 0.1)).toEqual(['0.2s']);
  });

  it('leave out what is not a whole number of steps', () => {
    expect(labels(16, 0.4)).toEqual(['6.4s']);
    expect(labels(24, 0.25)).toEqual(['0.5s', '1.0s', '3.0s', '5.0s', '6.0s']);
  });

  it('take more decimals where one would lie', () => {
    expect(labels(9, 0.25)).toEqual(['0.5s', '1.0s', '2.25s']);
    expect(labels(1, 0.05)).toEqual(['0.05s']);
  });
});
