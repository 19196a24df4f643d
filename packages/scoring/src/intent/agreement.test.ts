import { describe, expect, it } from 'vitest';
import { judgeDecision, judgeOutcome, metaActionAgreement, paperConsistency } from './agreement.ts';
import { DECISION_RULES } from './decision-rules.ts';
import type { JudgedOutcome } from './decision-rules.ts';
import type { PathMotion } from './path-motion.ts';
import { mirrored, motionOf, sideways, speedFrom } from './test-paths.ts';
import type { Driven } from './test-paths.ts';
import { LATERAL_DECISIONS, LONGITUDINAL_DECISIONS } from './trace.ts';
import type {
  Direction,
  LateralDecision,
  LongitudinalDecision,
  ParsedTrace,
  StatedDecision,
} from './trace.ts';

const driven = {
  at15: { speedMps: () => 15 },
  at2: { speedMps: () => 2 },
  standing: { speedMps: () => 0 },
  /** 8 m/s to standing in 4 s. */
  toStop: { speedMps: speedFrom(8, -2) },
  /** 15 m/s to 11.8 m/s: slows, but not strongly. */
  slowing: { speedMps: speedFrom(15, -0.5) },
  /** 25 m/s to 5.8 m/s. */
  hardBrake: { speedMps: speedFrom(25, -3) },
  /** Holds its speed for 4.4 s and brakes then. */
  brakedBefore: { speedMps: (tS: number) => (tS < 0 ? 10 - 4 * tS : 10) },
  lateBrake: { speedMps: (tS) => Math.max(15 - 4 * Math.max(tS - 4.4, 0), 0) },
  speedingUp: { speedMps: speedFrom(10, 1) },
  startingOff: { speedMps: speedFrom(0, 1.5) },
  hasSlowed: { speedMps: (tS) => 12 - Math.min(tS, 0) },
  left: { speedMps: () => 15, sideM: sideways(3.5, 0.5, 4) },
  leftLater: { speedMps: () => 15, sideM: sideways(3.5, 2.4, 3.6) },
  nudgeLeft: { speedMps: () => 10, sideM: sideways(0.7, 0.5, 3) },
  littleLeft: { speedMps: () => 10, sideM: sideways(0.35, 0.5, 3) },
  farLeft: { speedMps: () => 10, sideM: sideways(1.5, 0.5, 4) },
  andBack: {
    speedMps: () => 10,
    sideM: (tS) => sideways(0.8, 0.2, 2.5)(tS) - sideways(0.8, 3.2, 2.5)(tS),
  },
  curve: { speedMps: () => 15, bendPerM: () => 0.006 },
  longCurve: { speedMps: () => 15, bendPerM: () => 0.012 },
  corner: { speedMps: () => 6, bendPerM: (sM) => (sM > 8 && sM < 23 ? 0.1 : 0) },
  pullOver: { speedMps: speedFrom(8, -1.3), sideM: sideways(-1, 0.5, 4) },
} as const satisfies Record<string, Driven>;
const right = mirrored(driven.left);

function judged(
  decision: LongitudinalDecision | LateralDecision,
  path: Driven,
  direction: Direction | null = null,
  recorded?: Driven,
): JudgedOutcome {
  return judgeOutcome({ decision, direction }, motionOf(path, recorded));
}

type Claim = [
  decision: LongitudinalDecision | LateralDecision,
  outcome: JudgedOutcome,
  what: string,
  path: Driven,
  direction?: Direction | null,
  recorded?: Driven,
];

