import type { IntentVerdict } from '@drivesweep/scoring';
import { birdsEye } from './birds-eye.ts';
import { errorPlot } from './error-plot.ts';
import { countOf, formatNumber, formatPercent, formatSeconds, formatValue } from './format.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import type { PictureToShow, SampleToShow, WindowToShow } from './report-data.ts';
import { sampleClass, sampleName } from './sample-style.ts';
import { markTrace, marksOf, words } from './trace-marks.ts';
import { countContradictions, isContradiction, verdictList } from './verdict-list.ts';

const KMH_PER_MPS = 3.6;
/** Values under the picture; the others are folded. */
const VALUES_SHOWN = 6;
const OFFSET_TOLD_US = 1000;

/** One window: plot from above, camera frame, values, and what each sample says with the verdicts about it. */
export function windowCard(window: WindowToShow, rank: number): Html {
  const { windowId, driveId, t0Us, v0Mps, verdicts } = window;
  const contradictions = countContradictions(verdicts);
  const speed = `${formatNumber(v0Mps)} m/s (${Math.round(v0Mps * KMH_PER_MPS)} km/h)`;
  return html`<article class="window">
    <header>
      <span class="rank">${rank}</span> <strong>${driveId}</strong> at
      ${t0Us === null ? 'an unknown time' : formatSeconds(t0Us)}
      <span class="chip">v0 ${speed}</span>
      ${factChips(window)}${contradictions > 0 ? html`<span class="chip bad">${countOf(contradictions, 'contradiction')}</span>` : null}<code
        class="id"
        >${windowId}</code
      >
    </header>
    <div class="columns">
      <div class="plots">${birdsEye(window)}${errorPlot(window)}</div>
      <div class="side">${pictureOf(window.picture)}${valuesOf(window)}</div>
    </div>
    ${samplesOf(window)}
  </article> `;
}

function factChips({ facts }: WindowToShow): Html[] {
  return Object.entries(facts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([fact, value]) => html`<span class="chip"><i>${words(fact)}</i> ${value}</span> `);
}

function pictureOf(picture: PictureToShow): Html {
  if (picture.kind === 'none') {
    return html`<p class="no-picture">No picture: ${picture.reason}</p>`;
  }
  const { base64, widthPx, heightPx, camera, offsetUs } = picture;
  const when =
    -offsetUs < OFFSET_TOLD_US ? 'at t0' : `${Math.round(-offsetUs / 1000)} ms before t0`;
  return html`<figure class="camera">
    <img
      src="data:image/jpeg;base64,${base64}"
      width="${widthPx}"
      height="${heightPx}"
      alt="camera frame ${when}"
    />
    <figcaption>${camera}, ${when}</figcaption>
  </figure>`;
}

function valuesOf({ values }: WindowToShow): Html {
  const row = ({ id, unit, value }: (typeof values)[number]): Html =>
    html`<tr>
      <th scope="row"><code>${id}</code></th>
      <td class="n">${formatValue(value, unit)}</td>
    </tr>`;
  const table = (shown: typeof values): Html =>
    html`<table class="values">
      <tbody>
        ${shown.map(row)}
      </tbody>
    </table>`;
  const more = values.slice(VALUES_SHOWN).filter(({ value }) => value !== null);
  return html`${table(values.slice(0, VALUES_SHOWN))}${
    more.length > 0
      ? html`<details>
          <summary>${more.length} more values</summary>
          ${table(more)}
        </details>`
      : null
  }`;
}

/** Samples that something is wrong with are open, and so is the first one; verdicts about all samples come last. */
function samplesOf({ samples, verdicts }: WindowToShow): Html | null {
  const together = verdicts.filter(({ sample }) => sample === null);
  if (samples.every(({ trace }) => trace === null) && verdicts.length === 0) {
    return html`<p class="note">This policy states no reasons.</p>`;
  }
  const shown = samples.map((sample, k) =>
    sampleRow(
      sample,
      k,
      verdicts.filter((verdict) => verdict.sample === k),
    ),
  );
  return html`<div class="samples">
    ${shown}${
      together.length > 0
        ? html`<div class="sample-row">
            <div class="said"><span class="swatch all">all</span> all samples together</div>
            ${verdictList(together)}
          </div>`
        : null
    }
  </div>`;
}

function sampleRow(sample: SampleToShow, k: number, verdicts: readonly IntentVerdict[]): Html {
  const { trace, parsed, probability } = sample;
  const said =
    trace === null
      ? html`<em class="none">no trace</em>`
      : trace.trim() === ''
        ? html`<em class="none">an empty trace</em>`
        : markTrace(trace, marksOf(parsed, verdicts));
  const likely =
    probability === null ? null : html` <span class="unit">p ${formatPercent(probability)}</span>`;
  const [wrong, other] = [
    verdicts.filter(isContradiction),
    verdicts.filter((v) => !isContradiction(v)),
  ];
  const rest =
    other.length === 0
      ? null
      : html`<details>
          <summary>${countOf(other.length, 'other verdict')}</summary>
          ${verdictList(other)}
        </details>`;
  return html`<div class="sample-row">
    <div class="said">
      <span class="swatch ${sampleClass(k)}" title="${sampleName(k)}">${k}</span> ${said}${likely}
    </div>
    ${verdictList(wrong)}${rest}
  </div> `;
}
