import { ERROR_CODES, isErrorCode } from '@drivesweep/contracts';
import type { Scorecard } from '@drivesweep/contracts';
import { coordinate, countOf, formatCount, formatPercent } from './format.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import type { ReportData } from './report-data.ts';

const FATES = [
  ['ok', 'answered'],
  ['error', 'failed'],
  ['skipped', 'skipped'],
  ['missing', 'missing'],
] as const;

/** What came of all windows that were expected, and why of those without an answer. */
export function reliabilitySection({ scorecard, notes }: ReportData): Html {
  const { errors, counts } = scorecard;
  const causes = Object.entries(errors).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const table =
    causes.length === 0
      ? html`<p>No window failed.</p>`
      : html`<table class="causes">
          <thead>
            <tr>
              <th>cause</th>
              <th class="n">windows</th>
              <th class="n">of expected</th>
              <th>meaning</th>
            </tr>
          </thead>
          <tbody>
            ${causes.map(
              ([code, count]) =>
                html`<tr>
                  <th scope="row"><code>${code}</code></th>
                  <td class="n">${formatCount(count)}</td>
                  <td class="n">${formatPercent(count / counts.expected)}</td>
                  <td>${isErrorCode(code) ? ERROR_CODES[code][1] : ''}</td>
                </tr>`,
            )}
          </tbody>
        </table>`;
  return html`<section id="reliability">
    <h2>Reliability</h2>
    ${table}${warningsOf(scorecard)} ${notes.map((note) => html`<p class="note">${note}</p>`)}
  </section>`;
}

/** One bar for all expected windows, and its legend with counts. */
export function fateBar(counts: Scorecard['counts']): Html {
  let from = 0;
  const total = Math.max(1, counts.expected);
  const parts = FATES.map(([fate]) => {
    const width = (counts[fate] / total) * 1000;
    const part = html`<rect
      class="f-${fate}"
      x="${coordinate(from)}"
      y="0"
      width="${coordinate(width)}"
      height="14"
    />`;
    from += width;
    return part;
  });
  const legend = FATES.map(
    ([fate, name]) =>
      html`<span class="fate"
        ><i class="f-${fate}"></i>${formatCount(counts[fate])} ${name}
        <small>${formatPercent(counts[fate] / total)}</small></span
      > `,
  );
  return html`<svg
      class="fates"
      viewBox="0 0 1000 14"
      preserveAspectRatio="none"
      role="img"
      aria-label="Windows by outcome"
    >
      ${parts}
    </svg>
    <p class="legend">${countOf(counts.expected, 'window')} expected: ${legend}</p>`;
}

function warningsOf({ sweep, metrics, statistics }: Scorecard): Html[] {
  const few = metrics.filter(({ slice, warnings }) => slice !== 'all' && warnings.length > 0);
  const slices = new Set(few.map(({ slice }) => slice)).size;
  return [
    ...(sweep.outcome === 'partial'
      ? [
          html`<p class="warning">
            <strong>Partial sweep.</strong> Windows of shards without an answer are missing; the
            worst case above bounds what they could change.
          </p>`,
        ]
      : []),
    ...(slices > 0
      ? [
          html`<p class="note">
            ${countOf(slices, 'slice')} with fewer than ${statistics.minimumWindows} windows or
            ${statistics.minimumDrives} drives: hollow dots above.
          </p>`,
        ]
      : []),
  ];
}
