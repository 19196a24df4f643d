import { randomUUID } from 'node:crypto';
import { DrivesweepError } from '@drivesweep/contracts';
import type { ObjectStore, Scorecard, ScoreRow } from '@drivesweep/contracts';
import { writeScorecardAndReport } from './report-scored.ts';
import type { Reporter } from './report-scored.ts';
import {
  commitScores,
  readScoreCommit,
  readScores,
  requirePredictions,
  scorePart,
} from './score-shard.ts';
import { readSpec } from './sweep-documents.ts';
import { scoringOf } from './sweep-scoring.ts';

export interface ScoredAgain {
  readonly scorecard: Scorecard;
  /** Shards whose scores were there and are equal. */
  readonly equal: number;
  /** Shards whose scores were not there. */
  readonly written: number;
}

/**
 * Scores a sealed sweep again from its parts, without Redis and without the policy: every shard anew, what is not
 * there is written, what is there must be equal, and the scorecard (and with `report` the report) is written anew.
 * Errors: SWEEP_NOT_FOUND, SWEEP_STATE, PART_CORRUPT for a part that was changed or scores that differ, STORE_*.
 */
export async function scoreAgain(
  store: ObjectStore,
  sweepId: string,
  onShard: (done: number) => void,
  report: Reporter | null = null,
): Promise<ScoredAgain> {
  const spec = await readSpec(store, sweepId);
  const sweep = { store, spec, scoring: scoringOf(spec) };
  let equal = 0;
  let written = 0;
  const scoresOf = async ({ shardId }: { readonly shardId: string }) => {
    const predictions = await requirePredictions(sweep, shardId);
    const rows = await scorePart(sweep, predictions);
    const existing = await readScoreCommit(sweep, shardId);
    if (existing) {
      assertEqual(existing.part.key, await readScores(sweep, existing), rows);
      equal++;
    } else {
      const who = { attempt: 1, nonce: randomUUID(), now: () => new Date() };
      await commitScores(sweep, predictions, rows, who);
      written++;
    }
    onShard(equal + written);
    return rows;
  };
  const scorecard = await writeScorecardAndReport(sweep, scoresOf, report);
  return { scorecard, equal, written };
}

/** Same windows, same outcomes, same numbers to the last bit. */
function assertEqual(key: string, stored: readonly ScoreRow[], again: readonly ScoreRow[]): void {
  again.forEach((row, index) => {
    const other = stored[index];
    const same =
      other?.windowId === row.windowId &&
      other.status === row.status &&
      other.code === row.code &&
      other.values.length === row.values.length &&
      other.values.every((value, metric) => Object.is(value, row.values[metric]));
    if (same) return;
    throw new DrivesweepError(
      'PART_CORRUPT',
      `${key}: the scores of window ${row.windowId} are not those that scoring it again gives`,
      { hint: 'the part was changed, or two versions of drivesweep share one scoring id' },
    );
  });
}
