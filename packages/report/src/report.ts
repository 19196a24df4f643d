import type { Scorecard } from '@drivesweep/contracts';
import { definitionsSection } from './definitions.ts';
import { countOf, formatNumber, formatPercent } from './format.ts';
import { headlineSection, metricTable } from './headline-table.ts';
import { histogramPlot } from './histogram.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { catalogueOf } from './metric-catalogue.ts';
import type { MetricCatalogue } from './metric-catalogue.ts';
import { page } from './page.ts';
import { fateBar, reliabilitySection } from './reliability.ts';
import { isRank, rankPlot } from './rank-histogram.ts';
import type { ReportData, WindowToShow } from './report-data.ts';
import { slicesSection } from './slices-plot.ts';
import { traceLegend } from './trace-marks.ts';
import { windowCard } from './window-card.ts';

/** What open-loop scores are worth, for somebody who sees one for the first time. */
const OPEN_LOOP =
  'These are open-loop scores: the recording does not react, so they show how near the answers come to what the driver did and whether stated reasons fit them, but not whether driving by them would have been safe.';

/** The page of one sweep: one HTML document without a script, the same bytes for the same data. */
export function renderReport(data: ReportData): string {
  const { scorecard } = data;
  const catalogue = catalogueOf(scorecard.sweep);
  const ids = scorecard.metrics.filter(({ slice }) => slice === 'all').map(({ id }) => id);
  const inOrder = [...new Set([...scorecard.headline, ...ids])];
  const body = html`${head(scorecard)}
    <main>
      ${headlineSection(scorecard, catalogue)} ${distributions(data)} ${slicesSection(scorecard)}
      ${reliabilitySection(data)} ${worstSection(data)} ${contradictionsSection(data)}
      ${allMetrics(scorecard, catalogue)} ${definitionsSection(inOrder, catalogue)}
    </main>
    ${foot(scorecard)}`;
  return page(`${scorecard.sweep.name} \u00b7 Drivesweep`, body);
}

const SECTIONS = [
  ['headline', 'Headline'],
  ['distributions', 'Distributions'],
  ['slices', 'Slices'],
  ['reliability', 'Reliability'],
  ['worst', 'Worst windows'],
  ['contradictions', 'Contradictions'],
  ['all-metrics', 'All metrics'],
  ['definitions', 'Definitions'],
] as const;

function head({ sweep, counts, drives }: Scorecard): Html {
  const horizonS = (sweep.horizonSteps * sweep.stepUs) / 1e6;
  const about = [
    ['policy', sweep.policy],
    ['dataset', sweep.dataset + (sweep.revision === null ? '' : ` ${sweep.revision}`)],
    ['drives', formatNumber(drives)],
    ['samples', `K = ${sweep.samples}`],
    ['horizon', `${formatNumber(horizonS)} s at ${formatNumber(1e6 / sweep.stepUs)} Hz`],
    ['outcome', sweep.outcome],
  ] as const;
  return html`<header class="top">
    <div class="inner">
      <p class="kind">Drivesweep report</p>
      <h1>${sweep.name}</h1>
      <dl class="about">
        ${about.map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
      ${fateBar(counts)}
      <p class="open-loop">${OPEN_LOOP}</p>
      <nav>${SECTIONS.map(([id, name]) => html`<a href="#${id}">${name}</a> `)}</nav>
    </div>
  </header>`;
}

function distributions({ scorecard, histograms }: ReportData): Html {
  const plots = scorecard.headline.flatMap((id) => {
    const metric = scorecard.metrics.find((one) => one.id === id && one.slice === 'all');
    const histogram = histograms[id];
    // A yes or no has nothing to distribute; its mean says it all.
    if (metric === undefined || histogram === undefined || metric.unit === 'fraction') return [];
    return [histogramPlot(metric, histogram)];
  });
  const ranks = rankPlots(histograms, scorecard.sweep.samples);
  if (plots.length === 0 && ranks === null) return html``;
  return html`<section id="distributions">
    <h2>Distributions</h2>
    <p class="note">Bars count windows; the line is the share of windows at or below a value.</p>
    <div class="grid-plots">${plots}</div>
    ${ranks}
  </section>`;
}

