/*
 * The life of the engine process, as its worker sees it. Pure: times come in with the events, and what has to be done goes
 * out as effects.
 *
 *   STARTING   a process was spawned
 *      | ready -> RUNNING (send the shards that wait)
 *      | not ready in startMs -> kill it; its exit follows
 *      | exit -> RESTING
 *   RUNNING    it beats, and holds shards
 *      | beat, answer -> RUNNING
 *      | no beat for silentMs, or the oldest shard makes no progress for deadlineMs -> kill it; its exit follows
 *      | exit -> RESTING (what becomes of the shards that it held: held-shards.ts)
 *      | exit that it announced, to free the memory of its device -> STARTING (its shards wait again; spawn)
 *   RESTING    nothing runs, for restMs after the first crash in a row, twice as long after each further one
 *      | time is over -> STARTING (spawn)
 *   any, stop -> STOPPED: the process is told to close, and killed if it does not; nothing is spawned again
 */

export type EngineLife =
  | { readonly phase: 'starting'; readonly sinceMs: number; readonly crashes: number }
  | { readonly phase: 'running'; readonly beatMs: number; readonly crashes: number }
  | { readonly phase: 'resting'; readonly untilMs: number; readonly crashes: number }
  | { readonly phase: 'stopped' };

export type EngineEvent =
  | { readonly kind: 'ready' }
  | { readonly kind: 'beat' }
  /** A shard was finished: the engine works. */
  | { readonly kind: 'answered' }
  /** `announced`: it said before that it would end, and why, and that it is not the fault of a shard. */
  | { readonly kind: 'exited'; readonly announced: boolean }
  | { readonly kind: 'stop' }
  /** Time passes. `oldestIdleSinceMs`: when the shard that is held longest last made progress; null when none is held. */
  | { readonly kind: 'tick'; readonly oldestIdleSinceMs: number | null };

export type EngineEffect =
  | { readonly kind: 'spawn' }
  | { readonly kind: 'kill'; readonly why: string; readonly code?: 'ENGINE_DEADLINE' }
  | { readonly kind: 'send-waiting' }
  /** The engine died: find out which shard it was. */
  | { readonly kind: 'blame' }
  /** The engine ended as it had said: its shards are for the next one. */
  | { readonly kind: 'take-back' }
  | { readonly kind: 'fail-held' }
  | { readonly kind: 'close' };

export interface EngineLimits {
  readonly startMs: number;
  readonly silentMs: number;
  readonly deadlineMs: number;
  readonly restMs: number;
  readonly longestRestMs: number;
}

export interface EngineStep {
  readonly life: EngineLife;
  readonly effects: readonly EngineEffect[];
}

/** The first step: a process is spawned. */
export function startOfLife(nowMs: number): EngineStep {
  return {
    life: { phase: 'starting', sinceMs: nowMs, crashes: 0 },
    effects: [{ kind: 'spawn' }],
  };
}

export function stepOfLife(
  life: EngineLife,
  event: EngineEvent,
  nowMs: number,
  limits: EngineLimits,
): EngineStep {
  const stay: EngineStep = { life, effects: [] };
  if (life.phase === 'stopped') return stay;
  switch (event.kind) {
    case 'stop':
      return { life: { phase: 'stopped' }, effects: [{ kind: 'fail-held' }, { kind: 'close' }] };
    case 'exited':
      if (life.phase === 'resting') return stay;
      return event.announced ? renew(life.crashes, nowMs) : rest(life.crashes, nowMs, limits);
    case 'ready':
      return life.phase === 'starting'
        ? {
            life: { phase: 'running', beatMs: nowMs, crashes: life.crashes },
            effects: [{ kind: 'send-waiting' }],
          }
        : stay;
    case 'beat':
      return life.phase === 'running' ? { life: { ...life, beatMs: nowMs }, effects: [] } : stay;
    case 'answered':
      return life.phase === 'running' ? { life: { ...life, crashes: 0 }, effects: [] } : stay;
    case 'tick':
      return passTime(life, event.oldestIdleSinceMs, nowMs, limits);
  }
}

function renew(crashes: number, nowMs: number): EngineStep {
  return {
    life: { phase: 'starting', sinceMs: nowMs, crashes },
    effects: [{ kind: 'take-back' }, { kind: 'spawn' }],
  };
}

function rest(crashes: number, nowMs: number, limits: EngineLimits): EngineStep {
  const restMs = Math.min(limits.restMs * 2 ** crashes, limits.longestRestMs);
  return {
    life: { phase: 'resting', untilMs: nowMs + restMs, crashes: crashes + 1 },
    effects: [{ kind: 'blame' }],
  };
}

function passTime(
  life: Exclude<EngineLife, { phase: 'stopped' }>,
  oldestIdleSinceMs: number | null,
  nowMs: number,
  limits: EngineLimits,
): EngineStep {
  const kill = (why: string, code?: 'ENGINE_DEADLINE'): EngineStep => ({
    life,
    effects: [{ kind: 'kill', why, ...(code && { code }) }],
  });
  switch (life.phase) {
    case 'resting':
      return nowMs < life.untilMs
        ? { life, effects: [] }
        : {
            life: { phase: 'starting', sinceMs: nowMs, crashes: life.crashes },
            effects: [{ kind: 'spawn' }],
          };
    case 'starting':
      return nowMs - life.sinceMs > limits.startMs
        ? kill(`the engine was not ready in ${limits.startMs} ms`)
        : { life, effects: [] };
    case 'running': {
      if (nowMs - life.beatMs > limits.silentMs) {
        return kill(`the engine gave no sign of life for ${limits.silentMs} ms`, 'ENGINE_DEADLINE');
      }
      const stuck = oldestIdleSinceMs !== null && nowMs - oldestIdleSinceMs > limits.deadlineMs;
      return stuck
        ? kill(`the oldest shard made no progress for ${limits.deadlineMs} ms`, 'ENGINE_DEADLINE')
        : { life, effects: [] };
    }
  }
}
