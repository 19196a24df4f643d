import { SCORE_SCHEMA_VERSION } from '@drivesweep/contracts';
import type { DriveFacts, ScoreColumn } from '@drivesweep/contracts';
import { float64Values, partColumn, validityOf } from './arrow-read.ts';
import { factsOf } from './identity-columns.ts';
import { readPart } from './part-file.ts';

/** The scores of a shard by columns, row by row beside its predictions. */
export interface ScoreColumns {
  readonly facts: readonly DriveFacts[];
  /** One per metric id that was asked for. */
  readonly scores: readonly ScoreColumn[];
}

/** Reads these scores of a score part. Throws PART_CORRUPT when one is not there, and as `decodeScorePart`. */
export function readScoreColumns(bytes: Uint8Array, metricIds: readonly string[]): ScoreColumns {
  const { rows } = readPart(bytes, SCORE_SCHEMA_VERSION);
  return {
    facts: factsOf(partColumn(rows, 'facts')),
    scores: metricIds.map((id) => {
      const column = partColumn(rows, id);
      return { values: float64Values(column), valid: validityOf(column) };
    }),
  };
}
