import { describe, expect, it } from 'vitest';
import { Bitmap } from './bitmap.ts';
import { ShardProgress } from './shard-progress.ts';

const entry = (index: number) => ({
  index,
  shardId: `shard${index}`,
  jobId: `job${index}`,
  windows: 2,
});
const failure = { code: 'ENGINE_CRASHED', message: 'x' } as const;

describe('ShardProgress', () => {
  it('offers each shard until it is in flight, done or quarantined', () => {
    const progress = new ShardProgress(5);
    progress.start(entry(0));
    progress.finish(1);
    progress.start(entry(2));
    progress.quarantine('job2', failure);
    expect(progress.open(10)).toEqual([3, 4]);
    expect(progress.open(1)).toEqual([3]);
  });

  it('offers a shard again when its job is gone', () => {
    const progress = new ShardProgress(2);
    progress.start(entry(0));
    progress.release('job0');
    expect(progress.open(10)).toEqual([0, 1]);
  });

  it('is settled when everything is done or quarantined and nothing is in flight', () => {
    const progress = new ShardProgress(2);
    progress.finish(0);
    progress.start(entry(1));
    expect(progress.isSettled()).toBe(false);
    progress.quarantine('job1', failure);
    expect(progress.isSettled()).toBe(true);
  });

  it('counts a commit once, even of a shard that was given up', () => {
    const progress = new ShardProgress(1);
    progress.start(entry(0));
    progress.quarantine('job0', failure);
    expect(progress.finish(0)).toBe(true);
    expect(progress.finish(0)).toBe(false);
    expect(progress.quarantined.size).toBe(0);
  });

  it('looks only at shards that may be fed, when it is told which', () => {
    const progress = new ShardProgress(4);
    const predicted = new Bitmap(4);
    predicted.add(2);
    expect(progress.open(10, predicted)).toEqual([2]);
    progress.finish(2);
    expect(progress.isSettled(predicted)).toBe(true);
    expect(progress.isSettled()).toBe(false);
  });
});
