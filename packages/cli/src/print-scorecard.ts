import type { MetricSummary, RealtimeCounts, Scorecard } from '@drivesweep/contracts';
import { compareNaturally } from '@drivesweep/scoring';
import type { Console } from './console.ts';
import { jsonText } from './json-text.ts';
import { realtimeLine } from './realtime-line.ts';
import { formatTable } from './table.ts';
import type { Column } from './table.ts';

const ALL = 'all';
const HEADLINES_PER_SLICE = 2;
/** Stands behind an n that is under the minimum count. */
const FEW = '*';
/** A dataset with many facts has hundreds of slices; the rest is in the JSON. */
const SLICES_SHOWN = 24;
/** Facts that every dataset has, because they come from the windows. */
const FIRST_FACTS = ['v0_band', 'manoeuvre'];
const VALUES_SHOWN = 12;
const SLICE_LETTERS = 40;

/** What open loop cannot show, in one sentence. */
const HONEST_FOOTER = [
  'Open loop: the recording does not react, so these numbers say how near the answers come to what the',
  'driver did, not whether driving by them would have been safe.',
];

/** A scorecard and where its files are; null when that is not known here. */
export interface PrintedSweep {
  readonly scorecard: Scorecard;
  readonly filesAt: string | null;
  /** How soon the policy answered, where the manifest was read. */
  readonly realtime?: RealtimeCounts | undefined;
}

/**
 * Scorecards for a person: what was asked, how many windows came to what end, the numbers with their n, the headline
 * metrics by slice, where the files are. Several sweeps stand side by side, one column of numbers each.
 */
export function formatScorecards(sweeps: readonly PrintedSweep[]): string {
  const cards = sweeps.map((sweep) => sweep.scorecard);
  const titles = columnTitles(cards);
  const sections = [
    formatTable(
      [left(''), ...titles.map(left)],
      aboutRows(cards).map(([title, ...cells]) => [title ?? '', ...cells]),
    ),
    metricSection(cards, titles),
    sliceSection(cards, titles),
    filesSection(sweeps, titles),
    HONEST_FOOTER,
  ];
  return sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
}

/** Names of the sweeps; with the id where two have the same name. */
function columnTitles(cards: readonly Scorecard[]): string[] {
  return cards.map(({ sweep }) => {
    const same = cards.filter((other) => other.sweep.name === sweep.name);
    return same.length === 1 ? sweep.name : `${sweep.name} ${sweep.id}`;
  });
}

function aboutRows(cards: readonly Scorecard[]): string[][] {
  const row = (title: string, cell: (card: Scorecard) => string) => [title, ...cards.map(cell)];
  const codes = [...new Set(cards.flatMap((card) => Object.keys(card.errors)))].sort();
  return [
    row('sweep', ({ sweep }) => sweep.id),
    row('outcome', ({ sweep }) => sweep.outcome),
    row('policy', ({ sweep }) => `${sweep.policy} (${sweep.bundleSha256.slice(0, 8)})`),
    row('dataset', ({ sweep }) => sweep.dataset + (sweep.revision ? ` ${sweep.revision}` : '')),
    row('samples, seed', ({ sweep }) => `${sweep.samples}, ${sweep.seed}`),
    row('history, future', ({ sweep }) => spans(sweep)),
    row('drives', ({ drives }) => String(drives)),
    row('windows expected', ({ counts }) => String(counts.expected)),
    row('  ok', ({ counts }) => String(counts.ok)),
    row('  error', ({ counts }) => String(counts.error)),
    row('  skipped', ({ counts }) => String(counts.skipped)),
    row('  missing', ({ counts }) => String(counts.missing)),
    ...codes.map((code) => row(`    ${code}`, ({ errors }) => String(errors[code] ?? 0))),
  ];
}

function spans({ historySteps, horizonSteps, stepUs }: Scorecard['sweep']): string {
  return `${historySteps} poses, ${horizonSteps} steps at ${1e6 / stepUs} Hz`;
}

