import { describe, expect, it } from 'vitest';
import { startOfLife, stepOfLife } from './engine-life.ts';
import type { EngineEvent, EngineLife } from './engine-life.ts';

const LIMITS = { startMs: 1000, silentMs: 500, deadlineMs: 5000, restMs: 100, longestRestMs: 350 };
const IDLE: EngineEvent = { kind: 'tick', oldestIdleSinceMs: null };

/** Lets events happen at their times; gives the last life and the effects of the last event. */
function live(...events: [atMs: number, event: EngineEvent][]) {
  let { life, effects } = startOfLife(0);
  for (const [atMs, event] of events) ({ life, effects } = stepOfLife(life, event, atMs, LIMITS));
  return { life, effects: effects.map(({ kind }) => kind) };
}

const READY: EngineEvent = { kind: 'ready' };
const EXITED: EngineEvent = { kind: 'exited', announced: false };

describe('the life of an engine', () => {
  it('begins with a process', () => {
    expect(startOfLife(7).effects).toEqual([{ kind: 'spawn' }]);
  });

  it('gets what waits as soon as it is ready', () => {
    expect(live([10, READY])).toEqual({
      life: { phase: 'running', beatMs: 10, crashes: 0 },
      effects: ['send-waiting'],
    });
  });

  it('is killed when it does not become ready', () => {
    expect(live([1000, IDLE]).effects).toEqual([]);
    expect(live([1001, IDLE]).effects).toEqual(['kill']);
  });

  it('is killed when it falls silent', () => {
    expect(live([10, READY], [510, IDLE]).effects).toEqual([]);
    expect(live([10, READY], [511, IDLE]).effects).toEqual(['kill']);
    expect(live([10, READY], [400, { kind: 'beat' }], [900, IDLE]).effects).toEqual([]);
  });

  it('is killed when the shard that it has held longest makes no progress', () => {
    const tick = (oldestIdleSinceMs: number): EngineEvent => ({ kind: 'tick', oldestIdleSinceMs });
    const beat: EngineEvent = { kind: 'beat' };
    expect(live([10, READY], [5600, beat], [5600, tick(600)]).effects).toEqual([]);
    expect(live([10, READY], [5601, beat], [5601, tick(600)]).effects).toEqual(['kill']);
  });

  it('rests when it ends, and is started again', () => {
    expect(live([10, READY], [20, EXITED])).toEqual({
      life: { phase: 'resting', untilMs: 120, crashes: 1 },
      effects: ['blame'],
    });
    expect(live([10, READY], [20, EXITED], [119, IDLE]).effects).toEqual([]);
    expect(live([10, READY], [20, EXITED], [120, IDLE]).effects).toEqual(['spawn']);
  });

  it('is started again at once when it had said that it would end, and that is no crash', () => {
    const renewed: EngineEvent = { kind: 'exited', announced: true };
    expect(live([10, READY], [20, renewed])).toEqual({
      life: { phase: 'starting', sinceMs: 20, crashes: 0 },
      effects: ['take-back', 'spawn'],
    });
  });

  it('rests twice as long after each crash in a row, up to a bound, until a shard is finished', () => {
    const rests: number[] = [];
    let life: EngineLife = startOfLife(0).life;
    const happen = (event: EngineEvent, atMs: number) =>
      (life = stepOfLife(life, event, atMs, LIMITS).life);
    const crash = () => {
      happen(EXITED, 0);
      if (life.phase === 'resting') rests.push(life.untilMs);
      happen(IDLE, 1000);
      happen(READY, 1000);
    };
    for (let i = 0; i < 4; i++) crash();
    happen({ kind: 'answered' }, 1000);
    crash();
    expect(rests).toEqual([100, 200, 350, 350, 100]);
  });

  it('does not begin again once it was stopped', () => {
    const stop: EngineEvent = { kind: 'stop' };
    expect(live([10, READY], [20, stop]).effects).toEqual(['fail-held', 'close']);
    expect(live([10, READY], [20, stop], [30, EXITED], [9999, IDLE])).toEqual({
      life: { phase: 'stopped' },
      effects: [],
    });
  });
});
