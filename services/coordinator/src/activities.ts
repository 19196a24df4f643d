import { loadPredictions, loadScores } from './load-progress.ts';
import { PlanReader } from './plan-reader.ts';
import { openReader, windowChoiceOf } from './resolve-sweep.ts';
import type { OpenStore } from './open-store.ts';
import { sealSweep } from './seal-sweep.ts';
import type { Activity, SweepRun } from './sweep-run.ts';
import type { SweepStore } from './sweep-store.ts';
import { writePlan } from './write-plan.ts';

export interface ActivityTools {
  readonly store: SweepStore;
  readonly openStore: OpenStore;
  readonly now: () => Date;
  readonly onBroken: (shardIds: readonly string[]) => void;
}

/** What a sweep needs before it can go on, by its state; null when nothing. */
export function activityOf(run: SweepRun): Activity['kind'] | null {
  if (run.state === 'planning') return 'planning';
  const moves = ['running', 'sealing', 'scoring', 'cancelled'].includes(run.state);
  if (run.plan && !run.loaded && moves) return 'loading';
  return run.state === 'sealing' ? 'sealing' : null;
}

/** Does it, and moves the sweep on. Nothing is changed when the signal is aborted. */
export async function perform(
  kind: Activity['kind'],
  run: SweepRun,
  tools: ActivityTools,
  signal: AbortSignal,
): Promise<void> {
  switch (kind) {
    case 'planning':
      return plan(run, tools, signal);
    case 'loading':
      return load(run, tools, signal);
    case 'sealing':
      return seal(run, tools, signal);
  }
}

async function plan(run: SweepRun, tools: ActivityTools, signal: AbortSignal): Promise<void> {
  const { store, openStore } = tools;
  const { spec } = run;
  const choice = await windowChoiceOf(spec, openStore);
  const reader = openReader(spec, openStore);
  const index = await writePlan({ spec, store, reader, choice, signal });
  signal.throwIfAborted();
  run.plan = new PlanReader(store.objects, index);
  run.unload();
  // Commits may be there already: the plan of an earlier coordinator that was lost.
  run.state = 'running';
}

async function load(run: SweepRun, { store }: ActivityTools, signal: AbortSignal): Promise<void> {
  const { plan: reader, scoringId } = run;
  if (!reader) return;
  run.unload();
  await loadPredictions(store.objects, reader, signal, (index, commit) =>
    run.countCommit(index, commit),
  );
  await loadScores(store.objects, reader, scoringId, signal, (index) => run.scores.finish(index));
  signal.throwIfAborted();
  run.loaded = true;
}

async function seal(run: SweepRun, tools: ActivityTools, signal: AbortSignal): Promise<void> {
  const { plan: reader } = run;
  if (!reader) return;
  const failures = new Map(
    [...run.predictions.quarantined].map(([index, { failure }]) => [index, failure]),
  );
  run.manifest = await sealSweep({
    store: tools.store,
    plan: reader,
    generation: run.generation,
    failures,
    stopped: run.stopped,
    now: tools.now(),
    signal,
    onBroken: tools.onBroken,
  });
  run.state = 'scoring';
}
