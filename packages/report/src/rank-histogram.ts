import { coordinate, formatNumber, formatPercent } from './format.ts';
import type { HistogramCounts } from './histogram-counts.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { createScale } from './scale.ts';

const SIZE = { width: 340, height: 130, left: 8, right: 44, top: 12, bottom: 22 } as const;

/** Metrics whose values are ranks. */
export function isRank(id: string): boolean {
  return /^rank_\d+@[\d.]+s\[(lon|lat)\]$/.test(id);
}

/**
 * Where the recorded future lies among the samples (Hamill 2001): one bar per number of samples below it. Samples
 * that were drawn from the truth make all bars as high as the dashed line.
 */
export function rankPlot(id: string, histogram: HistogramCounts, samples: number): Html {
  const shares = rankShares(histogram, samples);
  const most = Math.max(...shares, 2 / shares.length);
  const x = createScale(0, shares.length, SIZE.left, SIZE.width - SIZE.right);
  const y = createScale(0, most, SIZE.height - SIZE.bottom, SIZE.top);
  const even = coordinate(y(1 / shares.length));
  const bars = shares.map(
    (share, rank) => html`
      <rect
        class="bar"
        x="${coordinate(x(rank) + 1)}"
        y="${coordinate(y(share))}"
        width="${coordinate(x(1) - x(0) - 2)}"
        height="${coordinate(y(0) - y(share))}"
        ><title>${rank} of ${samples} below: ${formatPercent(share)}</title></rect
      >
      <text class="middle" x="${coordinate(x(rank + 0.5))}" y="${SIZE.height - 6}">${rank}</text>
    `,
  );
  return html`<figure class="histogram">
    <figcaption><code>${id}</code></figcaption>
    <svg viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img" aria-label="Ranks of ${id}">
      ${bars}
      <line
        class="even"
        x1="${SIZE.left}"
        x2="${SIZE.width - SIZE.right}"
        y1="${even}"
        y2="${even}"
      />
      <text class="share" x="${SIZE.width - SIZE.right + 4}" y="${even}">
        ${formatNumber(100 / shares.length)} %
      </text>
    </svg>
  </figure>`;
}

/** Shares of windows by the number of samples below: `samples + 1` of them. Half ranks, of ties, count upwards. */
export function rankShares({ width, first, counts }: HistogramCounts, samples: number): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const shares = Array.from({ length: samples + 1 }, () => 0);
  counts.forEach((count, bin) => {
    // Bins are far narrower than a rank, so the middle of a bin lies nearest to the rank that fell into it.
    const rank = Math.round((first + bin + 0.5) * width * samples);
    const inside = Math.min(Math.max(rank, 0), samples);
    shares[inside] = (shares[inside] ?? 0) + count / total;
  });
  return shares;
}
