import { describe, expect, it } from 'vitest';
import { NO_REALTIME } from '@drivesweep/contracts';
import { realtimeLine } from './realtime-line.ts';

describe('realtimeLine', () => {
  it('keeps windows with a run for themselves apart from those that shared one', () => {
    const counts = { one: { inside: 3, outside: 1 }, many: { inside: 0, outside: 8 } };
    expect(realtimeLine(counts)).toBe(
      'answered within 100 ms: 3 of 4 windows that had a run for themselves; 0 of 8 windows that shared a run',
    );
  });

  it('says nothing about windows that there are none of', () => {
    expect(realtimeLine({ ...NO_REALTIME, one: { inside: 0, outside: 2 } })).toBe(
      'answered within 100 ms: 0 of 2 windows that had a run for themselves',
    );
    expect([realtimeLine(NO_REALTIME), realtimeLine(undefined)]).toEqual([null, null]);
  });
});
