import { describe, expect, it } from 'vitest';
import { liveness, readiness } from './worker-health.ts';

describe('a worker', () => {
  it('is ready when its consumer speaks with Redis and its engine runs', () => {
    expect(readiness(0, 'running')).toEqual({ ok: true, reasons: [] });
    expect(readiness(0, 'starting')).toEqual({ ok: false, reasons: ['the engine is starting'] });
    expect(readiness(120_000, 'running').ok).toBe(false);
  });

  it('is alive while its engine starts or rests, for as long as that may take', () => {
    expect(liveness(0, 239_000, 240_000).ok).toBe(true);
    expect(liveness(0, 240_000, 240_000)).toEqual({
      ok: false,
      reasons: ['no sign of life from the engine for 240 s'],
    });
  });

  it('is not alive when it hears nothing from Redis', () => {
    expect(liveness(119_000, 0, 240_000).ok).toBe(true);
    expect(liveness(121_000, 0, 240_000).reasons).toEqual(['no sign of life from Redis for 121 s']);
  });
});
