import type { MetricSummary, Scorecard } from '@drivesweep/contracts';
import { coordinate, formatCount, formatNumber, formatValue, formatTick } from './format.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { createScale, ticksOf } from './scale.ts';
import type { Scale } from './scale.ts';
import { words } from './trace-marks.ts';

const SIZE = { width: 860, name: 210, value: 170, row: 22, top: 24 } as const;
const FIRST_SHOWN_OPEN = 1;
const MAX_VALUES = 24;

interface FactSlices {
  readonly fact: string;
  readonly slices: readonly MetricSummary[];
  /** Slices beyond the most that are drawn. */
  readonly hidden: number;
}

/** Headline metrics by slice: a dot for the mean, a line for its interval, one plot per metric, the first one open. */
export function slicesSection(scorecard: Scorecard): Html {
  const plots = scorecard.headline.flatMap((id) => {
    const all = scorecard.metrics.find((metric) => metric.id === id && metric.slice === 'all');
    const facts = slicesByFact(scorecard.metrics.filter((metric) => metric.id === id));
    return all === undefined || all.mean === null || facts.length === 0 ? [] : [{ all, facts }];
  });
  const notSliced = scorecard.factsNotSliced.length
    ? html`<p class="note">
        Not sliced by, because they have too many values: ${scorecard.factsNotSliced.join(', ')}.
      </p>`
    : null;
  if (plots.length === 0) {
    return html`<section id="slices">
      <h2>Slices</h2>
      <p class="note">No fact of this dataset has two values to compare.</p>
      ${notSliced}
    </section>`;
  }
  const shown = plots.map(
    ({ all, facts }, i) =>
      html`<details${i < FIRST_SHOWN_OPEN ? html` open` : null}><summary><code>${all.id}</code> by slice</summary>${slicesPlot(all, facts)}${macroLine(scorecard, all)}</details>`,
  );
  return html`<section id="slices">
    <h2>Slices</h2>
    <p class="note">
      Each dot is the mean of one slice with its interval; the dashed line is the mean over all
      windows. A hollow dot stands on fewer than ${scorecard.statistics.minimumWindows} windows or
      ${scorecard.statistics.minimumDrives} drives: read it as a hint.
    </p>
    ${shown}${notSliced}
  </section>`;
}

/** Facts that have at least two values; the values with most windows first where they are too many to draw. */
export function slicesByFact(metrics: readonly MetricSummary[]): FactSlices[] {
  const byFact = new Map<string, MetricSummary[]>();
  for (const metric of metrics) {
    const cut = metric.slice.indexOf('=');
    if (cut === -1 || metric.mean === null) continue;
    const fact = metric.slice.slice(0, cut);
    byFact.set(fact, [...(byFact.get(fact) ?? []), metric]);
  }
  return [...byFact]
    .filter(([, slices]) => slices.length >= 2)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([fact, slices]) => {
      const largest = [...slices].sort((a, b) => b.n - a.n).slice(0, MAX_VALUES);
      const kept = slices.filter((slice) => largest.includes(slice));
      return { fact, slices: kept, hidden: slices.length - kept.length };
    });
}

function slicesPlot(all: MetricSummary, facts: readonly FactSlices[]): Html {
  const shown = facts.flatMap(({ slices }) => slices);
  const lows = shown.map(({ mean, interval }) => interval?.low ?? mean ?? 0);
  const highs = shown.map(({ mean, interval }) => interval?.high ?? mean ?? 0);
  const x = createScale(
    Math.min(0, ...lows),
    Math.max(...highs, all.mean ?? 0) || 1,
    SIZE.name,
    SIZE.width - SIZE.value,
  );
  let top = SIZE.top;
  const rows = facts.map((fact) => {
    const drawn = factRows(fact, x, top);
    top += (fact.slices.length + 1 + (fact.hidden > 0 ? 1 : 0)) * SIZE.row + 6;
    return drawn;
  });
  const mean = coordinate(x(all.mean ?? 0));
  return html`<div class="scroll">
    <svg
      class="slices"
      viewBox="0 0 ${SIZE.width} ${top}"
      width="${SIZE.width}"
      role="img"
      aria-label="${all.id} by slice"
    >
      ${ticksOf(x.from, x.to, 6).map((tick) => html`<g class="grid"><line x1="${coordinate(x(tick))}" x2="${coordinate(x(tick))}" y1="${SIZE.top - 6}" y2="${top}" /><text class="middle" x="${coordinate(x(tick))}" y="12">${formatTick(tick)}</text></g>`)}
      <line class="overall" x1="${mean}" x2="${mean}" y1="${SIZE.top - 6}" y2="${top}">
        <title>all windows: ${formatValue(all.mean, all.unit)}</title>
      </line>
      ${rows}
    </svg>
  </div>`;
}

function factRows({ fact, slices, hidden }: FactSlices, x: Scale, top: number): Html {
  const rows = slices.map((slice, i) => sliceRow(slice, x, top + (i + 1.5) * SIZE.row));
  const more =
    hidden === 0
      ? null
      : html`<text
          class="name end"
          x="${SIZE.name - 14}"
          y="${top + (slices.length + 1.5) * SIZE.row + 4}"
          >${hidden} more in the scorecard</text
        >`;
  return html`<text class="fact" x="0" y="${top + SIZE.row * 0.5 + 5}">${words(fact)}</text
    >${rows}${more} `;
}

function sliceRow(metric: MetricSummary, x: Scale, y: number): Html {
  const { slice, mean, interval, n, unit, warnings } = metric;
  const value = slice.slice(slice.indexOf('=') + 1);
  const short = value.length > 30 ? `${value.slice(0, 29)}\u2026` : value;
  const line = interval
    ? html`<line
        class="whisker"
        x1="${coordinate(x(interval.low))}"
        x2="${coordinate(x(interval.high))}"
        y1="${y}"
        y2="${y}"
      />`
    : null;
  return html`<g class="${warnings.length > 0 ? 'slice few' : 'slice'}"
    ><title>
      ${slice}:
      ${formatValue(mean, unit)}${interval ? `, ${formatNumber(interval.low)} to ${formatNumber(interval.high)}` : ''}</title
    ><text class="name end" x="${SIZE.name - 14}" y="${y + 4}">${short}</text>${line}<circle
      cx="${coordinate(x(mean ?? 0))}"
      cy="${y}"
      r="4.5"
    /><text class="end number" x="${SIZE.width - 92}" y="${y + 4}">${formatValue(mean, unit)}</text
    ><text class="end count" x="${SIZE.width}" y="${y + 4}">${formatCount(n)} windows</text></g
  > `;
}

/** The mean over the slices of a fact, each counting once. */
function macroLine({ macro }: Scorecard, all: MetricSummary): Html | null {
  const means = macro.filter(({ id }) => id === all.id);
  if (means.length === 0) return null;
  const shown = means.map(
    ({ fact, mean, slices }) => `${words(fact)} ${formatValue(mean, all.unit)} (${slices} slices)`,
  );
  return html`<p class="note">
    Mean with each slice counting once: ${shown.join(', ')}; over windows it is
    ${formatValue(all.mean, all.unit)}.
  </p>`;
}
