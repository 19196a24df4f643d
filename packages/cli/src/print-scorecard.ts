import type { Scorecard } from '@drivesweep/contracts';
import type { Console } from './console.ts';
import { jsonText } from './json-text.ts';
import { formatTable } from './table.ts';
import type { Column } from './table.ts';

const ALL = 'all';
/** What a person asks first: how near, by which choice of sample, and how often not at all. The rest is in the JSON. */
const HEADLINE =
  /^((ade|fde)_(first|mean_\d+)|min_(ade|fde)_\d+|miss_(first|\d+))@[\d.]+s(\[(full|prefix|2m)\])?$/;
/** Ids that name K name it 1: `min_ade_1@3.0s[full]`. */
const ONE_SAMPLE = /_1@/;
const HEADLINES_PER_SLICE = 2;
/** A dataset with many facts has hundreds of slices; the rest is in the JSON. */
const SLICES_SHOWN = 24;
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

/** The numbers over all windows, headline metrics first. */
function metricSection(cards: readonly Scorecard[], titles: readonly string[]): string[] {
  const ids = shownIds(cards);
  const rows = ids.map((id) => [id, unitOf(cards, id), ...numbers(cards, id, ALL)]);
  const columns = numberColumns(cards.length === 1 ? ['mean'] : titles);
  if (rows.length === 0) return [];
  const all = new Set(cards.flatMap((card) => card.metrics.map((metric) => metric.id)));
  return [
    ...formatTable([left('metric'), left('unit'), ...columns], rows),
    ...more(all.size - ids.length, 'metrics'),
  ];
}

function more(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} more ${what} are in the scorecard's JSON`];
}

/** Of one sweep a few headline metrics by slice, of several the first one. */
function sliceSection(cards: readonly Scorecard[], titles: readonly string[]): string[] {
  const slices = new Set(cards.flatMap((card) => card.metrics.map((metric) => metric.slice)));
  slices.delete(ALL);
  const shown = readableSlices([...slices].sort());
  const ids = shownIds(cards).slice(0, cards.length === 1 ? HEADLINES_PER_SLICE : 1);
  if (shown.length === 0) return [];
  const title = cards.length === 1 ? 'slice' : `${ids.join()} by slice`;
  const columns = numberColumns(cards.length === 1 ? ids : titles);
  const rows = shown.map((slice) => [slice, ...ids.flatMap((id) => numbers(cards, id, slice))]);
  return [
    ...formatTable([left(title), ...columns], rows),
    ...more(slices.size - shown.length, 'slices'),
  ];
}

/**
 * The slices that a person can read at a glance: of facts with a few short values. A fact with one value says nothing
 * that the whole does not say.
 */
function readableSlices(slices: readonly string[]): string[] {
  const byFact = new Map<string, string[]>();
  for (const slice of slices) {
    const fact = slice.slice(0, slice.indexOf('='));
    byFact.set(fact, [...(byFact.get(fact) ?? []), slice]);
  }
  return [...byFact.values()]
    .filter((ofFact) => ofFact.length >= 2 && ofFact.length <= VALUES_SHOWN)
    .filter((ofFact) => ofFact.every((slice) => slice.length <= SLICE_LETTERS))
    .flat()
    .slice(0, SLICES_SHOWN);
}

function filesSection(sweeps: readonly PrintedSweep[], titles: readonly string[]): string[] {
  return sweeps.flatMap(({ filesAt }, index) =>
    filesAt === null ? [] : [`files of ${titles[index] ?? ''}: ${filesAt}`],
  );
}

/** Headline first. With one sample every way to choose or average is the first sample, and is not said again. */
function shownIds(cards: readonly Scorecard[]): string[] {
  const metrics = cards.flatMap((card) => card.metrics).filter((metric) => metric.slice === ALL);
  const known = [...new Set(metrics.map((metric) => metric.id))];
  const ids = longestFirst(known.filter((id) => HEADLINE.test(id)));
  const single = cards.every((card) => card.sweep.samples === 1);
  const first = ids.filter((id) => !ONE_SAMPLE.test(id));
  return single && first.length > 0 ? first : ids;
}

/** Metrics over the longest horizon come first; otherwise the order of the scorecard stays. */
function longestFirst(ids: readonly string[]): string[] {
  const longest = Math.max(...ids.map(horizonS));
  const overall = ids.filter((id) => horizonS(id) === longest);
  return [...overall, ...ids.filter((id) => horizonS(id) !== longest)];
}

/** `min_ade_6@3.0s[full]` -> 3; an id without a horizon -> 0. */
function horizonS(id: string): number {
  return Number(/@([0-9.]+)s/.exec(id)?.[1] ?? 0);
}

function unitOf(cards: readonly Scorecard[], id: string): string {
  return cards.flatMap((card) => card.metrics).find((metric) => metric.id === id)?.unit ?? '';
}

/** Mean and n of one metric for each sweep. A mean over nothing is a dash, never a zero. */
function numbers(cards: readonly Scorecard[], id: string, slice: string): string[] {
  return cards.flatMap((card) => {
    const metric = card.metrics.find((one) => one.id === id && one.slice === slice);
    if (!metric) return ['-', '0'];
    return [metric.mean === null ? '-' : metric.mean.toFixed(3), String(metric.n)];
  });
}

/** A mean and its n under each title. */
function numberColumns(titles: readonly string[]): Column[] {
  return titles.flatMap((title) => [
    { title, align: 'right' as const },
    { title: 'n', align: 'right' as const },
  ]);
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
