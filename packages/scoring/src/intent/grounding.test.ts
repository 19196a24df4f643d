import { describe, expect, it } from 'vitest';
import { track } from '../test-traffic.ts';
import type { Track } from '../test-traffic.ts';
import { pathThrough } from '../test-window.ts';
import { groundCause } from './grounding.ts';
import { roadLineOf } from './road-line.ts';
import { seeObjects } from './seen-objects.ts';
import { cause } from './test-traces.ts';
import type { StatedCause } from './trace.ts';

/** 10 m/s straight ahead, 1.5 s of history and 6.4 s of future. */
const HISTORY = pathThrough(Array.from({ length: 16 }, (_, i) => [i - 15, 0]));
const FUTURE = pathThrough(Array.from({ length: 64 }, (_, i) => [i + 1, 0]));

function ground(
  facts: Partial<StatedCause>,
  tracks: readonly Track[],
  { history = HISTORY, future = FUTURE } = {},
) {
  const obstacles = tracks.map((facts) => track({ fromS: -2, ...facts }));
  const line = roadLineOf(history, future, future.x.length);
  return groundCause(cause(facts), 0, seeObjects(obstacles, line, history, 0.1));
}

function judged(...question: Parameters<typeof ground>): string {
  const { rule, outcome } = ground(...question);
  return `${rule} ${outcome}`;
}

describe('an object', () => {
  it('that was cited and seen is supported, with its class, distance and side', () => {
    const verdict = ground({ object: 'pedestrian' }, [{ at: [30, 4], className: 'person' }]);
    expect(verdict).toMatchObject({ rule: 'ground.seen_in_time', outcome: 'supported' });
    expect(verdict.figures).toMatchObject({ class: 'person', aheadM: 30, leftM: 4, speedMps: 0 });
    expect(verdict.reason).toBe(
      'There was a person 30 m ahead and 4 m to the left of the way, at 0 m/s.',
    );
  });

  it('is contradicted when no box is of its kind, on an empty road too', () => {
    expect(judged({ object: 'pedestrian' }, [{ at: [30, 0] }])).toBe('ground.object contradicted');
    expect(judged({ object: 'pedestrian' }, [])).toBe('ground.object contradicted');
  });

  it('is undetermined when the class may be meant: a pick-up is a truck to some', () => {
    const truck = { object: 'heavy_vehicle' } as const;
    expect(judged(truck, [{ at: [30, 0] }])).toBe('ground.object undetermined');
    expect(judged(truck, [{ at: [30, 0], className: 'heavy_truck' }])).toContain('supported');
    expect(judged(truck, [{ at: [30, 0], className: 'person' }])).toContain('contradicted');
  });

  it('that labels do not hold, such as debris, is never contradicted by their absence', () => {
    expect(judged({ object: 'obstacle' }, [])).toBe('ground.object undetermined');
  });

  it('of a kind that the text does not give is undetermined', () => {
    expect(judged({ object: null }, [{ at: [30, 0] }])).toBe('ground.object undetermined');
  });

  it('is undetermined without labels, and when labels begin after t0', () => {
    expect(groundCause(cause({ object: 'vehicle' }), 3, undefined)).toMatchObject({
      outcome: 'undetermined',
      sample: 3,
      reason: 'The drive has no labels of obstacles.',
    });
    expect(judged({ object: 'vehicle' }, [{ at: [30, 0], fromS: 0.1 }])).toBe(
      'ground.object undetermined',
    );
  });
});

describe('the last 2 s', () => {
  const seen = (fromS: number, toS: number) =>
    ground({ object: 'vehicle' }, [
      { at: [30, 0], fromS, toS },
      { at: [5, 9], className: 'person' },
    ]);

  it('include their ends', () => {
    expect(seen(0, 3).outcome).toBe('supported');
    expect(seen(-3, -2).outcome).toBe('supported');
  });

  it('contradict an object that was seen before them only', () => {
    expect(seen(-3, -2.1)).toMatchObject({ rule: 'ground.seen_in_time', outcome: 'contradicted' });
    expect(seen(-3, -2.1).figures).toEqual({});
  });

  it('contradict an object that appears later, and say when', () => {
    expect(seen(0.4, 3)).toMatchObject({ rule: 'ground.seen_in_time', outcome: 'contradicted' });
    expect(seen(0.4, 3).figures.trueAtS).toBe(0.4);
  });

  it('leave open what is beyond 100 m', () => {
    expect(judged({ object: 'vehicle' }, [{ at: [120, 0] }])).toBe(
      'ground.seen_in_time undetermined',
    );
  });
});

