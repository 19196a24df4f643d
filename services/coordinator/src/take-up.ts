import type { Manifest, Scorecard } from '@drivesweep/contracts';
import { PlanReader } from './plan-reader.ts';
import { SweepRun } from './sweep-run.ts';
import type { SweepStore } from './sweep-store.ts';

/**
 * Works out from the store alone where a sweep is:
 *
 * no spec                       nothing: the submission did not come so far
 * cancelled.json                cancelled
 * no plan index                 planning
 * no manifest, or resumed.json for a later generation    running
 * manifest                      complete or partial, when the scorecard is there and is of this manifest; else scoring
 *
 * A manifest that was kept under its generation but not published yet (the coordinator was killed between the two) is
 * published now.
 */
export async function takeUp(
  store: SweepStore,
  sweepId: string,
  nowMs: number,
): Promise<SweepRun | undefined> {
  const spec = await store.readSpec(sweepId);
  if (!spec) return undefined;
  const [index, manifest, cancelled, resumed] = await Promise.all([
    store.readPlanIndex(sweepId),
    finishSeal(store, sweepId),
    store.isCancelled(sweepId),
    store.readResumed(sweepId),
  ]);
  const run = new SweepRun(spec, 'planning');
  run.plan = index ? new PlanReader(store.objects, index) : null;
  run.manifest = manifest ?? null;
  run.unload();
  if (cancelled) {
    run.state = 'cancelled';
    // Redis may have been wiped since: the note is left again.
    run.cancelToAnnounce = true;
  } else if (index) {
    const goesOn = manifest === undefined || (resumed ?? 0) > manifest.generation;
    run.state = goesOn ? 'running' : 'scoring';
    if (manifest && !goesOn) {
      const scorecard = await store.readScorecard(sweepId, run.scoringId);
      if (scorecard && isScorecardOf(manifest, scorecard)) {
        run.end(manifest.outcome, manifest.reason, nowMs);
      }
    }
  }
  return run;
}

async function finishSeal(store: SweepStore, sweepId: string): Promise<Manifest | undefined> {
  const published = await store.readManifest(sweepId);
  const next = await store.readGeneration(sweepId, (published?.generation ?? 0) + 1);
  return next ? store.publishManifest(next) : published;
}

/** A sweep that was partial and went on has the scorecard of its first seal until the next one is written. */
export function isScorecardOf(manifest: Manifest, scorecard: Scorecard): boolean {
  const { counts, sweep } = scorecard;
  return (
    sweep.outcome === manifest.outcome &&
    counts.expected === manifest.counts.expected &&
    counts.ok === manifest.counts.ok &&
    counts.error === manifest.counts.error &&
    counts.skipped === manifest.counts.skipped &&
    counts.missing === manifest.counts.missing
  );
}