const straight10: Driven = { speedMps: () => 10 };
const CLAIMS: Claim[] = [
  ['stop', 'supported', 'comes to a stand', driven.toStop],
  ['stop', 'supported', 'stands on', driven.standing],
  ['stop', 'contradicted', 'keeps its speed', driven.at15],
  ['stop', 'contradicted', 'moves off', driven.startingOff],
  ['stop', 'undetermined', 'slows but would stand later', driven.slowing],
  ['yield', 'supported', 'slows down', driven.slowing],
  ['yield', 'supported', 'waits', driven.standing],
  ['yield', 'contradicted', 'speeds up', driven.speedingUp],
  ['yield', 'contradicted', 'keeps its speed', driven.at15],
  ['yield', 'undetermined', 'keeps a low speed', driven.at2],
  ['adapt_speed', 'supported', 'slows down', driven.slowing],
  ['adapt_speed', 'contradicted', 'keeps its speed', driven.at15],
  ['adapt_speed', 'undetermined', 'speeds up', driven.speedingUp],
  ['adapt_speed', 'undetermined', 'has slowed down before t0', driven.hasSlowed],
  ['set_speed', 'supported', 'keeps its speed', driven.at15],
  ['set_speed', 'supported', 'moves off', driven.startingOff],
  ['set_speed', 'contradicted', 'brakes hard', driven.hardBrake],
  ['set_speed', 'contradicted', 'comes to a stand', driven.toStop],
  ['set_speed', 'contradicted', 'stands', driven.standing],
  ['set_speed', 'supported', 'keeps its speed after braking hard', driven.brakedBefore],
  ['set_speed', 'undetermined', 'slows gently', driven.slowing],
  ['set_speed', 'undetermined', 'brakes hard, but later', driven.lateBrake],
  ['follow_lead', 'supported', 'slows down', driven.slowing],
  ['follow_lead', 'undetermined', 'keeps its speed', driven.at15],
  ['gap_search', 'undetermined', 'does anything', driven.slowing],
  ['pass', 'supported', 'speeds up', driven.speedingUp],
  ['pass', 'contradicted', 'slows down', driven.slowing],
  ['pass', 'contradicted', 'comes to a stand', driven.toStop],
  ['pass', 'undetermined', 'keeps its speed', driven.at15],

  ['keep_lane', 'supported', 'goes straight on', driven.at15],
  ['keep_lane', 'supported', 'follows a curve', driven.curve],
  ['keep_lane', 'contradicted', 'changes lane', driven.left],
  ['keep_lane', 'contradicted', 'turns off', driven.corner],
  ['keep_lane', 'undetermined', 'changes lane, but later', driven.leftLater],
  ['keep_lane', 'undetermined', 'bends further than 45 degrees', driven.longCurve],
  ['lane_change', 'supported', 'changes lane', driven.left],
  ['lane_change', 'supported', 'changes to that side', driven.left, 'left'],
  ['lane_change', 'contradicted', 'changes to the other side', right, 'left'],
  ['lane_change', 'contradicted', 'stays in its lane', driven.at15, 'left'],
  ['lane_change', 'contradicted', 'follows a curve', driven.curve, 'left'],
  ['lane_change', 'contradicted', 'turns', driven.corner, 'left'],
  ['lane_change', 'undetermined', 'stands', driven.standing, 'left'],
  ['lane_change', 'undetermined', 'goes less than a lane', driven.farLeft, 'left', straight10],
  ['merge', 'supported', 'changes lane', driven.left, 'left'],
  ['merge', 'contradicted', 'changes to the other side', right, 'left'],
  ['merge', 'undetermined', 'stays on its course', driven.at15, 'left'],
  ['split', 'supported', 'changes lane', right, 'right'],
  ['split', 'contradicted', 'changes to the other side', driven.left, 'right'],
  ['split', 'undetermined', 'stays on its course', driven.at15],
  ['nudge', 'supported', 'moves to that side', driven.nudgeLeft, 'left', straight10],
  ['nudge', 'contradicted', 'moves to the other side', driven.nudgeLeft, 'right', straight10],
  ['nudge', 'contradicted', 'does not move to the side', driven.at15, 'left'],
  ['nudge', 'undetermined', 'moves a little', driven.littleLeft, 'left', straight10],
  ['nudge_in_lane', 'supported', 'moves to that side', driven.nudgeLeft, 'left', straight10],
  ['nudge_in_lane', 'contradicted', 'moves by a whole lane', driven.left, 'left'],
  ['nudge_in_lane', 'undetermined', 'stands', driven.standing, 'left'],
  ['nudge_out_of_lane', 'supported', 'leaves its lane', driven.farLeft, 'left', straight10],
  ['nudge_out_of_lane', 'contradicted', 'does not move to the side', driven.at15, 'left'],
  ['nudge_out_of_lane', 'undetermined', 'stays inside', driven.nudgeLeft, 'left', straight10],
  ['pull_over', 'supported', 'slows and goes aside', driven.pullOver, 'right', driven.at15],
  ['pull_over', 'contradicted', 'keeps its speed', driven.at15, 'right'],
  ['pull_over', 'undetermined', 'slows straight on', driven.toStop, 'right'],
  ['turn', 'supported', 'turns to that side', driven.corner, 'left'],
  ['turn', 'contradicted', 'turns to the other side', driven.corner, 'right'],
  ['turn', 'contradicted', 'goes straight on', driven.at15, 'left'],
  ['turn', 'undetermined', 'bends as a road may', driven.curve, 'left'],
  ['turn', 'undetermined', 'stands', driven.standing, 'left'],
  ['abort', 'supported', 'goes out and comes back', driven.andBack, null, straight10],
  ['abort', 'contradicted', 'completes the lane change', driven.left],
  ['abort', 'undetermined', 'goes straight on', driven.at15],
];

