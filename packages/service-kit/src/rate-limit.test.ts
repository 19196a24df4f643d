import { describe, expect, it } from 'vitest';
import { RateLimit } from './rate-limit.ts';

/** How many of `count` requests at one time are let through. */
function letThrough(limit: RateLimit, address: string, nowMs: number, count: number): number {
  return Array.from({ length: count }, () => limit.take(address, nowMs)).filter((s) => s === 0)
    .length;
}

describe('RateLimit', () => {
  it('lets two seconds worth of requests through at once, then as many as come back', () => {
    const limit = new RateLimit(5);
    expect(letThrough(limit, 'a', 0, 30)).toBe(10);
    expect(letThrough(limit, 'a', 1000, 30)).toBe(5);
    expect(letThrough(limit, 'a', 100_000, 30)).toBe(10);
  });

  it('says when the next request may come', () => {
    const limit = new RateLimit(2);
    letThrough(limit, 'a', 0, 4);
    expect(limit.take('a', 0)).toBe(0.5);
    expect(limit.take('a', 250)).toBe(0.25);
    expect(limit.take('a', 500)).toBe(0);
  });

  it('counts each address by itself', () => {
    const limit = new RateLimit(1);
    expect(letThrough(limit, 'a', 0, 9)).toBe(2);
    expect(letThrough(limit, 'b', 0, 9)).toBe(2);
  });

  it('gives nothing for a clock that goes back', () => {
    const limit = new RateLimit(1);
    letThrough(limit, 'a', 5000, 2);
    expect(limit.take('a', 0)).toBeGreaterThan(0);
  });

  it('remembers a bounded number of addresses, and forgets the one that was quiet longest', () => {
    const limit = new RateLimit(1);
    letThrough(limit, 'first', 0, 2);
    for (let i = 0; i < 10_000; i++) limit.take(`address ${i}`, 0);
    expect(limit.take('first', 0)).toBe(0);
    letThrough(limit, 'last', 0, 2);
    expect(limit.take('last', 0)).toBeGreaterThan(0);
  });
});
