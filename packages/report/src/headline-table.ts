import type { MetricSummary, Scorecard } from '@drivesweep/contracts';
import {
  coordinate,
  formatCount,
  formatNumber,
  formatPercent,
  formatValue,
  prettyUnit,
} from './format.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import type { MetricCatalogue, MetricGroup } from './metric-catalogue.ts';
import { createScale } from './scale.ts';

const GROUPS: readonly (readonly [MetricGroup, string, string])[] = [
  ['motion', 'Motion', 'How near the samples come to what the driver did.'],
  [
    'intent',
    'Stated intent',
    'Whether what the traces say fits the plan, the future and the scene.',
  ],
];

const BETTER = { lower: 'lower is better', higher: 'higher is better', neither: 'describes' };

/** The headline metrics over all windows in two groups, each with what says how far to trust it. */
export function headlineSection(scorecard: Scorecard, catalogue: MetricCatalogue): Html {
  const all = scorecard.metrics.filter(({ slice }) => slice === 'all');
  const chosen = scorecard.headline.flatMap((id) => all.filter((metric) => metric.id === id));
  const tables = GROUPS.map(([group, title, about]) => {
    const rows = chosen.filter(({ id }) => (catalogue(id)?.group ?? 'motion') === group);
    if (rows.length === 0) return html``;
    return html`<h3>${title} <small>${about}</small></h3>
      ${metricTable(rows, catalogue)}`;
  });
  return html`<section id="headline">
    <h2>Headline</h2>
    ${fewDrives(scorecard)}${tables}
    <p class="note">
      The bar runs from 0 to P95; its line is the mean, the band around it the
      ${formatPercent(scorecard.statistics.confidence)} interval. The worst case is the mean if
      every window that failed, was skipped or is missing had been as bad as the metric can say.
    </p>
  </section>`;
}

/** A table of metrics of one slice, in their order. */
export function metricTable(metrics: readonly MetricSummary[], catalogue: MetricCatalogue): Html {
  return html`<div class="scroll">
    <table class="metrics">
      <thead>
        <tr>
          <th>metric</th>
          <th class="n">mean</th>
          <th>interval</th>
          <th class="strip-head">0 to P95</th>
          <th class="n">median</th>
          <th class="n">P90</th>
          <th class="n">P95</th>
          <th class="n">worst case</th>
          <th class="n">windows</th>
          <th class="n">without</th>
        </tr>
      </thead>
      <tbody>
        ${metrics.map((metric) => metricRow(metric, catalogue))}
      </tbody>
    </table>
  </div>`;
}

function metricRow(metric: MetricSummary, catalogue: MetricCatalogue): Html {
  const { id, unit, mean, median, p90, p95, worstCase, n, better } = metric;
  const known = catalogue(id);
  const name = known ? html`<a href="#${known.anchor}">${id}</a>` : html`${id}`;
  const without = metric.failed + metric.skipped + metric.missing + metric.undefined;
  const told = `failed ${metric.failed}, skipped ${metric.skipped}, missing ${metric.missing}, does not apply ${metric.undefined}`;
  return html`<tr>
    <th scope="row">
      <code>${name}</code> <span class="unit">${prettyUnit(unit)}, ${BETTER[better]}</span>
    </th>
    <td class="n mean">${formatValue(mean, unit)}</td>
    <td class="interval-cell">${intervalText(metric)}</td>
    <td>${strip(metric)}</td>
    <td class="n">${formatValue(median, unit)}</td>
    <td class="n">${formatValue(p90, unit)}</td>
    <td class="n">${formatValue(p95, unit)}</td>
    <td class="n">${formatValue(worstCase?.mean, unit)}</td>
    <td class="n">${formatCount(n)}</td>
    <td class="n" title="${told}">${formatCount(without)}</td>
  </tr> `;
}

function intervalText({ interval, mean, unit }: MetricSummary): Html {
  if (mean === null) return html`${formatNumber(null)}`;
  if (interval === null) return html`<span class="none">needs 2 drives</span>`;
  return html`${bare(interval.low, unit)} … ${bare(interval.high, unit)}`;
}

const bare = (value: number, unit: string): string =>
  unit === 'fraction' ? formatValue(value, unit) : formatNumber(value);

const STRIP = { width: 150, height: 16 } as const;

/** Where mean, interval and median lie between 0 and P95. */
function strip({ mean, median, p95, min, interval }: MetricSummary): Html {
  const low = Math.min(0, min ?? 0, interval?.low ?? 0);
  const high = Math.max(p95 ?? 0, mean ?? 0, interval?.high ?? 0);
  if (mean === null || median === null || high <= low) return html``;
  const x = createScale(low, high, 4, STRIP.width - 4);
  const band = interval
    ? html`<rect
        class="interval"
        x="${coordinate(x(interval.low))}"
        y="2"
        width="${coordinate(Math.max(1, x(interval.high) - x(interval.low)))}"
        height="12"
      />`
    : null;
  return html`<svg class="strip" viewBox="0 0 ${STRIP.width} ${STRIP.height}" aria-hidden="true">
    <line
      class="range"
      x1="${coordinate(x(low))}"
      x2="${coordinate(x(p95 ?? high))}"
      y1="8"
      y2="8"
    />
    ${band}
    <line class="mean" x1="${coordinate(x(mean))}" x2="${coordinate(x(mean))}" y1="1" y2="15" />
    <circle class="median" cx="${coordinate(x(median))}" cy="8" r="2.5">
      <title>median</title>
    </circle>
  </svg>`;
}

function fewDrives({ drives, statistics }: Scorecard): Html | null {
  if (drives >= statistics.minimumDrives) return null;
  return html`<p class="warning">
    <strong>Few drives.</strong> ${drives} of at least ${statistics.minimumDrives} drives: windows
    of one drive resemble each other, so the intervals are too narrow to be trusted.
  </p>`;
}
