import { coordinate, formatTick } from './format.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import type { WindowToShow } from './report-data.ts';
import { sampleClass, sampleName } from './sample-style.ts';
import { createScale, ticksOf } from './scale.ts';

const SIZE = { width: 360, height: 144, left: 34, right: 10, top: 24, bottom: 22 } as const;

/** Distance of each sample to the recorded future over time, which a long and narrow plot from above hides. */
export function errorPlot({ samples, future, stepS }: WindowToShow): Html {
  const errors = samples.map((sample) =>
    Array.from(sample.x.subarray(0, future.x.length), (x, t) =>
      Math.hypot(x - (future.x[t] ?? 0), (sample.y[t] ?? 0) - (future.y[t] ?? 0)),
    ),
  );
  const lastS = Math.max(1, ...errors.map(({ length }) => length)) * stepS;
  const most = Math.max(0.5, ...errors.flat());
  const x = createScale(0, lastS, SIZE.left, SIZE.width - SIZE.right);
  const y = createScale(0, most, SIZE.height - SIZE.bottom, SIZE.top);
  const lines = errors.map((ofSample, k) => {
    const points = [0, ...ofSample].map(
      (error, t) => `${coordinate(x(t * stepS))},${coordinate(y(error))}`,
    );
    return html`<g class="sample ${sampleClass(k)}"
      ><polyline points="${points.join(' ')}"><title>${sampleName(k)}</title></polyline></g
    > `;
  });
  return html`<svg
    class="error-plot"
    viewBox="0 0 ${SIZE.width} ${SIZE.height}"
    role="img"
    aria-label="Distance to the recorded future over time"
  >
    ${ticksOf(0, most, 3).map((tick) => html`<g class="grid"><line x1="${SIZE.left}" x2="${SIZE.width - SIZE.right}" y1="${coordinate(y(tick))}" y2="${coordinate(y(tick))}" /><text class="end" x="${SIZE.left - 5}" y="${coordinate(y(tick) + 4)}">${formatTick(tick)}</text></g>`)}
    ${ticksOf(0, lastS, 6).map((tick) => html`<text class="middle" x="${coordinate(x(tick))}" y="${SIZE.height - 6}">${formatTick(tick)}${tick === 0 ? ' s' : ''}</text>`)}
    <text x="4" y="12">metres to the recorded future, by seconds after t0</text>
    ${lines}
  </svg>`;
}
