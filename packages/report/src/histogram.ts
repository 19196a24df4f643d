import type { MetricSummary } from '@drivesweep/contracts';
import {
  coordinate,
  formatCount,
  formatNumber,
  formatPercent,
  formatValue,
  formatTick,
} from './format.ts';
import type { HistogramCounts } from './histogram-counts.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { createScale, ticksOf } from './scale.ts';

const SIZE = { width: 340, height: 170, left: 8, right: 44, top: 12, bottom: 24 } as const;
const BARS = 36;
/** The tail beyond it is one bar of its own at the right edge, so that one odd window does not flatten the rest. */
const SHOWN_SHARE = 0.99;

interface Bar {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** One metric over all windows: bars, the cumulative share as a line, median and P95. */
export function histogramPlot(metric: MetricSummary, histogram: HistogramCounts): Html {
  const { bars, beyond, total } = barsOf(histogram);
  const [from, to] = [bars[0]?.from ?? 0, bars.at(-1)?.to ?? 1];
  const [left, right] = [SIZE.left, SIZE.width - SIZE.right];
  const x = createScale(from, to, left, beyond > 0 ? right - 14 : right);
  const most = Math.max(1, beyond, ...bars.map(({ count }) => count));
  const y = createScale(0, most, SIZE.height - SIZE.bottom, SIZE.top);
  const share = createScale(0, 1, SIZE.height - SIZE.bottom, SIZE.top);
  const marks = [
    ['median', metric.median],
    ['P95', metric.p95],
  ] as const;
  return html`<figure class="histogram">
    <figcaption>
      <code>${metric.id}</code> <span class="unit">${countOfWindows(total)}</span>
    </figcaption>
    <svg
      viewBox="0 0 ${SIZE.width} ${SIZE.height}"
      role="img"
      aria-label="Distribution of ${metric.id}"
    >
      ${bars.map((bar) => barRect(x(bar.from), x(bar.to), bar.count, y, `${formatNumber(bar.from)} to ${formatValue(bar.to, metric.unit)}`))}
      ${beyond > 0 ? barRect(right - 10, right, beyond, y, `above ${formatValue(to, metric.unit)}`, 'beyond') : null}
      <polyline
        class="ecdf"
        points="${cumulative(bars, total)
          .map(([value, part]) => `${coordinate(x(value))},${coordinate(share(part))}`)
          .join(' ')}"
      />
      ${[0, 0.5, 1].map((part) => html`<text class="share" x="${right + 4}" y="${coordinate(share(part) + 4)}">${formatPercent(part)}</text>`)}
      <line
        class="axis"
        x1="${left}"
        x2="${right}"
        y1="${SIZE.height - SIZE.bottom}"
        y2="${SIZE.height - SIZE.bottom}"
      />
      ${ticksOf(from, to, 5).map((tick) => html`<text class="middle" x="${coordinate(x(tick))}" y="${SIZE.height - 8}">${formatTick(tick)}</text>`)}
      ${beyond > 0 ? html`<text class="middle" x="${right - 5}" y="${SIZE.height - 8}">more</text>` : null}
      ${marks.map(([name, value]) => (value === null || value < from || value > to ? html`` : quantileMark(x(value), name, value)))}
    </svg>
  </figure>`;
}

/** At most `BARS` bars up to the bin that holds the 99 % quantile, and how many windows lie beyond them. */
export function barsOf({ width, first, counts }: HistogramCounts): {
  readonly bars: readonly Bar[];
  readonly beyond: number;
  readonly total: number;
} {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let shown = 0;
  let inside = 0;
  while (shown < counts.length && inside < SHOWN_SHARE * total) inside += counts[shown++] ?? 0;
  // A tail shorter than the rest is shown as it is: only a long one is worth a break in the axis.
  if (counts.length - shown < shown / 2) [shown, inside] = [counts.length, total];
  const merge = Math.max(1, Math.ceil(shown / BARS));
  const bars: Bar[] = [];
  for (let bin = 0; bin < shown; bin += merge) {
    const end = Math.min(bin + merge, shown);
    const count = counts.slice(bin, end).reduce((sum, one) => sum + one, 0);
    bars.push({ from: (first + bin) * width, to: (first + bin + merge) * width, count });
  }
  return { bars, beyond: total - inside, total };
}

function cumulative(bars: readonly Bar[], total: number): (readonly [number, number])[] {
  let sum = 0;
  const steps = bars.map(({ to, count }) => [to, (sum += count) / total] as const);
  return [[bars[0]?.from ?? 0, 0], ...steps];
}

function barRect(
  from: number,
  to: number,
  count: number,
  y: (count: number) => number,
  range: string,
  kind = '',
): Html {
  if (count === 0) return html``;
  // One window must be seen beside a thousand.
  const top = Math.min(y(count), y(0) - 1);
  return html`<rect
    class="bar ${kind}"
    x="${coordinate(from + 0.5)}"
    y="${coordinate(top)}"
    width="${coordinate(Math.max(0.8, to - from - 1))}"
    height="${coordinate(y(0) - top)}"
    ><title>${range}: ${countOfWindows(count)}</title></rect
  >`;
}

function quantileMark(x: number, name: string, value: number): Html {
  const at = coordinate(x);
  return html`<g class="quantile"
    ><line x1="${at}" x2="${at}" y1="${SIZE.top + 2}" y2="${SIZE.height - SIZE.bottom}" /><text
      class="middle"
      x="${at}"
      y="${SIZE.top - 1}"
      >${name} ${formatNumber(value)}</text
    ></g
  >`;
}

const countOfWindows = (count: number): string =>
  `${formatCount(count)} window${count === 1 ? '' : 's'}`;