describe('a place', () => {
  it.each([
    ['left', 1.6, 'supported'],
    ['left', 1.4, 'undetermined'],
    ['left', -1.4, 'undetermined'],
    ['left', -1.6, 'contradicted'],
    ['right', -1.6, 'supported'],
    ['right', 1.6, 'contradicted'],
  ] as const)('"%s" of something at y = %d m is %s', (place, y, outcome) => {
    const verdict = ground({ object: 'vehicle', place }, [{ at: [20, y] }]);
    expect(verdict).toMatchObject({ rule: 'ground.side', outcome });
  });

  it('that contradicts says what is there instead', () => {
    const { reason, figures } = ground({ object: 'vehicle', place: 'left' }, [{ at: [20, -3] }]);
    expect(reason).toBe(
      'No vehicle was on the left; there was an automobile 20 m ahead and 3 m to the right of the way, at 0 m/s.',
    );
    expect(figures).toMatchObject({ leftM: -3, deadZoneM: 1.5 });
  });

  it('"ahead" follows the recorded path and not the x axis of the vehicle', () => {
    // A left bend of 40 m radius; 1 rad along it is 40 m.
    const future = pathThrough(
      Array.from({ length: 64 }, (_, i) => {
        const angle = (i + 1) / 40;
        return [40 * Math.sin(angle), 40 - 40 * Math.cos(angle)];
      }),
    );
    future.yaw.forEach((_, i) => (future.yaw[i] = (i + 1) / 40));
    const onBend = { at: [40 * Math.sin(1), 40 - 40 * Math.cos(1)] } as const;
    const lead = { object: 'vehicle', isLead: true } as const;
    expect(judged({ object: 'vehicle', place: 'ahead' }, [onBend], { future })).toBe(
      'ground.side supported',
    );
    expect(judged(lead, [onBend], { future })).toBe('ground.lead supported');
    expect(judged(lead, [{ at: [40, 0] }], { future })).toBe('ground.lead contradicted');
    // Straight on from a vehicle that bends off later: people may call it ahead.
    expect(judged({ object: 'vehicle', place: 'ahead' }, [{ at: [40, 0] }], { future })).toBe(
      'ground.side undetermined',
    );
  });

  it('"behind" is behind the rear axle', () => {
    const behind = (x: number) =>
      judged({ object: 'vehicle', place: 'behind' }, [{ at: [x, 0], mps: [10, 0] }]);
    expect(behind(-5)).toBe('ground.side supported');
    expect(behind(8)).toBe('ground.side contradicted');
  });

  it('"oncoming" is a heading against the road', () => {
    const heading = (yaw: number) =>
      judged({ object: 'vehicle', place: 'oncoming' }, [{ at: [30, 3], yaw }]);
    expect(heading(Math.PI)).toBe('ground.side supported');
    expect(heading(0)).toBe('ground.side contradicted');
    expect(heading(2)).toBe('ground.side undetermined');
  });

  it('holds when it held at any time of the last 2 s', () => {
    // Crosses from y = 4 to y = -2 while the vehicle looks on.
    const walker = { at: [20, -2], mps: [0, -3], className: 'person' } as const;
    expect(judged({ object: 'pedestrian', place: 'left' }, [walker])).toBe('ground.side supported');
  });
});

describe('the lead', () => {
  const lead = { object: 'vehicle', isLead: true } as const;

  it('is the nearest vehicle within 2 m of the way ahead', () => {
    const verdict = ground(lead, [{ at: [40, 0] }, { at: [25, 1] }, { at: [10, 3] }]);
    expect(verdict).toMatchObject({ rule: 'ground.lead', outcome: 'supported' });
    expect(verdict.figures).toMatchObject({ aheadM: 25, leftM: 1 });
  });

  it('is contradicted when nobody is near the way, undetermined just beside it', () => {
    expect(judged(lead, [{ at: [30, 4.5] }])).toBe('ground.lead contradicted');
    expect(judged(lead, [{ at: [30, 3] }])).toBe('ground.lead undetermined');
    expect(judged(lead, [{ at: [-20, 0] }])).toBe('ground.lead contradicted');
  });

  it('of another class is not the one that is cited', () => {
    const bus = { object: 'heavy_vehicle', isLead: true } as const;
    const tracks = [
      { at: [60, 0], className: 'bus' },
      { at: [20, 0], className: 'rider' },
    ] as const;
    expect(judged(bus, tracks)).toBe('ground.lead contradicted');
  });

  it('is a vehicle when the text does not say what it is', () => {
    expect(judged({ isLead: true }, [{ at: [20, 0] }])).toBe('ground.lead supported');
  });

  it('must move as it is said to', () => {
    const stopped = { ...lead, motion: 'stopped' } as const;
    expect(judged(stopped, [{ at: [20, 0] }])).toBe('ground.motion supported');
    expect(judged(stopped, [{ at: [20, 0], mps: [8, 0] }])).toBe('ground.motion contradicted');
  });
});

