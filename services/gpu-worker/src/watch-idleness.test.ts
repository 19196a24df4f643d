import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineLife } from './engine-life.ts';
import { watchIdleness } from './watch-idleness.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watched() {
  const engine: { phase: EngineLife['phase']; shards: number } = { phase: 'running', shards: 0 };
  const onIdle = vi.fn();
  return { engine, onIdle, watch: watchIdleness(engine, 10_000, onIdle) };
}

describe('watchIdleness', () => {
  it('ends a worker that had nothing to do for the whole time, once', () => {
    const { onIdle } = watched();
    vi.advanceTimersByTime(9_000);
    expect(onIdle).not.toHaveBeenCalled();
    vi.advanceTimersByTime(60_000);
    expect(onIdle).toHaveBeenCalledExactlyOnceWith('no shard for 10 s');
  });

  it('counts from the last shard on', () => {
    const { engine, onIdle } = watched();
    vi.advanceTimersByTime(5_000);
    engine.shards = 1;
    vi.advanceTimersByTime(60_000);
    engine.shards = 0;
    vi.advanceTimersByTime(9_000);
    expect(onIdle).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2_000);
    expect(onIdle).toHaveBeenCalledOnce();
  });

  it('does not take an engine that starts for one that has nothing to do', () => {
    const { engine, onIdle } = watched();
    engine.phase = 'starting';
    vi.advanceTimersByTime(600_000);
    expect(onIdle).not.toHaveBeenCalled();
  });

  it('can be let go', () => {
    const { onIdle, watch } = watched();
    watch.release();
    vi.advanceTimersByTime(60_000);
    expect(onIdle).not.toHaveBeenCalled();
  });
});