/** Null with one sample, among which nothing has a rank. */
function rankPlots(histograms: ReportData['histograms'], samples: number): Html | null {
  const ranks = Object.entries(histograms).filter(([id]) => isRank(id));
  if (ranks.length === 0 || samples < 2) return null;
  return html`<h3>
      Coverage
      <small>How many samples are behind (lon) or right of (lat) the recorded future.</small>
    </h3>
    <p class="note">
      Samples that know how unsure they are make all bars as high as the dashed line; high bars at
      both ends mean too little spread, a slope is a bias.
    </p>
    <div class="grid-plots">
      ${ranks.map(([id, histogram]) => rankPlot(id, histogram, samples))}
    </div>`;
}

function worstSection({ scorecard, worst }: ReportData): Html {
  const [first] = scorecard.headline;
  return html`<section id="worst">
    <h2>Worst windows</h2>
    <p class="note">
      ${
        worst.length === 0
          ? 'No window was scored.'
          : `The ${countOf(worst.length, 'window')} with the worst ${first ?? 'score'}, worst first. Seen from above, forward is up, in the frame of the vehicle at t0; a dot is one second.`
      }
    </p>
    ${plotLegend(worst)}${windowCards(worst)}
  </section>`;
}

function contradictionsSection({ contradictions }: ReportData): Html {
  return html`<section id="contradictions">
    <h2>Contradictions</h2>
    <p class="note">
      ${
        contradictions.length === 0
          ? 'No trace contradicts its own plan and no chain of reasons breaks, or the policy states no reasons.'
          : `The ${countOf(contradictions.length, 'window')} whose traces contradict their own plan or whose chain of reasons breaks, most verdicts that something does not hold first.`
      }
    </p>
    ${contradictions.length > 0 ? traceLegend() : null}${windowCards(contradictions)}
  </section>`;
}

function windowCards(windows: readonly WindowToShow[]): Html[] {
  return windows.map((window, i) => windowCard(window, i + 1));
}

function plotLegend(windows: readonly WindowToShow[]): Html | null {
  if (windows.length === 0) return null;
  const line = (kind: string, name: string): Html =>
    html`<span class="fate"
      ><svg class="key" viewBox="0 0 26 10" aria-hidden="true">
        <g class="${kind}"><polyline class="${kind}" points="1,5 25,5" /></g></svg
      >${name}</span
    > `;
  const spoken = windows.some(({ samples }) => samples.some(({ trace }) => trace !== null));
  return html`<p class="legend">
      ${line('history', 'history')}${line('future', 'recorded future')}${line('sample k0', 'samples by number')}<span
        class="fate"
        ><i class="box-ego"></i>vehicle</span
      >
      <span class="fate"><i class="box-obstacle"></i>obstacle at t0</span>
    </p>
    ${spoken ? traceLegend() : null}`;
}

function allMetrics({ metrics }: Scorecard, catalogue: MetricCatalogue): Html {
  const all = metrics.filter(({ slice }) => slice === 'all');
  return html`<section id="all-metrics">
    <h2>All metrics</h2>
    <details>
      <summary>${countOf(all.length, 'metric')} over all windows</summary>
      ${metricTable(all, catalogue)}
    </details>
  </section>`;
}

function foot({ sweep, scoringId, statistics }: Scorecard): Html {
  return html`<footer>
    <p>
      Sweep <code>${sweep.id}</code>, scoring <code>${scoringId}</code>, policy bundle
      <code>${sweep.bundleSha256.slice(0, 12)}</code>, dataset fingerprint
      <code>${sweep.fingerprint.slice(0, 12)}</code>, seed ${sweep.seed}. Intervals:
      ${formatPercent(statistics.confidence)} percentile bootstrap over drives,
      ${formatNumber(statistics.draws)} draws, seed ${statistics.seed}. Quantiles are exact to
      ${formatPercent(statistics.quantileRelativeError)}.
    </p>
  </footer>`;
}
