import { DrivesweepError, keys } from '@drivesweep/contracts';
import type { DriveFacts, ManifestEntry, ScoreRow } from '@drivesweep/contracts';
import { readCommit, readPart } from '@drivesweep/object-store';
import { decodeScorePart, openPartWindows, widePath } from '@drivesweep/parquet-io';
import type { PartWindow, PartWindows } from '@drivesweep/parquet-io';
import { factsOfWindow } from '@drivesweep/scoring';
import type { ScoringParameters, WindowToScore } from '@drivesweep/scoring';
import type { AnsweredWindow, StoredWindow } from '@drivesweep/teacher-export';
import type { OpenExport } from './open-export.ts';

/** The predictions of a shard; null for one that was never answered. Errors: PART_CORRUPT, SCHEMA_UNSUPPORTED, STORE_*. */
export async function readWindows(
  { sweeps }: Pick<OpenExport, 'sweeps'>,
  { part }: Pick<ManifestEntry, 'part'>,
): Promise<PartWindows | null> {
  return part === null ? null : openPartWindows(await readPart(sweeps, part));
}

/** The scores of a shard, one row per row of its predictions. Errors: SWEEP_STATE when it is not scored, PART_CORRUPT. */
export async function readScoreRows(
  { sweeps, spec }: Pick<OpenExport, 'sweeps' | 'spec'>,
  { shardId }: Pick<ManifestEntry, 'shardId'>,
  metricIds: readonly string[],
): Promise<readonly ScoreRow[]> {
  const { sweepId, scoringId } = spec;
  const commit = await readCommit(sweeps, keys.scoreCommit(sweepId, scoringId, shardId));
  if (commit === undefined) {
    throw new DrivesweepError('SWEEP_STATE', `shard ${shardId} of ${sweepId} is not scored`, {
      hint: `score the sweep from its parts: drivesweep score ${sweepId}`,
    });
  }
  const scores = decodeScorePart(await readPart(sweeps, commit.part));
  if (scores.metricIds.join() !== metricIds.join()) {
    throw new DrivesweepError('PART_CORRUPT', `${commit.part.key} holds other metrics`);
  }
  return scores.rows;
}

/** What is known of a window: as its scores say it, so that slices of both are the same. */
export function factsOf(window: PartWindow, parameters: ScoringParameters): DriveFacts {
  const future = widePath(window.future);
  return factsOfWindow(window.facts, { future, v0Mps: window.v0Mps }, parameters);
}

/** As filters look at it. */
export function answeredWindow(window: PartWindow, facts: DriveFacts): AnsweredWindow {
  return {
    windowId: window.windowId,
    driveId: window.driveId,
    facts,
    v0Mps: window.v0Mps,
    future: window.future,
    samples: window.samples.map((sample) => ({
      x: sample.x,
      y: sample.y,
      accel: sample.accel,
      curvature: sample.curvature,
      trace: sample.trace,
      tokens: sample.tokenIds?.length ?? null,
      logprobs: sample.logprobs?.length ?? null,
      topK: sample.topTokens?.k ?? null,
      finishReason: sample.finishReason,
    })),
    whole: () => windowToScore(window),
  };
}

/** As rows are made of it. */
export function storedWindow(
  window: PartWindow,
  known: Pick<StoredWindow, 'facts' | 'navigation' | 'scores'>,
): StoredWindow {
  return { ...window, ...known, whole: () => windowToScore(window) };
}

function windowToScore(window: PartWindow): WindowToScore {
  return {
    history: widePath(window.history),
    future: widePath(window.future),
    v0Mps: window.v0Mps,
    samples: window.samples.map((sample) => ({
      ...widePath(sample),
      trace: sample.trace,
      probability: sample.probability,
    })),
    obstacles: window.obstacles(),
    egoBox: window.egoBox(),
  };
}
