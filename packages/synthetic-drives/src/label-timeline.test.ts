import { describe, expect, it } from 'vitest';
import type { Decision } from './decision.ts';
import { sentenceOf } from './decision.ts';
import { decisionOnsets, mainDecision, STANDING_MPS, STOP_HORIZON_S } from './label-timeline.ts';
import { SCENARIOS } from './scene.ts';
import { ALL_SCENARIOS, simulateDrive } from './simulate-drive.ts';
import type { SimulatedDrive } from './simulate-drive.ts';
import { lightColourAt } from './traffic-light.ts';

const DRIVES = Array.from({ length: 16 * SCENARIOS.length }, (_, number) =>
  simulateDrive({ seed: 99, number, durationS: 20, scenarios: ALL_SCENARIOS }),
);

interface Labelled {
  readonly drive: SimulatedDrive;
  readonly i: number;
  readonly tS: number;
  readonly label: Decision;
}

/** Every tenth of a second of every drive that a window may ask about. */
const ALL: readonly Labelled[] = DRIVES.flatMap((drive) => {
  const { startS, stepS } = drive.scene.clock;
  return Array.from({ length: 137 }, (_, k) => {
    const tS = k / 10;
    return { drive, tS, i: Math.round((tS - startS) / stepS), label: drive.labelsAt(tS * 1e6) };
  });
});
const when = (wanted: Partial<Decision>) =>
  ALL.filter(({ label }) =>
    Object.entries(wanted).every(([key, value]) => label[key as keyof Decision] === value),
  );
const speeds = ({ drive, i }: Labelled) =>
  drive.ego.speedMps.subarray(i, i + Math.round(STOP_HORIZON_S / drive.scene.clock.stepS) + 1);

describe('a label agrees with the motion', () => {
  it('says stop exactly when the vehicle will stand within the horizon', () => {
    const stops = when({ longitudinal: 'stop' });
    expect(stops.length).toBeGreaterThan(300);
    for (const one of stops) expect(Math.min(...speeds(one))).toBeLessThan(STANDING_MPS);
    for (const one of when({ longitudinal: 'adapt_speed', causeKind: 'red_light' })) {
      expect(Math.min(...speeds(one))).toBeGreaterThanOrEqual(STANDING_MPS);
    }
  });

  it('yields by losing speed or standing', () => {
    const yields = when({ longitudinal: 'yield' });
    expect(yields.length).toBeGreaterThan(50);
    for (const one of yields) {
      const [now = 0] = speeds(one);
      expect(Math.min(...speeds(one))).toBeLessThan(Math.max(now, STANDING_MPS) - 0.02 * now);
    }
  });

  it('changes lane to the side that it names', () => {
    const changes = when({ lateral: 'lane_change' });
    expect(changes.length).toBeGreaterThan(100);
    for (const { drive, i, label } of changes) {
      const moved = (drive.ego.dM[i + 400] ?? NaN) - (drive.ego.dM[i] ?? NaN);
      expect(label.direction === 'left' ? moved : -moved).toBeGreaterThan(0.3);
    }
  });

  it('resumes speed without standing for the next two seconds', () => {
    for (const one of when({ longitudinal: 'resume_speed', causeKind: 'green_light' })) {
      const later = one.drive.ego.speedMps[one.i + 300] ?? NaN;
      expect(later).toBeGreaterThan(one.drive.ego.speedMps[one.i] ?? NaN);
    }
  });
});

