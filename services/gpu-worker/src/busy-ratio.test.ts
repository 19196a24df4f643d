import { describe, expect, it } from 'vitest';
import { BusyRatio } from './busy-ratio.ts';

describe('BusyRatio', () => {
  it('is zero while there was no work', () => {
    const ratio = new BusyRatio();
    ratio.add({ busy: 0, active: 0 });
    expect(ratio.value).toBe(0);
  });

  it('does not sink while there is nothing to do', () => {
    const ratio = new BusyRatio();
    ratio.add({ busy: 9, active: 10 });
    for (let i = 0; i < 100; i++) ratio.add({ busy: 9, active: 10 });
    expect(ratio.value).toBe(0.9);
  });

  it('forgets what is more than half a minute of work ago', () => {
    const ratio = new BusyRatio();
    ratio.add({ busy: 0, active: 20 });
    ratio.add({ busy: 20, active: 40 });
    expect(ratio.value).toBe(1);
  });

  it('goes on when a new engine starts to count from zero', () => {
    const ratio = new BusyRatio();
    ratio.add({ busy: 10, active: 10 });
    expect(ratio.add({ busy: 1, active: 2 })).toEqual({ busy: 1, active: 2 });
  });
});
