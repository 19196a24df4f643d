import { compareNaturally } from '../statistics/natural-order.ts';
import type { ComparedMetric, ComparisonMethod, SliceComparison } from './comparison.ts';
import { totalsByDrive } from './drive-totals.ts';
import { holm } from './holm.ts';
import { measure, winsOf } from './paired-difference.ts';
import type { PairedScores } from './paired-scores.ts';
import { verdictOf } from './verdict.ts';

/** A fact with more values than this is a name rather than a property. */
const MAX_VALUES_PER_FACT = 64;

/** The slices of the primary metric, and the facts that have too many values to be sliced by. */
export interface ComparedSlices {
  readonly slices: readonly SliceComparison[];
  readonly factsNotSliced: readonly string[];
}

/**
 * Compares the primary metric, the first of `scores`, in every slice of its pairs: a verdict where there is enough to
 * test, corrected after Holm among those. A fact with one value for all pairs says what the whole says and makes no slice.
 * @param rows the pairs of the primary metric
 */
export function compareSlices(
  scores: PairedScores,
  primary: ComparedMetric,
  rows: readonly number[],
  method: ComparisonMethod,
): ComparedSlices {
  const { bySlice, factsNotSliced } = slicesOf(scores, rows);
  const pairs = bySlice.map(([, ofSlice]) => {
    const totals = totalsByDrive(scores, 0, ofSlice);
    const drives = totals.counts.length;
    const tested = totals.windows >= method.minimumWindows && drives >= method.minimumDrives;
    return { totals, winsOfB: winsOf(primary.better, differences(scores, ofSlice)), tested };
  });
  const measured = measure(pairs, method);
  const tested = measured.flatMap(({ p }, i) => (p === null ? [] : [{ i, p }]));
  const corrected = holm(tested.map(({ p }) => p));
  const pHolmOf = new Map(tested.map(({ i }, rank) => [i, corrected[rank] ?? null]));
  const slices = measured.map((one, i): SliceComparison => {
    const tooSmall = pairs[i]?.tested !== true;
    const pHolm = primary.better === 'neither' ? null : (pHolmOf.get(i) ?? null);
    const verdict = tooSmall ? null : verdictOf(primary.better, { ...one, pHolm });
    return { slice: bySlice[i]?.[0] ?? '', tooSmall, ...one, pHolm, verdict };
  });
  return { slices, factsNotSliced };
}

function* differences(scores: PairedScores, rows: Iterable<number>): Generator<number> {
  for (const row of rows) yield scores.value('b', row, 0) - scores.value('a', row, 0);
}

/** The rows of each slice, by its name. */
function slicesOf(
  scores: PairedScores,
  rows: readonly number[],
): { readonly bySlice: [string, readonly number[]][]; readonly factsNotSliced: string[] } {
  const byFact = new Map<string, Map<string, number[][]>>();
  for (const [facts, ofFacts] of rowsByFacts(scores, rows)) {
    for (const [fact, value] of Object.entries(facts)) {
      const values = entryOf(byFact, fact, () => new Map<string, number[][]>());
      entryOf(values, value, () => []).push(ofFacts);
    }
  }
  const bySlice: [string, readonly number[]][] = [];
  const factsNotSliced: string[] = [];
  for (const [fact, values] of byFact) {
    if (values.size > MAX_VALUES_PER_FACT) {
      factsNotSliced.push(fact);
      continue;
    }
    for (const [value, groups] of values) {
      const ofSlice = groups.flat();
      if (ofSlice.length < rows.length) bySlice.push([`${fact}=${value}`, ofSlice]);
    }
  }
  bySlice.sort(([s], [t]) => compareNaturally(s, t));
  return { bySlice, factsNotSliced: factsNotSliced.sort() };
}

/** Windows with the same facts share one object, so that a fact is looked at once for all of them. */
function rowsByFacts(
  scores: PairedScores,
  rows: readonly number[],
): Map<Readonly<Record<string, string>>, number[]> {
  const byFacts = new Map<Readonly<Record<string, string>>, number[]>();
  for (const row of rows) entryOf(byFacts, scores.facts(row), () => []).push(row);
  return byFacts;
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