describe('a cause can be seen at the time that names it', () => {
  it('names a light by its colour', () => {
    const colours = { red_light: 'red', amber_light: 'amber', green_light: 'green' } as const;
    for (const [causeKind, colour] of Object.entries(colours)) {
      const named = when({ causeKind: causeKind as keyof typeof colours });
      expect(named.length).toBeGreaterThan(5);
      for (const { drive, tS } of named) {
        expect(drive.scene.light && lightColourAt(drive.scene.light, tS)).toBe(colour);
      }
    }
  });

  it('names a stopped lead that stands, a braking one whose lamps are lit, and a cutter that has begun to move over', () => {
    for (const { drive, tS, label } of ALL) {
      const cause = drive.scene.agents
        .find(({ trackId }) => trackId === label.causeTrackId)
        ?.at(tS);
      if (label.causeKind === 'lead_stopped') expect(cause?.speedMps).toBeLessThan(0.5);
      if (label.causeKind === 'lead_braking') expect(cause?.braking).toBe(true);
      if (label.causeKind === 'cut_in_left')
        expect(tS).toBeGreaterThanOrEqual(drive.scene.ego.cutIn?.visibleFromS ?? Infinity);
    }
  });

  it('does not brake for who stays where they are', () => {
    const harmless = DRIVES.filter(({ scene }) => ['stays', 'stays_green'].includes(scene.variant));
    expect(harmless.length).toBeGreaterThan(3);
    for (const { ego, scene, labels } of harmless) {
      expect(
        labels.every(({ longitudinal }) => longitudinal !== 'stop' && longitudinal !== 'yield'),
      ).toBe(true);
      expect(Math.min(...ego.speedMps)).toBeGreaterThan(0.7 * scene.ego.traits.desiredSpeedMps);
    }
  });
});

it('every scenario is told by its own cause', () => {
  const causesOf = (scenario: string) =>
    new Set(
      ALL.filter(({ drive }) => drive.scene.scenario === scenario).map(
        ({ label }) => label.causeKind,
      ),
    );
  expect([...causesOf('curve')]).toEqual(expect.arrayContaining(['curve_left', 'curve_right']));
  expect([...causesOf('lead_stop')]).toEqual(
    expect.arrayContaining(['lead_stopped', 'lead_braking']),
  );
  expect([...causesOf('traffic_light')]).toEqual(
    expect.arrayContaining(['red_light', 'green_light', 'amber_light']),
  );
  expect([...causesOf('cut_in')]).toEqual(expect.arrayContaining(['cut_in_left', 'cut_in_right']));
  expect([...causesOf('lane_change')]).toEqual(
    expect.arrayContaining(['slow_vehicle', 'blocked_lane']),
  );
  expect([...causesOf('pedestrian')]).toEqual(
    expect.arrayContaining(['pedestrian_crossing', 'pedestrian_gone']),
  );
});

it('a drive is about the decision that lasts longest, not about the clear road', () => {
  for (const drive of DRIVES) {
    const main = mainDecision(drive);
    if (drive.scene.variant === 'stays_red') expect(main.causeKind).toBe('red_light');
    if (drive.scene.variant === 'blocked_lane') expect(main.lateral).toBe('lane_change');
    if (drive.scene.variant === 'stays_green') expect(main.causeKind).toBe('clear_road');
  }
});

it('writes sentences of the closed vocabulary', () => {
  const keep = { lateral: 'keep_lane', direction: null, causeTrackId: null } as const;
  expect(sentenceOf({ longitudinal: 'stop', causeKind: 'lead_stopped', ...keep })).toBe(
    'Stop because the lead vehicle is stopped ahead',
  );
  const change = { lateral: 'lane_change', direction: 'left', causeTrackId: 'slow' } as const;
  expect(sentenceOf({ longitudinal: 'resume_speed', causeKind: 'slow_vehicle', ...change })).toBe(
    'Change lane to the left because a slow vehicle is ahead and the next lane is free',
  );
});

it('decisionOnsets drops what flickers', () => {
  const a = DRIVES[0]?.labels[0];
  const b: Decision | undefined = a && { ...a, longitudinal: 'stop', causeKind: 'red_light' };
  if (!a || !b) throw new Error('no label');
  const labels = [
    ...Array<Decision>(100).fill(a),
    b,
    b,
    ...Array<Decision>(100).fill(a),
    ...Array<Decision>(80).fill(b),
  ];
  expect(decisionOnsets(labels, 0.01).map(({ index }) => index)).toEqual([0, 202]);
});
