import { describe, expect, it } from 'vitest';
import { navsimSubset } from './navsim-subset.ts';
import { idsOf, scoresOf } from '../test-scores.ts';
import { straight } from '../test-traffic.ts';
import type { Track } from '../test-traffic.ts';
import type { WindowToScore } from '../window.ts';

const score = (window: WindowToScore, id: string): number => scoresOf(navsimSubset, window)(id);
const NO_AT_FAULT = 'no_at_fault_first@4.0s[navsim,no_lateral]';
const TTC = 'ttc_ahead_first@4.0s[navsim]';
const SUBSET = 'pdm_subset_first@4.0s{NC_noLat,TTC_ahead,HC}';

/** Which classes of collision the first sample has, at 10 m/s straight ahead among tracks. */
function classesOf(tracks: Track[], mps = 10): string[] {
  const scores = scoresOf(navsimSubset, straight([mps], tracks));
  return ['front', 'stopped', 'rear', 'ego_stopped', 'lateral'].filter(
    (name) => scores(`collision_${name}_first@4.0s[navsim]`) === 1,
  );
}
const faultOf = (tracks: Track[], mps = 10): number => score(straight([mps], tracks), NO_AT_FAULT);

describe('whose fault it is', () => {
  it('is ours to drive into somebody who stands', () => {
    expect(classesOf([{ at: [25, 0] }])).toEqual(['stopped']);
    expect(faultOf([{ at: [25, 0] }])).toBe(0);
  });

  it('is half ours when it is a thing', () => {
    expect(faultOf([{ at: [25, 0], className: 'protruding_object' }])).toBe(0.5);
    expect(faultOf([{ at: [25, 0], className: 'protruding_object' }, { at: [30, 0] }])).toBe(0);
  });

  it('is ours to drive into somebody who is slower', () => {
    expect(classesOf([{ at: [15, 0], mps: [5, 0] }])).toEqual(['front']);
    expect(faultOf([{ at: [15, 0], mps: [5, 0] }])).toBe(0);
  });

  it('is not ours to be hit from behind, or while we stand', () => {
    expect(classesOf([{ at: [-15, 0], mps: [16, 0] }])).toEqual(['rear']);
    expect(classesOf([{ at: [15, 0], mps: [-5, 0] }], 0)).toEqual(['ego_stopped']);
    expect(faultOf([{ at: [-15, 0], mps: [16, 0] }])).toBe(1);
    expect(faultOf([{ at: [15, 0], mps: [-5, 0] }], 0)).toBe(1);
  });

  it('is not known of somebody who comes from the side: counted apart', () => {
    const fromTheLeft = [{ at: [16, 10], mps: [0, -4], yaw: -Math.PI / 2 }] as const;
    expect(classesOf([...fromTheLeft])).toEqual(['lateral']);
    expect(faultOf([...fromTheLeft])).toBe(1);
  });

  it("is nobody's of a track that overlaps the vehicle at t0: it is the vehicle, or a bad label", () => {
    expect(classesOf([{ at: [0.5, 0], mps: [10, 0] }])).toEqual([]);
  });

  it('is over after 4 s', () => {
    expect(classesOf([{ at: [43.9, 0] }])).toEqual(['stopped']);
    expect(classesOf([{ at: [44.2, 0] }])).toEqual([]);
  });
});

describe('time to collision ahead', () => {
  const ttc = (tracks: Track[], mps = 10): number => score(straight([mps], tracks), TTC);

  it('looks 0.9 s further, at constant velocity', () => {
    // After 4 s at 40 m; 0.9 s on at 49 m the front is at 51 m.
    expect(ttc([{ at: [52.9, 0] }])).toBe(0);
    expect(ttc([{ at: [53.2, 0] }])).toBe(1);
  });

  it('does not mind somebody who drives on, stands beside, or comes from behind', () => {
    expect(ttc([{ at: [8, 0], mps: [10, 0] }])).toBe(1);
    expect(ttc([{ at: [20, 3] }])).toBe(1);
    expect(ttc([{ at: [-15, 0], mps: [6, 0] }], 1)).toBe(1);
  });

  it('minds, as upstream, somebody from behind whom it would meet a length further on', () => {
    expect(ttc([{ at: [-15, 0], mps: [16, 0] }])).toBe(0);
  });

  it('does not mind anybody while the vehicle stands', () => {
    expect(ttc([{ at: [4.5, 0] }], 0)).toBe(1);
  });
});

describe('the subset', () => {
  it('is a product: a fault is 0, whatever the rest', () => {
    expect(score(straight([10], [{ at: [25, 0] }]), SUBSET)).toBe(0);
  });

  it('weighs time to collision 5 and comfort 2', () => {
    expect(score(straight([10], []), SUBSET)).toBe(1);
    expect(score(straight([10], [{ at: [52, 0] }]), SUBSET)).toBeCloseTo(2 / 7, 12);
  });

  it('averages over the samples', () => {
    const window = straight([10, 14], [{ at: [52, 0] }]);
    const turned = { ...window, samples: window.samples.toReversed() };
    const each = [score(window, SUBSET), score(turned, SUBSET)] as const;
    expect(each[0]).not.toBe(each[1]);
    const mean = score(window, 'pdm_subset_mean_2@4.0s{NC_noLat,TTC_ahead,HC}');
    expect(mean).toBeCloseTo((each[0] + each[1]) / 2, 12);
  });

  it('is undefined without labels or history, and does not exist on another grid', () => {
    expect(score(straight([10]), SUBSET)).toBeNaN();
    const { history } = straight([10]);
    const short = {
      ...history,
      x: history.x.slice(14),
      y: history.y.slice(14),
      z: history.z.slice(14),
      yaw: history.yaw.slice(14),
    };
    expect(score({ ...straight([10], []), history: short }, SUBSET)).toBeNaN();
    expect(idsOf(navsimSubset, 1, 39)).toEqual([]);
    expect(navsimSubset.prepare({ samples: 1, horizonSteps: 64, stepS: 0.2 }).metrics).toEqual([]);
  });
});
