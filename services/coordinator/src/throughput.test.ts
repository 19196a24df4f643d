import { describe, expect, it } from 'vitest';
import { Throughput } from './throughput.ts';

describe('Throughput', () => {
  it('is not known until a second has passed', () => {
    const throughput = new Throughput();
    expect(throughput.perSecond()).toBeNull();
    throughput.observe(0, 100);
    throughput.observe(500, 200);
    expect(throughput.perSecond()).toBeNull();
    throughput.observe(2000, 500);
    expect(throughput.perSecond()).toBe(200);
  });

  it('forgets what is more than half a minute old', () => {
    const throughput = new Throughput();
    for (let s = 0; s <= 100; s += 1) throughput.observe(s * 1000, s < 50 ? 1000 * s : 50_000);
    expect(throughput.perSecond()).toBe(0);
  });
});
