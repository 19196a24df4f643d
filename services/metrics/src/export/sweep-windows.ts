import { DrivesweepError, keys } from '@drivesweep/contracts';
import type { DriveFacts, ManifestEntry, StoredWindows } from '@drivesweep/contracts';
import { readCommit, readPart } from '@drivesweep/object-store';
import { openPartWindows, readScoreColumns } from '@drivesweep/parquet-io';
import type { PartExtent, PartWindows, ScoreColumns } from '@drivesweep/parquet-io';
import { factsOfWindow } from '@drivesweep/scoring';
import type { ScoringParameters, WindowToScore } from '@drivesweep/scoring';
import { textsOf, widePathAt } from '@drivesweep/teacher-export';
import type { OpenExport } from './open-export.ts';

/**
 * What `extent` names of the predictions of a shard; null for one that was never answered.
 * Errors: PART_CORRUPT, SCHEMA_UNSUPPORTED, STORE_*.
 */
export async function readWindows(
  { sweeps }: Pick<OpenExport, 'sweeps'>,
  { part }: Pick<ManifestEntry, 'part'>,
  extent: PartExtent,
): Promise<PartWindows | null> {
  return part === null ? null : openPartWindows(await readPart(sweeps, part), extent);
}

/** The scores of a shard, one row per row of its predictions. Errors: SWEEP_STATE when it is not scored, PART_CORRUPT. */
export async function readScores(
  { sweeps, spec }: Pick<OpenExport, 'sweeps' | 'spec'>,
  { shardId }: Pick<ManifestEntry, 'shardId'>,
  metricIds: readonly string[],
): Promise<ScoreColumns> {
  const { sweepId, scoringId } = spec;
  const commit = await readCommit(sweeps, keys.scoreCommit(sweepId, scoringId, shardId));
  if (commit === undefined) {
    throw new DrivesweepError('SWEEP_STATE', `shard ${shardId} of ${sweepId} is not scored`, {
      hint: `score the sweep from its parts: drivesweep score ${sweepId}`,
    });
  }
  return readScoreColumns(await readPart(sweeps, commit.part), metricIds);
}

/** What is known of a window: as its scores say it, so that slices of both are the same. */
export function factsOf(
  windows: StoredWindows,
  row: number,
  parameters: ScoringParameters,
): DriveFacts {
  const future = widePathAt(windows.future, row);
  const stored = windows.facts[row] ?? {};
  return factsOfWindow(stored, { future, v0Mps: windows.v0Mps[row] ?? NaN }, parameters);
}

/** Gives rows of a part in double precision, as reasons are judged by. */
export function windowsToScore(windows: PartWindows): (row: number) => WindowToScore {
  let traces: readonly (string | null)[] | undefined;
  const { samples, sampleOffsets } = windows;
  return (row) => {
    traces ??= textsOf(samples.trace);
    const first = sampleOffsets[row] ?? 0;
    const ofRow = traces.slice(first, sampleOffsets[row + 1] ?? 0);
    return {
      history: widePathAt(windows.history, row),
      future: widePathAt(windows.future, row),
      v0Mps: windows.v0Mps[row] ?? NaN,
      samples: ofRow.map((trace, k) => {
        const probability = samples.probability[first + k] ?? NaN;
        return {
          ...widePathAt(samples.paths, first + k),
          trace,
          probability: Number.isNaN(probability) ? null : probability,
        };
      }),
      obstacles: windows.obstaclesAt(row),
      egoBox: windows.egoBoxAt(row),
    };
  };
}