describe('a motion', () => {
  const walker = (mps: readonly [number, number]) =>
    [{ at: [20, 3], mps, className: 'person' }] as const;

  it.each([
    ['stopped', [0.4, 0], 'supported'],
    ['stopped', [0.8, 0], 'undetermined'],
    ['stopped', [1.2, 0], 'contradicted'],
    ['parked', [0, 0], 'supported'],
    ['moving', [1.2, 0], 'supported'],
    ['moving', [0, 0], 'contradicted'],
    ['crossing', [0, -1.2], 'supported'],
    ['crossing', [1.2, 0], 'contradicted'],
    ['cutting_in', [8, -0.8], 'supported'],
    ['cutting_in', [8, 0.8], 'contradicted'],
    ['merging', [8, 0], 'undetermined'],
    ['slowing', [8, 0], 'contradicted'],
    ['slowing', [0.1, 0], 'undetermined'],
    ['moving_off', [8, 0], 'contradicted'],
  ] as const)('"%s" of something at %j m/s is %s', (motion, mps, outcome) => {
    const verdict = ground({ object: 'pedestrian', motion }, walker(mps));
    expect(verdict).toMatchObject({ rule: 'ground.motion', outcome });
  });

  it('"slowing" is seen from one second to the next', () => {
    const braking = track({ at: [20, 0], fromS: -2 });
    braking.tS.forEach((tS, i) => (braking.x[i] = 20 + 6 * tS - tS * tS));
    const line = roadLineOf(HISTORY, FUTURE, 64);
    const scene = seeObjects([braking], line, HISTORY, 0.1);
    const verdict = (motion: 'slowing' | 'moving_off') =>
      groundCause(cause({ object: 'vehicle', motion }), 0, scene).outcome;
    expect(verdict('slowing')).toBe('supported');
    expect(verdict('moving_off')).toBe('contradicted');
  });

  it('is undetermined for what was seen for less than 0.4 s', () => {
    const tracks = [{ at: [20, 0], fromS: -0.3, mps: [8, 0] }] as const;
    expect(judged({ object: 'vehicle', motion: 'stopped' }, tracks)).toBe(
      'ground.motion undetermined',
    );
  });

  it('that comes later only says when: a car that stands from 1 s after t0 on', () => {
    const car = track({ at: [20, 0], fromS: -2 });
    car.tS.forEach((tS, i) => (car.x[i] = 20 + 8 * Math.min(tS, 1)));
    const scene = seeObjects([car], roadLineOf(HISTORY, FUTURE, 64), HISTORY, 0.1);
    const verdict = groundCause(cause({ object: 'vehicle', motion: 'stopped' }), 0, scene);
    expect(verdict.outcome).toBe('contradicted');
    expect(verdict.figures.trueAtS).toBeCloseTo(1, 9);
  });
});

it('is the same in a mirror', () => {
  const places = ['left', 'right', 'ahead', 'behind', 'oncoming', null] as const;
  const mirrored = {
    left: 'right',
    right: 'left',
    ahead: 'ahead',
    behind: 'behind',
    oncoming: 'oncoming',
  } as const;
  for (const place of places) {
    for (const y of [-6, -3, -1, 0, 2, 5]) {
      const facts = { object: 'vehicle', place, motion: 'cutting_in' } as const;
      const other = { ...facts, place: place && mirrored[place] };
      const there = judged(facts, [{ at: [20, y], mps: [5, 0.6] }]);
      expect(judged(other, [{ at: [20, -y], mps: [5, -0.6] }])).toBe(there);
    }
  }
});
