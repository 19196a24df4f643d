import { wrapAngle } from '@drivesweep/geometry';
import { describe, expect, it } from 'vitest';
import { readFixture } from '../test-scores.ts';
import { turnRateRadPerM } from './meta-actions.ts';
import { createMetaSegmenter } from './meta-segments.ts';
import type { MetaSegment } from './meta-segments.ts';
import { metaActionText, metaTags, tagText } from './meta-tags.ts';
import type { MotionSeries } from './motion-series.ts';

interface PeerSegment {
  readonly segment_start_time: number;
  readonly duration: number;
  readonly caption: string;
  readonly average_speed_along_heading: number;
}
interface PeerLongitudinal extends PeerSegment {
  readonly delta_velocity: number;
  readonly average_acceleration: number;
  readonly average_speed: number;
}
interface PeerLateral extends PeerSegment {
  readonly total_heading_change_rad: number;
  readonly average_turn_rate_rad_per_m: number;
  readonly total_distance_m: number;
}
interface PeerCase {
  readonly name: string;
  readonly dt: number;
  readonly x: number[];
  readonly y: number[];
  readonly heading: number[];
  readonly signed_speed: number[];
  readonly longitudinal_segments_raw: PeerLongitudinal[];
  readonly lateral_segments_raw: PeerLateral[];
  readonly longitudinal_segments: PeerLongitudinal[];
  readonly lateral_segments: PeerLateral[];
  readonly tags: string[];
  readonly text: string;
}
const { cases } = readFixture('coc_meta_actions') as { cases: PeerCase[] };

function seriesOf({ x, y, heading, signed_speed: speed }: PeerCase): MotionSeries {
  return {
    poses: x.length,
    speedMps: Float64Array.from(speed, Math.abs),
    alongMps: Float64Array.from(speed),
    stepM: Float64Array.from(x, (here, i) =>
      Math.hypot((x[i + 1] ?? NaN) - here, (y[i + 1] ?? NaN) - (y[i] ?? NaN)),
    ),
    headingRad: Float64Array.from(heading, (here, i) => wrapAngle((heading[i + 1] ?? NaN) - here)),
  };
}

function times<Action>({ startStep, steps, alongMps }: MetaSegment<Action>, dt: number): number[] {
  return [startStep * dt, steps * dt, alongMps];
}
const longitudinalNumbers = (dt: number) => (segment: MetaSegment<string>) => [
  ...times(segment, dt),
  segment.change,
  segment.change / segment.durationS,
  segment.distanceM / segment.durationS,
];
const lateralNumbers = (dt: number) => (segment: MetaSegment<string>) => [
  ...times(segment, dt),
  segment.change,
  turnRateRadPerM(segment),
  segment.distanceM,
];
const peerTimes = (peer: PeerSegment) => [
  peer.segment_start_time,
  peer.duration,
  peer.average_speed_along_heading,
];
const peerLongitudinal = (peer: PeerLongitudinal) => [
  ...peerTimes(peer),
  peer.delta_velocity,
  peer.average_acceleration,
  peer.average_speed,
];
const peerLateral = (peer: PeerLateral) => [
  ...peerTimes(peer),
  peer.total_heading_change_rad,
  peer.average_turn_rate_rad_per_m,
  peer.total_distance_m,
];
const actions = (segments: readonly MetaSegment<string>[]) => segments.map(({ action }) => action);
const captions = (peers: readonly PeerSegment[]) => peers.map(({ caption }) => caption);

function expectClose(ours: readonly number[][], theirs: readonly number[][]): void {
  const differences = ours.flat().map((value, i) => Math.abs(value - (theirs.flat()[i] ?? NaN)));
  expect(ours.flat()).toHaveLength(theirs.flat().length);
  expect(Math.max(...differences)).toBeLessThanOrEqual(1e-9);
}

describe.each(cases)('meta-actions of $name', (peer) => {
  const segmenter = createMetaSegmenter(peer.x.length, peer.dt);
  const series = seriesOf(peer);

  it('are cut and named as by the open autolabeler', () => {
    const { longitudinal, lateral } = segmenter.raw(series);
    expect(actions(longitudinal)).toEqual(captions(peer.longitudinal_segments_raw));
    expect(actions(lateral)).toEqual(captions(peer.lateral_segments_raw));
    expectClose(
      longitudinal.map(longitudinalNumbers(peer.dt)),
      peer.longitudinal_segments_raw.map(peerLongitudinal),
    );
    expectClose(lateral.map(lateralNumbers(peer.dt)), peer.lateral_segments_raw.map(peerLateral));
  });

  it('are cleaned as by the open autolabeler', () => {
    const { longitudinal, lateral } = segmenter.clean(series);
    expect(actions(longitudinal)).toEqual(captions(peer.longitudinal_segments));
    expect(actions(lateral)).toEqual(captions(peer.lateral_segments));
    expectClose(
      longitudinal.map(longitudinalNumbers(peer.dt)),
      peer.longitudinal_segments.map(peerLongitudinal),
    );
    expectClose(lateral.map(lateralNumbers(peer.dt)), peer.lateral_segments.map(peerLateral));
  });

  it('have the tags and the text of the open autolabeler', () => {
    const tags = metaTags(segmenter.clean(series));
    expect(tags.map(tagText)).toEqual(peer.tags);
    expect(metaActionText(tags)).toBe(peer.text);
  });
});
