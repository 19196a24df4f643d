import { describe, expect, it } from 'vitest';
import type { PlanIndex } from '@drivesweep/contracts';
import { buildSpec, MemoryObjectStore } from '@drivesweep/testkit';
import { PlanReader } from './plan-reader.ts';
import { SweepRun } from './sweep-run.ts';
import { statusOf } from './sweep-status.ts';
import { workersWanted } from './gauges.ts';

/** A loaded, running sweep of 1000 windows in 10 shards, 4 of them committed at `windowsPerS`. */
function running(windowsPerS: number): SweepRun {
  const run = new SweepRun(buildSpec(), 'running');
  const plan: PlanIndex = {
    schema: 'plan/1',
    sweepId: run.sweepId,
    drives: 10,
    shards: 10,
    windows: 1000,
    chunks: [],
  };
  run.plan = new PlanReader(new MemoryObjectStore(), plan);
  run.unload();
  run.loaded = true;
  for (let index = 0; index < 4; index += 1) run.predictions.finish(index);
  run.counts = { expected: 400, ok: 390, error: 10, skipped: 0 };
  run.throughput.observe(0, 400 - 10 * windowsPerS);
  run.throughput.observe(10_000, 400);
  return run;
}

describe('statusOf', () => {
  it('tells done, speed and time left of all planned windows', () => {
    expect(statusOf(running(20), 2)).toMatchObject({
      counts: { expected: 1000, ok: 390, error: 10, skipped: 0 },
      done: 400,
      shards: { total: 10, committed: 4, inFlight: 0, quarantined: 0 },
      windowsPerS: 20,
      etaS: 30,
      workers: 2,
    });
  });

  it('knows no time left when nothing moves', () => {
    expect(statusOf(running(0), 2)).toMatchObject({ windowsPerS: 0, etaS: null });
  });
});

describe('workersWanted', () => {
  it('are as many as finish what is left within the deadline', () => {
    // 600 windows are left, a worker does 10 per second: 60 s with one, 6 workers for 10 s.
    expect(workersWanted([running(20)], 2, 10)).toBe(6);
    expect(workersWanted([running(20)], 2, 3600)).toBe(1);
  });

  it('are never more than open shards, and none when nothing is open', () => {
    expect(workersWanted([running(20)], 2, 1)).toBe(6);
    expect(workersWanted([], 2, 10)).toBe(0);
  });

  it('are at least one while nothing is known', () => {
    expect(workersWanted([running(0)], 0, 10)).toBe(1);
  });
});
