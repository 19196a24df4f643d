import { describe, expect, it } from 'vitest';
import { planDeviation } from './plan-deviation.ts';
import { readFixture } from '../test-scores.ts';

interface Response {
  readonly t_us: number[];
  readonly xyh: [number, number][];
}
const { plan_deviation } = readFixture('alpasim_open_loop') as {
  plan_deviation: {
    name: string;
    avg_decay_rate: number;
    responses: [Response, Response];
    values: [number];
  }[];
};
const planOf = ({ t_us, xyh }: Response) => ({
  tS: Float64Array.from(t_us, (t) => t / 1e6),
  x: Float64Array.from(xyh, ([x]) => x),
  y: Float64Array.from(xyh, ([, y]) => y),
});

describe('plan deviation', () => {
  it.each(plan_deviation)(
    'agrees with AlpaSim on $name',
    ({ responses, avg_decay_rate, values }) => {
      const [earlier, later] = responses;
      const deviation = planDeviation(planOf(earlier), planOf(later), avg_decay_rate) ?? NaN;
      expect(Math.abs(deviation - values[0])).toBeLessThan(1e-6);
    },
  );

  const line = (fromS: number, y: number) => ({
    tS: Float64Array.of(fromS, fromS + 1, fromS + 2),
    x: Float64Array.of(fromS, fromS + 1, fromS + 2),
    y: Float64Array.of(y, y, y),
  });

  it('is the distance of two parallel plans', () => {
    expect(planDeviation(line(0, 0), line(1, 3))).toBe(3);
  });

  it('is undefined when the plans share no time but the first of the new one', () => {
    expect(planDeviation(line(0, 0), line(2, 3))).toBeUndefined();
    expect(planDeviation(line(0, 0), line(9, 3))).toBeUndefined();
  });
});
