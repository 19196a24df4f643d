import { aboutSweep, comparisonDocumentSchema, DrivesweepError } from '@drivesweep/contracts';
import type { ComparisonDocument, GateResult, ObjectStore, SweepSpec } from '@drivesweep/contracts';
import { compareScores, decideGate, PairedScores, ScoringError } from '@drivesweep/scoring';
import type { Comparison, Gate, Side } from '@drivesweep/scoring';
import { chooseMetrics, placeGates } from './compared-metrics.ts';
import type { AskedMetrics, GateOnMetric } from './compared-metrics.ts';
import { scoredWindows } from './score-rows.ts';
import { readSealedSweep } from './sealed-sweep.ts';
import type { SealedSweep } from './sealed-sweep.ts';

/** What is asked of a comparison. */
export interface ComparisonRequest extends AskedMetrics {
  /** Ids of the sweeps. */
  readonly a: string;
  readonly b: string;
  readonly seed: number;
  readonly gates: readonly Gate[];
}

/**
 * Compares two sealed sweeps of a store, B against A. What can be refused by their specs is refused before a score is
 * read; memory is the compared metrics of both.
 * Errors: NOT_COMPARABLE with everything that differs; USAGE for a metric or gate; what reading sweeps throws.
 */
export async function compareSweeps(
  store: ObjectStore,
  { a: idOfA, b: idOfB, seed, gates, ...asked }: ComparisonRequest,
): Promise<ComparisonDocument> {
  const [a, b] = await Promise.all([readSealedSweep(store, idOfA), readSealedSweep(store, idOfB)]);
  assertSameQuestion(a.spec, b.spec);
  const metrics = chooseMetrics(asked, a.metrics);
  const placed = placeGates(gates, metrics);
  const scores = new PairedScores(metrics.length);
  const ids = metrics.map(({ id }) => id);
  await addSide(scores, 'a', store, a, ids);
  await addSide(scores, 'b', store, b, ids);
  assertSameWindows(scores, a.spec, b.spec);
  const comparison = compareScores(scores, metrics, seed);
  return comparisonDocumentSchema.parse({
    schema: 'comparison/1',
    a: aboutSweep(a.spec, a.manifest),
    b: aboutSweep(b.spec, b.manifest),
    scoringId: a.scoringId,
    ...comparison,
    gates: placed.map((one) => decide(one, comparison)),
  } satisfies Record<keyof ComparisonDocument, unknown>);
}

async function addSide(
  scores: PairedScores,
  side: Side,
  store: ObjectStore,
  sweep: SealedSweep,
  ids: readonly string[],
): Promise<void> {
  for await (const window of scoredWindows(store, sweep, ids)) {
    try {
      scores.add(side, window);
    } catch (thrown) {
      if (!(thrown instanceof ScoringError)) throw thrown;
      const message = `sweep ${sweep.spec.sweepId}: ${thrown.message}`;
      throw new DrivesweepError('PART_CORRUPT', message, { cause: thrown });
    }
  }
}

/** What decides the question that a policy is asked, and how the specs say it. */
const QUESTION: readonly (readonly [title: string, (spec: SweepSpec) => string])[] = [
  ['dataset', ({ dataset }) => dataset.layout],
  ['content of the dataset', ({ dataset }) => dataset.fingerprint.slice(0, 16)],
  ['samples (K)', ({ samples }) => String(samples)],
  ['horizon', ({ horizonSteps, stepUs }) => `${String((horizonSteps * stepUs) / 1e6)} s`],
  ['step', ({ stepUs }) => `${String(stepUs / 1e6)} s`],
  ['preprocessing', ({ preprocessing }) => preprocessing],
];

function assertSameQuestion(a: SweepSpec, b: SweepSpec): void {
  const differences = QUESTION.flatMap(([title, valueOf]) => {
    const [ofA, ofB] = [valueOf(a), valueOf(b)];
    return ofA === ofB ? [] : [`  ${title}: ${ofA} in A, ${ofB} in B`];
  });
  if (differences.length === 0) return;
  throw new DrivesweepError(
    'NOT_COMPARABLE',
    `${nameOf(a)} (A) and ${nameOf(b)} (B) were not asked the same:\n${differences.join('\n')}`,
    { hint: 'sweep one of them again with dataset, samples and horizon of the other' },
  );
}

function assertSameWindows(scores: PairedScores, a: SweepSpec, b: SweepSpec): void {
  const differences = (['a', 'b'] as const).flatMap((side) => {
    const { windows, examples } = scores.unshared(side);
    const and = windows > examples.length ? ' ...' : '';
    return windows === 0
      ? []
      : [`  ${windows} only in ${side.toUpperCase()}: ${examples.join(', ')}${and}`];
  });
  if (differences.length === 0) return;
  throw new DrivesweepError(
    'NOT_COMPARABLE',
    `${nameOf(a)} (A) and ${nameOf(b)} (B) were not asked about the same windows:\n${differences.join('\n')}`,
    { hint: 'sweep one of them again with drives and windows of the other' },
  );
}

function nameOf({ name, sweepId }: SweepSpec): string {
  return `${name} ${sweepId}`;
}

function decide({ gate, metric }: GateOnMetric, { metrics }: Comparison): GateResult {
  const compared = metrics.find(({ id }) => id === metric.id);
  if (compared === undefined) {
    throw new DrivesweepError('INTERNAL', `${metric.id} has a gate and was not compared`);
  }
  return { gate: gate.text, metric: metric.id, ...decideGate(gate, compared) };
}
