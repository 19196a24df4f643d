import { describe, expect, it } from 'vitest';
import { statedIntent } from './stated-intent.ts';

const HORIZON_S = 6.4;
const KEEPS = 'Keep lane and keep the current speed.';

describe('statedIntent', () => {
  it.each<[string, number, number, string]>([
    ['straight on', 10, 0, KEEPS],
    ['a bend of 100 m radius is the road', 10, 0.1, KEEPS],
    ['a circle of 40 m radius is a turn', 10, 0.25, 'Turn left and keep the current speed.'],
    ['to the right', 10, -0.25, 'Turn right and keep the current speed.'],
    ['19 degrees are no turn yet, however tight', 1, 0.052, KEEPS],
    ['21 degrees are', 1, 0.058, 'Turn left and keep the current speed.'],
    ['a vehicle that stands, whatever its yaw does', 0.49, 1, 'Remain stopped.'],
    ['one that just does not', 0.5, 0, KEEPS],
  ])('%s', (_, speedMps, yawRateRadps, sentence) => {
    expect(statedIntent({ speedMps, yawRateRadps }, HORIZON_S)).toBe(sentence);
  });

  it('judges the turn over the horizon that is asked for', () => {
    const motion = { speedMps: 5, yawRateRadps: 0.2 };
    expect(statedIntent(motion, 1.7)).toBe(KEEPS);
    expect(statedIntent(motion, 1.8)).toBe('Turn left and keep the current speed.');
  });
});
