import type { ComparisonDocument, GateResult } from '@drivesweep/contracts';
import { formatTable } from './table.ts';
import type { Column } from './table.ts';

type MetricRow = ComparisonDocument['metrics'][number];
type SliceRow = ComparisonDocument['slices'][number];
type Sweep = ComparisonDocument['a'];

/** The rest is in the JSON. */
const SLICES_SHOWN = 30;
const TOO_SMALL_SHOWN = 6;
const WINDOWS_SHOWN = 5;

const VERDICTS = {
  better: 'better',
  worse: 'worse',
  no_difference_shown: 'no difference shown',
  not_comparable: 'not comparable',
} as const;

const REASONS = {
  missing: 'missing',
  failed: 'failed',
  skipped: 'skipped',
  undefined: 'without a value',
} as const;

/**
 * A comparison for a person: the two sweeps, the verdict in words, every metric with its interval and test, what was left
 * out of them, slices, the windows that moved most, gates. The verdict comes before the tables that it rests on.
 */
export function formatComparison(comparison: ComparisonDocument): string {
  const sections = [
    aboutSection(comparison),
    [comparison.words],
    metricSection(comparison),
    leftOutSection(comparison),
    sliceSection(comparison),
    windowSection(comparison),
    methodSection(comparison),
    comparison.gates.map(gateLine),
  ];
  return sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
}

/** One gate and the figures that decided it. */
export function gateLine({ gate, outcome, words }: GateResult): string {
  return `gate "${gate}" ${outcome}: ${words}`;
}

function aboutSection({ a, b, windowsOfA, windowsOfB }: ComparisonDocument): string[] {
  const row = (title: string, cell: (sweep: Sweep) => string) => [title, cell(a), cell(b)];
  const counts = (['ok', 'error', 'skipped', 'missing'] as const).map((status) => [
    `windows ${status}`,
    String(windowsOfA[status]),
    String(windowsOfB[status]),
  ]);
  return formatTable(
    [left(''), left('A'), left('B')],
    [
      row('name', ({ name }) => name),
      row('sweep', ({ id }) => id),
      row('policy', ({ policy, bundleSha256 }) => `${policy} (${bundleSha256.slice(0, 8)})`),
      row('outcome', ({ outcome }) => outcome),
      row('samples, seed', ({ samples, seed }) => `${samples}, ${seed}`),
      ...counts,
    ],
  );
}

const NUMBERS = ['A', 'B', 'B - A', '95 % interval', 'p', 'p Holm', 'B +/-/='];

function metricSection({ metrics }: ComparisonDocument): string[] {
  const columns = [left('metric'), left('unit'), ...numberColumns()];
  return formatTable(
    columns,
    metrics.map((metric) => [metric.id, metric.unit, ...numbers(metric)]),
  );
}

function sliceSection({ slices, primary, factsNotSliced, method }: ComparisonDocument): string[] {
  const tested = slices.filter(({ tooSmall }) => !tooSmall);
  const shown = tested.slice(0, SLICES_SHOWN);
  const table =
    shown.length === 0
      ? []
      : formatTable(
          [left(`${primary} by slice`), ...numberColumns()],
          shown.map((slice) => [slice.slice, ...numbers(slice)]),
        );
  const small = slices.filter(({ tooSmall }) => tooSmall);
  const least = `under ${method.minimumWindows} windows or ${method.minimumDrives} drives`;
  return [
    ...table,
    ...moreInJson(tested.length - shown.length, 'slices'),
    ...(small.length === 0 ? [] : [`too small to test (${least}): ${smallSlices(small)}`]),
    ...(factsNotSliced.length === 0
      ? []
      : [`not sliced by, for too many values: ${factsNotSliced.join(', ')}`]),
  ];
}

function smallSlices(slices: readonly SliceRow[]): string {
  const names = slices
    .slice(0, TOO_SMALL_SHOWN)
    .map(({ slice, windows }) => `${slice} (${windows})`);
  const more = slices.length - names.length;
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** Metrics that left out the same windows are named together. */
function leftOutSection({ metrics, expected }: ComparisonDocument): string[] {
  const byReasons = new Map<string, string[]>();
  for (const { id, leftOut } of metrics) {
    if (leftOut.length === 0) continue;
    const reasons = leftOut.map(
      ({ reason, side, windows }) => `${windows} ${REASONS[reason]} in ${sideName(side)}`,
    );
    const total = leftOut.reduce((sum, { windows }) => sum + windows, 0);
    const text = `left out ${total} of ${expected} windows (${reasons.join(', ')}): `;
    byReasons.set(text, [...(byReasons.get(text) ?? []), id]);
  }
  return [...byReasons].map(
    ([text, ids]) => text + (ids.length === metrics.length ? 'all metrics' : ids.join(', ')),
  );
}

function sideName(side: 'a' | 'b' | 'both'): string {
  return side === 'both' ? 'both' : side.toUpperCase();
}

function windowSection({ gained, lost, primary }: ComparisonDocument): string[] {
  const windows = [
    ...gained.slice(0, WINDOWS_SHOWN).map((window) => ({ ...window, what: 'gained most' })),
    ...lost.slice(0, WINDOWS_SHOWN).map((window) => ({ ...window, what: 'lost most' })),
  ];
  if (windows.length === 0) return [];
  return formatTable(
    [left('B'), left(`${primary} in window`), right('A'), right('B'), right('B - A')],
    windows.map(({ what, windowId, a, b, difference }) => [
      what,
      windowId,
      figure(a),
      figure(b),
      signed(difference),
    ]),
  );
}

function methodSection({ method }: ComparisonDocument): string[] {
  return [
    `Pairs of windows that both scored; drives resampled ${method.draws} times, signs flipped by drive, seed ${method.seed}.`,
    'p of the first metric stands alone; p Holm is corrected among the others, and among the slices.',
  ];
}

function numberColumns(): Column[] {
  return [...NUMBERS, 'windows', 'drives'].map(right).concat(left('B is'));
}

function numbers(row: MetricRow | SliceRow): string[] {
  const { meanA, meanB, difference, interval, p, pHolm, winsOfB, windows, drives, verdict } = row;
  return [
    figure(meanA),
    figure(meanB),
    signed(difference),
    interval ? `[${signed(interval.low)}, ${signed(interval.high)}]` : '-',
    figure(p),
    figure(pHolm),
    winsOfB && windows > 0 ? `${winsOfB.wins}/${winsOfB.losses}/${winsOfB.ties}` : '-',
    String(windows),
    String(drives),
    verdict === null ? '-' : VERDICTS[verdict],
  ];
}

function figure(value: number | null): string {
  return value === null ? '-' : value.toFixed(3).replace(/^-(?=0\.000$)/, '');
}

function signed(value: number | null): string {
  const text = figure(value);
  return value !== null && value > 0 && text !== '0.000' ? `+${text}` : text;
}

function moreInJson(count: number, what: string): string[] {
  return count > 0 ? [`${count} more ${what} are in the JSON`] : [];
}

function left(title: string): Column {
  return { title, align: 'left' };
}

function right(title: string): Column {
  return { title, align: 'right' };
}