describe('a stated decision', () => {
  it.each(CLAIMS)('%s is %s by a path that %s', (decision, outcome, _, path, direction, road) => {
    expect(judged(decision, path, direction ?? null, road)).toBe(outcome);
  });

  it('has mirrored directions in a mirrored path', () => {
    const other = { left: 'right', right: 'left' } as const;
    for (const [decision, outcome, , path, direction, recorded] of CLAIMS) {
      const swapped = direction ? other[direction] : null;
      expect(judged(decision, mirrored(path), swapped, recorded && mirrored(recorded))).toBe(
        outcome,
      );
    }
  });

  it('has a rule, and nothing else has', () => {
    expect(Object.keys(DECISION_RULES).sort()).toEqual(
      [...LONGITUDINAL_DECISIONS, ...LATERAL_DECISIONS].sort(),
    );
    expect(new Set(CLAIMS.map(([decision]) => decision)).size).toBe(17);
  });
});

const span = { start: 0, end: 4 };
const stop: StatedDecision = {
  axis: 'longitudinal',
  decision: 'stop',
  direction: null,
  span,
  vocabularies: ['paper', 'oss'],
};
const changeLeft: StatedDecision = {
  axis: 'lateral',
  decision: 'lane_change',
  direction: 'left',
  span,
  vocabularies: ['paper', 'oss'],
};
const parsed = (...decisions: StatedDecision[]): ParsedTrace => ({
  decisions,
  causes: [],
  remarks: [],
  unparsed: [],
});

describe('a judgement for a person', () => {
  it('names rule, span, sentence and the figures that decided it', () => {
    const judgement = judgeDecision(stop, motionOf(driven.at15), { of: 'plan' });
    expect(judgement).toMatchObject({
      rule: 'plan.stop',
      outcome: 'contradicted',
      axis: 'longitudinal',
      span,
      figures: { minSpeedMps: 15, endSpeedMps: 15, stopBelowMps: 0.5 },
    });
    expect(judgement.reason).toMatch(
      /^Says "stop"; the plan does not slow down \(.*minSpeedMps 15/,
    );
  });

  it('is about the recorded future when that is judged', () => {
    const { rule, reason } = judgeDecision(changeLeft, motionOf(right), { of: 'future' });
    expect(rule).toBe('future.lane_change');
    expect(reason).toContain('"lane change left"; the recorded future changes lane to the other');
  });

  it('agrees with the outcome for machines, and has finite figures, for all rules and paths', () => {
    for (const [decision, , , path, direction = null, recorded] of CLAIMS) {
      const motion = motionOf(path, recorded);
      const stated = { ...changeLeft, decision, direction } as StatedDecision;
      const judgement = judgeDecision(stated, motion, { of: 'plan' });
      expect(judgement.outcome).toBe(judgeOutcome(stated, motion));
      for (const figure of Object.values(judgement.figures)) expect(figure).not.toBeNaN();
    }
  });
});

describe('the binary consistency of the paper', () => {
  const stopping = motionOf(driven.toStop);
  it.each<[string, 0 | 1, ParsedTrace, PathMotion]>([
    ['nothing was parsed', 0, parsed(), stopping],
    ['the only stated axis agrees', 1, parsed(stop), stopping],
    ['one of two axes is contradicted', 0, parsed(stop, changeLeft), motionOf(driven.left)],
    ['both agree', 1, parsed(changeLeft), motionOf(driven.left)],
    ['motion cannot decide', 1, parsed(stop), motionOf(driven.slowing)],
  ])('where %s is %i', (_, value, trace, motion) => {
    expect(paperConsistency(trace, motion)).toBe(value);
  });

  it('goes by the first decision of an axis', () => {
    const goOn: StatedDecision = { ...stop, decision: 'set_speed' };
    expect(paperConsistency(parsed(stop, goOn), stopping)).toBe(1);
    expect(paperConsistency(parsed(goOn, stop), stopping)).toBe(0);
  });
});

describe('the agreement of meta-actions', () => {
  it('is 1 of a path with itself', () => {
    const motion = motionOf(driven.toStop);
    expect(metaActionAgreement(motion, motion)).toEqual({ longitudinal: 1, lateral: 1 });
  });

  it('is the share of the time with the same name', () => {
    const span = <Action>(action: Action, startS: number, endS: number) => ({
      action,
      startS,
      endS,
    });
    const motion = motionOf(driven.at15);
    const plan: PathMotion = {
      ...motion,
      longitudinal: [span('MaintainSpeed', 0, 4), span('Stop', 4, 6)],
    };
    const recorded: PathMotion = {
      ...motion,
      longitudinal: [span('MaintainSpeed', 0, 3), span('Stop', 3, 6)],
    };
    expect(metaActionAgreement(plan, recorded).longitudinal).toBeCloseTo(5 / 6, 12);
    expect(metaActionAgreement({ ...plan, longitudinal: [] }, recorded).longitudinal).toBeNaN();
  });
});
