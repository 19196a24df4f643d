import { describe, expect, it } from 'vitest';
import { addRealtime, NO_REALTIME, realtimeOf } from './realtime.ts';

describe('realtime counts', () => {
  it('count exactly 100 ms as inside the budget', () => {
    expect(realtimeOf(0.1, 1)).toEqual({ ...NO_REALTIME, one: { inside: 1, outside: 0 } });
    expect(realtimeOf(0.1001, 1)).toEqual({ ...NO_REALTIME, one: { inside: 0, outside: 1 } });
  });

  it('keep windows that shared a run apart', () => {
    const sum = [realtimeOf(0.05, 1), realtimeOf(0.05, 4), realtimeOf(0.2, 4)].reduce(addRealtime);
    expect(sum).toEqual({ one: { inside: 1, outside: 0 }, many: { inside: 1, outside: 1 } });
  });
});
