import type { EngineHost } from './engine-host.ts';

const LOOKS_PER_SPAN = 20;

/**
 * Calls `onIdle` once when the engine, running, had no shard for `idleMs`: a pool that Kueue admitted ends so and gives its
 * GPUs back. While the engine starts (it copies weights, say) the worker is not idle.
 */
export function watchIdleness(
  engine: Pick<EngineHost, 'phase' | 'shards'>,
  idleMs: number,
  onIdle: (why: string) => void,
): { release(): void } {
  let busyAtMs = performance.now();
  const look = () => {
    if (engine.phase !== 'running' || engine.shards > 0) busyAtMs = performance.now();
    if (performance.now() - busyAtMs < idleMs) return;
    clearInterval(looking);
    onIdle(`no shard for ${Math.round(idleMs / 1000)} s`);
  };
  const looking = setInterval(look, Math.max(10, idleMs / LOOKS_PER_SPAN));
  return { release: () => clearInterval(looking) };
}
