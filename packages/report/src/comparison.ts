import type { ComparisonDocument } from '@drivesweep/contracts';
import { birdsEye } from './birds-eye.ts';
import { leftOutTable, metricsTable, pairsTable, slicesTable } from './comparison-tables.ts';
import { definitionsSection } from './definitions.ts';
import { errorPlot } from './error-plot.ts';
import { verdictClass } from './forest-row.ts';
import { formatCount, formatNumber, formatPercent } from './format.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { catalogueOf } from './metric-catalogue.ts';
import { page } from './page.ts';
import type { WindowToShow } from './report-data.ts';
import { words } from './trace-marks.ts';

/** A window as both policies answered it. */
export interface PairToShow {
  readonly a: WindowToShow;
  readonly b: WindowToShow;
}

/**
 * The page of a comparison: one HTML document without a script, the same bytes for the same comparison.
 * @param shown windows that are drawn side by side, in the order in which they are to be looked at
 */
export function renderComparison(
  comparison: ComparisonDocument,
  shown: readonly PairToShow[] = [],
): string {
  const { a, b, metrics, slices, primary, method } = comparison;
  const catalogue = catalogueOf(b);
  const [first] = metrics;
  const ofSlices =
    first && slices.length > 0
      ? html`<section id="slices">
          <h2>Slices</h2>
          <p class="note">
            ${primary} by slice. Holm among the slices that are tested; those with fewer than
            ${method.minimumWindows} windows or ${method.minimumDrives} drives are not.
          </p>
          ${slicesTable(slices, first, method.confidence)}
        </section>`
      : null;
  const body = html`${head(comparison)}
    <main>
      <section id="metrics">
        <h2>Differences</h2>
        <p class="note">
          Means over the windows that both scored. A dot is the mean of B − A as a share of A,
          turned so that right is better for B; its line is the interval by resampling drives. A
          star marks fewer than ${method.trustedDrives} drives.
        </p>
        ${metricsTable(metrics, catalogue, method.confidence)}
      </section>
      ${ofSlices}
      <section id="left-out">
        <h2>Left out</h2>
        <p class="note">
          ${formatCount(comparison.expected)} windows were expected of both. A window without a
          value on one side makes no pair.
        </p>
        ${counts(comparison)}${leftOutTable(comparison)}
      </section>
      ${pairsSection(comparison, first?.unit ?? 'score', shown)}
      ${definitionsSection(
        metrics.map(({ id }) => id),
        catalogue,
      )}
    </main>
    ${foot(comparison)}`;
  return page(`${b.name} against ${a.name} \u00b7 Drivesweep`, body);
}

function head({ a, b, verdict, words: sentence, gates }: ComparisonDocument): Html {
  const word = verdict === null ? 'no verdict' : words(verdict);
  const about = [
    ['A', `${a.name} (${a.policy})`],
    ['B', `${b.name} (${b.policy})`],
    ['dataset', b.dataset + (b.revision === null ? '' : ` ${b.revision}`)],
    ['samples', `K = ${b.samples}`],
    ['horizon', `${formatNumber((b.horizonSteps * b.stepUs) / 1e6)} s`],
  ] as const;
  const gated = gates.map(
    ({ gate, outcome, words: said }) =>
      html`<p class="warning gate-${outcome}">
        <strong>Gate ${outcome}.</strong> <code>${gate}</code>: ${said}
      </p>`,
  );
  return html`<header class="top">
    <div class="inner">
      <p class="kind">Drivesweep comparison, B against A</p>
      <h1>${b.name} <span class="against">against</span> ${a.name}</h1>
      <p class="verdict-line">
        <span class="verdict-word ${verdictClass(verdict)}">${word}</span><br />${sentence}
      </p>
      <dl class="about">
        ${about.map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
      ${gated}
      <p class="open-loop">
        Both policies answered the same recorded windows in open loop: the recording does not react,
        so this says which of them comes nearer to what the driver did, not which drives better.
      </p>
    </div>
  </header>`;
}

const FATES = ['ok', 'error', 'skipped', 'missing'] as const;

function counts({ windowsOfA, windowsOfB }: ComparisonDocument): Html {
  const row = (name: string, of: typeof windowsOfA): Html =>
    html`<tr>
      <th scope="row">${name}</th>
      ${FATES.map((fate) => html`<td class="n">${formatCount(of[fate])}</td>`)}
    </tr>`;
  return html`<table>
    <thead>
      <tr>
        <th>windows</th>
        ${FATES.map((fate) => html`<th class="n">${fate}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${row('A', windowsOfA)}${row('B', windowsOfB)}
    </tbody>
  </table>`;
}

function pairsSection(
  { gained, lost, primary }: ComparisonDocument,
  unit: string,
  shown: readonly PairToShow[],
): Html | null {
  if (gained.length + lost.length === 0) return null;
  const list = (title: string, pairs: typeof gained): Html =>
    html`<div>
      <h3>${title}</h3>
      ${pairs.length === 0 ? html`<p>None.</p>` : pairsTable(pairs, unit)}
    </div>`;
  return html`<section id="windows">
    <h2>Where they differ most</h2>
    <p class="note">Single windows by ${primary}.</p>
    <div class="two">${list('B won most', gained)}${list('B lost most', lost)}</div>
    ${shown.map(pairCard)}
  </section>`;
}

function pairCard({ a, b }: PairToShow): Html {
  const side = (name: string, window: WindowToShow): Html =>
    html`<div>
      <h3>${name}</h3>
      ${birdsEye(window)}${errorPlot(window)}
    </div>`;
  return html`<article class="window">
    <header><strong>${b.driveId}</strong><code class="id">${b.windowId}</code></header>
    <div class="two">${side('A', a)}${side('B', b)}</div>
  </article> `;
}

function foot({ a, b, scoringId, method }: ComparisonDocument): Html {
  return html`<footer>
    <p>
      A is sweep <code>${a.id}</code>, B <code>${b.id}</code>, scoring <code>${scoringId}</code>.
      ${formatPercent(method.confidence)} percentile intervals of ${formatNumber(method.draws)}
      resamplings of drives; sign-flip test by drives, all flips up to ${method.exactDrives} drives,
      else ${formatNumber(method.flips)}; seed ${method.seed}; significance ${method.significance};
      nearer than ${method.tieWithin} is a tie.
    </p>
  </footer>`;
}
