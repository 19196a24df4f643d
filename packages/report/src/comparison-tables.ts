import type { ComparisonDocument } from '@drivesweep/contracts';
import { forestRow, gainOf, gainScale, verdictClass } from './forest-row.ts';
import { countOf, formatCount, formatNumber, formatPercent, formatValue } from './format.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import type { MetricCatalogue } from './metric-catalogue.ts';
import { words } from './trace-marks.ts';

type MetricRow = ComparisonDocument['metrics'][number];
type SliceRow = ComparisonDocument['slices'][number];
type Row = Omit<SliceRow, 'slice' | 'tooSmall'>;

/** Every compared metric with its paired difference; the dots share one scale. */
export function metricsTable(
  metrics: readonly MetricRow[],
  catalogue: MetricCatalogue,
  confidence: number,
): Html {
  const gains = metrics.map((metric) => gainOf(metric, metric.better));
  const x = gainScale(gains);
  const rows = metrics.map((metric, i) => {
    const known = catalogue(metric.id);
    const id = breakable(metric.id);
    const name = known ? html`<a href="#${known.anchor}">${id}</a>` : id;
    const plot = forestRow(gains[i] ?? null, metric.verdict, x);
    return differenceRow(html`<code>${name}</code>`, metric, metric.unit, plot);
  });
  return differenceTable('metric', rows, x.to, confidence);
}

/** An id that may go on in the next line after its underscores and before its horizon, and nowhere else. */
function breakable(id: string): Html {
  const pieces = id.split(/(?<=_)|(?=[@[])/);
  return html`${pieces.map((piece, i) => (i === 0 ? html`${piece}` : html`<wbr />${piece}`))}`;
}

/** The primary metric by slice; slices that are too small to be tested are folded away. */
export function slicesTable(
  slices: readonly SliceRow[],
  primary: MetricRow,
  confidence: number,
): Html {
  const x = gainScale(slices.map((slice) => gainOf(slice, primary.better)));
  const table = (shown: readonly SliceRow[]): Html => {
    const rows = shown.map((slice) => {
      const plot = forestRow(gainOf(slice, primary.better), slice.verdict, x);
      return differenceRow(html`${slice.slice}`, slice, primary.unit, plot);
    });
    return differenceTable('slice', rows, x.to, confidence);
  };
  const [tested, small] = [slices.filter((s) => !s.tooSmall), slices.filter((s) => s.tooSmall)];
  return html`${tested.length > 0 ? table(tested) : html`<p>No slice is large enough.</p>`}${
    small.length > 0
      ? html`<details>
          <summary>${countOf(small.length, 'slice')} too small to test</summary>
          ${table(small)}
        </details>`
      : null
  }`;
}

function differenceTable(
  name: string,
  rows: readonly Html[],
  most: number,
  confidence: number,
): Html {
  return html`<div class="scroll">
    <table class="metrics differences">
      <thead>
        <tr>
          <th>${name}</th>
          <th class="n">A</th>
          <th class="n">B</th>
          <th>
            <div class="forest-head">
              <span>← worse</span><span>±${formatPercent(most)}</span><span>better →</span>
            </div>
          </th>
          <th class="n">B − A</th>
          <th>${formatPercent(confidence)} interval</th>
          <th class="n">p (Holm)</th>
          <th>verdict</th>
          <th class="n">wins / losses</th>
          <th class="n">pairs</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function differenceRow(name: Html, row: Row, unit: string, plot: Html): Html {
  const { meanA, meanB, difference, relative, interval, pHolm, verdict, winsOfB, warnings } = row;
  const relation = relative === null ? null : html` <small>${signedPercent(relative)}</small>`;
  const range = interval
    ? html`${inUnit(interval.low, unit)} … ${inUnit(interval.high, unit)}`
    : html`<span class="none">${difference === null ? '–' : 'not tested'}</span>`;
  const won = winsOfB ? `${formatCount(winsOfB.wins)} / ${formatCount(winsOfB.losses)}` : '\u2013';
  const few =
    verdict !== null && warnings.includes('few_drives')
      ? html`<sup title="few drives">*</sup>`
      : null;
  return html`<tr>
    <th scope="row">${name}</th>
    <td class="n">${formatValue(meanA, unit)}</td>
    <td class="n">${formatValue(meanB, unit)}</td>
    <td>${plot}</td>
    <td class="n">${formatValue(difference, unit)}${relation}</td>
    <td>${range}</td>
    <td class="n">${probability(pHolm)}</td>
    <td class="${verdictClass(verdict)}">${verdict === null ? '\u2013' : words(verdict)}${few}</td>
    <td class="n" title="ties: ${winsOfB?.ties ?? 0}">${won}</td>
    <td class="n">${formatCount(row.windows)}</td>
  </tr> `;
}

/** Without the unit, which stands beside the difference; shares are percentages everywhere. */
function inUnit(value: number, unit: string): string {
  return unit === 'fraction' ? formatPercent(value) : formatNumber(value);
}

function signedPercent(share: number): string {
  return `${share > 0 ? '+' : ''}${formatPercent(share)}`;
}

function probability(p: number | null): string {
  if (p === null) return '\u2013';
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

const SIDES = { a: 'in A only', b: 'in B only', both: 'in both' } as const;

/** Why windows make no pair, for each compared metric that leaves some out. */
export function leftOutTable({ metrics, expected }: ComparisonDocument): Html {
  const rows = metrics.flatMap(({ id, leftOut }) =>
    leftOut.map(
      ({ reason, side, windows }) =>
        html`<tr>
          <th scope="row"><code>${id}</code></th>
          <td>${reason}</td>
          <td>${SIDES[side]}</td>
          <td class="n">${formatCount(windows)}</td>
          <td class="n">${formatPercent(windows / Math.max(1, expected))}</td>
        </tr> `,
    ),
  );
  if (rows.length === 0) return html`<p>Every expected window makes a pair for every metric.</p>`;
  return html`<table>
    <thead>
      <tr>
        <th>metric</th>
        <th>reason</th>
        <th>where</th>
        <th class="n">windows</th>
        <th class="n">of expected</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

/** Single windows of the primary metric, the largest difference first. */
export function pairsTable(pairs: ComparisonDocument['gained'], unit: string): Html {
  const rows = pairs.map(
    ({ windowId, a, b, difference }) =>
      html`<tr>
        <th scope="row"><code>${windowId}</code></th>
        <td class="n">${formatValue(a, unit)}</td>
        <td class="n">${formatValue(b, unit)}</td>
        <td class="n">${formatValue(difference, unit)}</td>
      </tr> `,
  );
  return html`<table>
    <thead>
      <tr>
        <th>window</th>
        <th class="n">A</th>
        <th class="n">B</th>
        <th class="n">B − A</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}
