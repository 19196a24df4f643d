import { buildParquet } from '@drivesweep/testkit';
import { describe, expect, it } from 'vitest';
import { readEgomotionFile, spanOf } from './egomotion-file.ts';

describe('the span of a drive', () => {
  const us = (...values: number[]) => Float64Array.of(...values);

  it('goes from the first to the last finite time, in whatever order they stand', () => {
    expect(spanOf(us(NaN, 5, -3, 9, 7), [], 'a')).toEqual({ firstUs: -3, lastUs: 9 });
  });

  it('is cut to what any camera saw', () => {
    const cameras = [us(100, 200), us(150, 250)];
    expect(spanOf(us(-500, 9000), cameras, 'a')).toEqual({ firstUs: 100, lastUs: 250 });
    expect(spanOf(us(120, 180), cameras, 'a')).toEqual({ firstUs: 120, lastUs: 180 });
  });

  it('is empty when cameras and egomotion do not meet', () => {
    const { firstUs, lastUs } = spanOf(us(0, 10), [us(20, 30)], 'a');
    expect(lastUs).toBeLessThan(firstUs);
  });

  it('is not known without a pose, or without a finite time', () => {
    expect(() => spanOf(us(), [], 'a')).toThrow('drive a: its egomotion has no pose');
    expect(() => spanOf(us(NaN), [], 'a')).toThrow('drive a: no pose has a finite time');
  });
});

describe('an egomotion file', () => {
  it('that lacks a column is refused by its name', async () => {
    const bytes = buildParquet([{ name: 'timestamp', type: 'int64', values: [0] }]);
    await expect(readEgomotionFile(bytes, 'a.zip: a.egomotion.parquet')).rejects.toMatchObject({
      code: 'DRIVE_UNREADABLE',
      message: 'a.zip: a.egomotion.parquet: no column x; it has timestamp',
    });
  });

  it('gives values that are not numbers as recorded: checking is done by who uses them', async () => {
    const one = (name: string, value: number) =>
      ({ name, type: 'float64', values: [value] }) as const;
    const bytes = buildParquet([
      { name: 'timestamp', type: 'int64', values: [-7] },
      ...['y', 'z', 'qx', 'qy', 'qz'].map((name) => one(name, 0)),
      one('x', NaN),
      one('qw', Infinity),
    ]);
    const track = await readEgomotionFile(bytes, 'a');
    expect([track.tUs[0], track.xM[0], track.qw[0]]).toEqual([-7, NaN, Infinity]);
  });
});
