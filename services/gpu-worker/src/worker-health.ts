import type { Health } from '@drivesweep/service-kit';
import type { EngineLife } from './engine-life.ts';

/** Longer than a lock lives: a consumer that is silent for so long is stuck. */
const CONSUMER_SILENT_MS = 120_000;

/**
 * Whether the worker does work: its consumer speaks with Redis, and its engine runs, which it says only after the bundle to
 * be warm (if there is one) came out right on its golden case.
 */
export function readiness(consumerIdleMs: number, phase: EngineLife['phase']): Health {
  return healthFor([
    ...consumerTrouble(consumerIdleMs),
    ...(phase === 'running' ? [] : [`the engine is ${phase}`]),
  ]);
}

/**
 * Whether both heartbeats go on. An engine that crashes is started again by the worker, so only one that says nothing for
 * longer than that can take makes a worker that must be replaced.
 */
export function liveness(
  consumerIdleMs: number,
  engineSilentMs: number,
  longestSilenceMs: number,
): Health {
  const silent = engineSilentMs >= longestSilenceMs;
  return healthFor([
    ...consumerTrouble(consumerIdleMs),
    ...(silent
      ? [`no sign of life from the engine for ${Math.round(engineSilentMs / 1000)} s`]
      : []),
  ]);
}

function consumerTrouble(idleMs: number): string[] {
  if (idleMs < CONSUMER_SILENT_MS) return [];
  return [`no sign of life from Redis for ${Math.round(idleMs / 1000)} s`];
}

function healthFor(reasons: readonly string[]): Health {
  return { ok: reasons.length === 0, reasons };
}
