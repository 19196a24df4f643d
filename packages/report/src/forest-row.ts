import type { ComparisonDocument } from '@drivesweep/contracts';
import { coordinate } from './format.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { createScale } from './scale.ts';
import type { Scale } from './scale.ts';

type Better = ComparisonDocument['metrics'][number]['better'];
type Paired = Pick<
  ComparisonDocument['metrics'][number],
  'difference' | 'meanA' | 'interval' | 'verdict'
>;

/** A difference as a share of A's mean, turned so that more is better for B. */
export interface Gain {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const SIZE = { width: 170, height: 22 } as const;
/** Differences from a mean near zero would flatten all others. */
const MOST_SHOWN = 1;

/** Null where there is no better side, no pair, or a mean of zero to be a share of. */
export function gainOf({ difference, meanA, interval }: Paired, better: Better): Gain | null {
  if (difference === null || meanA === null || meanA === 0 || better === 'neither') return null;
  const sign = better === 'lower' ? -1 : 1;
  const share = (value: number): number => (sign * value) / Math.abs(meanA);
  const ends = [share(interval?.low ?? difference), share(interval?.high ?? difference)];
  return { mean: share(difference), low: Math.min(...ends), high: Math.max(...ends) };
}

/** One scale for all rows, the same to both sides of no difference. */
export function gainScale(gains: readonly (Gain | null)[]): Scale {
  const ends = gains.flatMap((gain) => (gain ? [Math.abs(gain.low), Math.abs(gain.high)] : []));
  const most = Math.min(MOST_SHOWN, Math.max(0.01, ...ends) * 1.08);
  return createScale(-most, most, 0, SIZE.width);
}

/** Dot and interval of one comparison; what lies beyond the scale ends in an arrow at its edge. */
export function forestRow(gain: Gain | null, verdict: Paired['verdict'], x: Scale): Html {
  const { width, height } = SIZE;
  const middle = height / 2;
  const zero = html`<line
    class="zero"
    x1="${width / 2}"
    x2="${width / 2}"
    y1="0"
    y2="${height}"
  />`;
  if (gain === null) {
    return html`<svg class="forest" viewBox="0 0 ${width} ${height}" aria-hidden="true">
      ${zero}
    </svg>`;
  }
  const inside = (value: number): number => Math.min(Math.max(x(value), 5), width - 5);
  const beyond = Math.abs(gain.mean) > x.to;
  const at = inside(gain.mean);
  const tip = gain.mean > 0 ? at + 5 : at - 5;
  const mark = beyond
    ? html`<path
        d="M${coordinate(at)} ${middle - 5}V${middle + 5}L${coordinate(tip)} ${middle}Z"
      />`
    : html`<circle cx="${coordinate(at)}" cy="${middle}" r="4.5" />`;
  return html`<svg class="forest" viewBox="0 0 ${width} ${height}" aria-hidden="true">
    ${zero}
    <g class="${verdictClass(verdict)}">
      <line
        class="whisker"
        x1="${coordinate(inside(gain.low))}"
        x2="${coordinate(inside(gain.high))}"
        y1="${middle}"
        y2="${middle}"
      />
      ${mark}
    </g>
  </svg>`;
}

/** Better and worse have colours of their own, all else has none. */
export function verdictClass(verdict: Paired['verdict']): string {
  return verdict === 'better' || verdict === 'worse' ? `d-${verdict}` : 'd-none';
}
