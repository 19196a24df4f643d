import { describe, expect, it } from 'vitest';
import { BusyMeter } from './busy-meter.ts';

describe('BusyMeter', () => {
  it('counts time with a shard as active and time with a batch as busy', () => {
    const meter = new BusyMeter(0);
    meter.shards(1, 1000);
    meter.batches(1, 1500);
    meter.batches(-1, 3500);
    meter.shards(-1, 4000);
    expect(meter.read(9000)).toEqual({ busy: 2, active: 3 });
  });

  it('counts two batches at a time once', () => {
    const meter = new BusyMeter(0);
    meter.batches(1, 0);
    meter.batches(1, 1000);
    meter.batches(-1, 2000);
    meter.batches(-1, 3000);
    expect(meter.read(3000).busy).toBe(3);
  });
});
