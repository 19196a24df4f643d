import { z } from 'zod';
import { scorecardSchema } from './scorecard.ts';

const count = z.int().nonnegative();
const number = z.number().nullable();

const verdictSchema = z.enum(['better', 'worse', 'no_difference_shown', 'not_comparable']);

/** B - A over the windows that both scored; @drivesweep/scoring says what each number means. */
const pairedDifference = {
  windows: count,
  drives: count,
  meanA: number,
  meanB: number,
  difference: number,
  relative: number,
  interval: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
  p: number,
  pHolm: number,
  winsOfB: z.strictObject({ wins: count, losses: count, ties: count }).nullable(),
  verdict: verdictSchema.nullable(),
  warnings: z.array(z.enum(['few_drives'])),
};

const metricComparisonSchema = z.strictObject({
  id: z.string(),
  unit: z.string(),
  better: z.enum(['lower', 'higher', 'neither']),
  ...pairedDifference,
  leftOut: z.array(
    z.strictObject({
      reason: z.enum(['missing', 'failed', 'skipped', 'undefined']),
      side: z.enum(['a', 'b', 'both']),
      windows: count,
    }),
  ),
  quantiles: z
    .strictObject({
      p5: z.number(),
      p25: z.number(),
      median: z.number(),
      p75: z.number(),
      p95: z.number(),
    })
    .nullable(),
});

const sliceComparisonSchema = z.strictObject({
  slice: z.string(),
  tooSmall: z.boolean(),
  ...pairedDifference,
});

const pairedWindowSchema = z.strictObject({
  windowId: z.string(),
  driveId: z.string(),
  a: z.number(),
  b: z.number(),
  difference: z.number(),
});

/** One `--fail-if`, and what came of it. */
export const gateResultSchema = z.strictObject({
  /** As it was typed. */
  gate: z.string(),
  metric: z.string(),
  /** `undecidable`: there is no interval to decide by. It fails the command as `failed` does. */
  outcome: z.enum(['passed', 'failed', 'undecidable']),
  words: z.string(),
});
export type GateResult = z.output<typeof gateResultSchema>;

const windowCounts = z.strictObject({ ok: count, error: count, skipped: count, missing: count });

/** What `drivesweep compare A B --json` prints. Holds nothing that depends on when, where or by whom it was made. */
export const comparisonDocumentSchema = z.strictObject({
  schema: z.literal('comparison/1'),
  a: scorecardSchema.shape.sweep,
  b: scorecardSchema.shape.sweep,
  scoringId: z.string(),
  primary: z.string(),
  verdict: verdictSchema.nullable(),
  words: z.string(),
  method: z.strictObject({
    confidence: z.number(),
    draws: count,
    flips: count,
    exactDrives: count,
    seed: count,
    significance: z.number(),
    tieWithin: z.number(),
    trustedDrives: count,
    minimumWindows: count,
    minimumDrives: count,
  }),
  expected: count,
  windowsOfA: windowCounts,
  windowsOfB: windowCounts,
  metrics: z.array(metricComparisonSchema),
  slices: z.array(sliceComparisonSchema),
  factsNotSliced: z.array(z.string()),
  gained: z.array(pairedWindowSchema),
  lost: z.array(pairedWindowSchema),
  gates: z.array(gateResultSchema),
});
export type ComparisonDocument = z.output<typeof comparisonDocumentSchema>;