/** The headline over all windows, with its interval and n. The rest is in the JSON. */
function metricSection(cards: readonly Scorecard[], titles: readonly string[]): string[] {
  const ids = shownIds(cards);
  if (ids.length === 0) return [];
  const means = cards.map((card) => meansWithIntervals(ids.map((id) => metricOf(card, id))));
  const rows = ids.map((id, row) => [
    id,
    unitOf(cards, id),
    ...cards.flatMap((card, i) => [means[i]?.[row] ?? '', String(metricOf(card, id)?.n ?? 0)]),
  ]);
  const percent = Math.round((cards[0]?.statistics.confidence ?? 0) * 100);
  const columns = (cards.length === 1 ? [`mean [${percent} % interval]`] : titles).flatMap(
    (title) => [left(title), right('n')],
  );
  const all = new Set(cards.flatMap((card) => card.metrics.map((metric) => metric.id)));
  return [
    ...formatTable([left('metric'), left('unit'), ...columns], rows),
    ...more(all.size - ids.length, 'metrics'),
    ...cards.flatMap((card, i) => {
      const name = cards.length === 1 ? '' : `${titles[i] ?? ''}: `;
      return [...excludedLines(card, ids), ...fewDrivesLines(card, ids)].map((line) => name + line);
    }),
  ];
}

/** What the windows without an answer can have done to the first number that has a worse side. */
function excludedLines(card: Scorecard, ids: readonly string[]): string[] {
  const { expected, ok } = card.counts;
  const metric = ids.map((id) => metricOf(card, id)).find((one) => one?.worstCase);
  if (expected === ok || !metric?.worstCase) return [];
  const { mean, imputed } = metric.worstCase;
  const [all, worst] = [
    `${mean.toFixed(3)} ${metric.unit}`,
    `${imputed.toFixed(3)} ${metric.unit}`,
  ];
  return [
    `${expected - ok} of ${expected} windows have no answer; were each of them ${worst}, ${metric.id} would be ${all}`,
  ];
}

function fewDrivesLines(card: Scorecard, ids: readonly string[]): string[] {
  const metric = ids.map((id) => metricOf(card, id)).find((one) => (one?.n ?? 0) > 0);
  if (!metric?.warnings.includes('few_drives')) return [];
  const drives = metric.interval?.clusters ?? 1;
  const { minimumDrives } = card.statistics;
  return [
    drives < 2
      ? 'one drive was scored, so there is no interval'
      : `the intervals rest on ${drives} drives: under ${minimumDrives} they are not to be trusted`,
  ];
}

function more(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} more ${what} are in the scorecard's JSON`];
}

/** Of one sweep a few headline metrics by slice, of several the first one. */
function sliceSection(cards: readonly Scorecard[], titles: readonly string[]): string[] {
  const slices = new Set(cards.flatMap((card) => card.metrics.map((metric) => metric.slice)));
  slices.delete(ALL);
  const shown = readableSlices([...slices].sort(compareNaturally));
  const ids = shownIds(cards).slice(0, cards.length === 1 ? HEADLINES_PER_SLICE : 1);
  if (shown.length === 0) return [];
  const title = cards.length === 1 ? 'slice' : `${ids.join()} by slice`;
  const columns = numberColumns(cards.length === 1 ? ids : titles);
  const rows = shown.map((slice) => [slice, ...ids.flatMap((id) => numbers(cards, id, slice))]);
  const hasFew = rows.some((row) => row.some((cell) => cell.endsWith(FEW)));
  return [
    ...formatTable([left(title), ...columns], rows),
    ...(hasFew ? [`${FEW} under ${cards[0]?.statistics.minimumWindows ?? 0} windows`] : []),
    ...more(slices.size - shown.length, 'slices'),
  ];
}

/**
 * The slices that a person can read at a glance: of facts with a few short values, whole facts only. A fact with one
 * value says nothing that the whole does not say.
 */
