import { describe, expect, it } from 'vitest';
import { parseMediaIndex } from './media-index.ts';

interface PacketLine {
  readonly pts: number | 'N/A';
  readonly dts?: number;
  readonly flags?: string;
}

/** What ffprobe prints, for packets in the order of the file, at 10 ticks a second. */
function report(packets: readonly PacketLine[], stream: Record<string, string> = {}): string {
  const fields = {
    width: '64',
    height: '48',
    time_base: '1/10',
    nb_frames: `${packets.length}`,
    ...stream,
  };
  return [
    ...packets.map(
      ({ pts, dts = pts, flags = '__' }) => `packet|pts=${pts}|dts=${dts}|flags=${flags}`,
    ),
    `stream|${Object.entries(fields)
      .map(([name, value]) => `${name}=${value}`)
      .join('|')}`,
    '',
  ].join('\n');
}

const K = 'K_';

describe('parseMediaIndex', () => {
  it('counts frames in the order in which they are shown', () => {
    const index = parseMediaIndex(
      report([
        { pts: 0, dts: -2, flags: K },
        { pts: 3, dts: -1 },
        { pts: 1, dts: 0 },
        { pts: 2, dts: 1 },
        { pts: 4, dts: 2, flags: K },
      ]),
    );
    expect([...index.ptsUs]).toEqual([0, 100_000, 200_000, 300_000, 400_000]);
    expect(index.keyFrameIndices).toEqual([0, 4]);
    expect(index).toMatchObject({ width: 64, height: 48, truncated: false });
  });

  it('begins to count at the first frame, whenever that is', () => {
    const late = parseMediaIndex(report([{ pts: 15, flags: K }, { pts: 16 }]));
    expect([...late.ptsUs]).toEqual([1_500_000, 1_600_000]);
    const early = parseMediaIndex(report([{ pts: -2, flags: K }, { pts: -1 }]));
    expect([...early.ptsUs]).toEqual([-200_000, -100_000]);
  });

  it('does not count frames that an edit list hides', () => {
    const packets = [
      { pts: -1, flags: 'KD' },
      { pts: 0, flags: '_D' },
      { pts: 1 },
      { pts: 2, flags: K },
    ];
    const index = parseMediaIndex(report(packets));
    expect([...index.ptsUs]).toEqual([100_000, 200_000]);
    expect(index.keyFrameIndices).toEqual([1]);
  });

  it('rounds times as ffmpeg does: to the nearest microsecond, halves away from zero', () => {
    const packets = [{ pts: -3, flags: K }, { pts: -1 }, { pts: 0 }, { pts: 3 }];
    const index = parseMediaIndex(report(packets, { time_base: '1/2000000' }));
    expect([...index.ptsUs]).toEqual([-2, -1, 0, 2]);
    const thirds = parseMediaIndex(report([{ pts: 512, flags: K }], { time_base: '1/15360' }));
    expect([...thirds.ptsUs]).toEqual([33_333]);
  });

  it('trusts a cut file only as far as no lost frame can lie between', () => {
    // Frame 3 was read, but frames 1 and 2, which come after it in the file, may be lost.
    const packets = [
      { pts: 0, dts: -2, flags: K },
      { pts: 3, dts: -1 },
      { pts: 1, dts: 0 },
    ];
    const index = parseMediaIndex(report(packets, { nb_frames: '9' }));
    expect([...index.ptsUs]).toEqual([0]);
    expect(index.truncated).toBe(true);
  });

  it('refuses frames without a time, or two at the same time', () => {
    expect(() => parseMediaIndex(report([{ pts: 'N/A', dts: 0 }]))).toThrow('a frame has no time');
    expect(() => parseMediaIndex(report([{ pts: 3 }, { pts: 3 }]))).toThrow(
      'two frames have the same time, 300000 us',
    );
  });

  it('refuses an answer without a video stream or with a strange time base', () => {
    expect(() => parseMediaIndex('')).toThrow('it holds no video stream');
    expect(() => parseMediaIndex(report([], { time_base: '1/0' }))).toThrow(
      'its time base is "1/0"',
    );
  });
});