function readableSlices(slices: readonly string[]): string[] {
  const byFact = new Map<string, string[]>();
  for (const slice of slices) {
    const fact = slice.slice(0, slice.indexOf('='));
    byFact.set(fact, [...(byFact.get(fact) ?? []), slice]);
  }
  const shown: string[] = [];
  for (const fact of [...FIRST_FACTS, ...byFact.keys()]) {
    const ofFact = byFact.get(fact) ?? [];
    const isReadable =
      ofFact.length >= 2 &&
      ofFact.length <= VALUES_SHOWN &&
      ofFact.every((slice) => slice.length <= SLICE_LETTERS);
    if (isReadable && shown.length + ofFact.length <= SLICES_SHOWN) shown.push(...ofFact);
    byFact.delete(fact);
  }
  return shown;
}

function filesSection(sweeps: readonly PrintedSweep[], titles: readonly string[]): string[] {
  return sweeps.flatMap(({ filesAt, realtime }, index) => {
    const soon = realtimeLine(realtime);
    return [
      ...(soon === null ? [] : [`${titles[index] ?? ''} ${soon}`]),
      ...(filesAt === null ? [] : [`files of ${titles[index] ?? ''}: ${filesAt}`]),
    ];
  });
}

/** Headline metrics that any of the sweeps has a value of, in the order of the first that names them. */
function shownIds(cards: readonly Scorecard[]): string[] {
  const ids = new Set(cards.flatMap((card) => card.headline));
  return [...ids].filter((id) => cards.some((card) => (metricOf(card, id)?.n ?? 0) > 0));
}

function metricOf(card: Scorecard, id: string, slice = ALL): MetricSummary | undefined {
  return card.metrics.find((metric) => metric.id === id && metric.slice === slice);
}

function unitOf(cards: readonly Scorecard[], id: string): string {
  return cards.flatMap((card) => metricOf(card, id) ?? [])[0]?.unit ?? '';
}

/** Mean and n of one metric for each sweep. */
function numbers(cards: readonly Scorecard[], id: string, slice: string): string[] {
  return cards.flatMap((card) => {
    const metric = metricOf(card, id, slice);
    const isFew = metric?.warnings.includes('few_windows') ?? false;
    return [meanText(metric), `${metric?.n ?? 0}${isFew ? FEW : ''}`];
  });
}

/** A mean over nothing is a dash, never a zero. */
function meanText(metric: MetricSummary | undefined): string {
  return metric?.mean?.toFixed(3) ?? '-';
}

/** `4.169 [3.10, 5.30]`, one under the other. */
function meansWithIntervals(metrics: readonly (MetricSummary | undefined)[]): string[] {
  const means = metrics.map(meanText);
  const width = Math.max(...means.map((mean) => mean.length));
  return metrics.map((metric, i) => {
    const mean = (means[i] ?? '').padStart(width);
    if (!metric?.interval) return mean;
    const { low, high } = metric.interval;
    return `${mean} [${shortText(low)}, ${shortText(high)}]`;
  });
}

/** Three digits of most numbers: `0.042`, `3.10`, `25.3`. */
function shortText(value: number): string {
  const magnitude = Math.abs(value);
  return value.toFixed(magnitude < 1 ? 3 : magnitude < 10 ? 2 : 1);
}

/** A mean and its n under each title. */
function numberColumns(titles: readonly string[]): Column[] {
  return titles.flatMap((title) => [right(title), right('n')]);
}

function right(title: string): Column {
  return { title, align: 'right' };
}

function left(title: string): Column {
  return { title, align: 'left' };
}

/** One object for one sweep, `{"sweeps": [...]}` for several; nothing when there is no scorecard at all. */
export function printScorecards(
  printed: readonly PrintedSweep[],
  asked: number,
  json: boolean,
  console: Console,
): void {
  const cards = printed.map(({ scorecard }) => scorecard);
  if (json && asked > 1) console.result(jsonText({ sweeps: cards }));
  else if (json && cards[0]) console.result(jsonText(cards[0]));
  else if (!json && printed.length > 0) console.result(formatScorecards(printed));
}
