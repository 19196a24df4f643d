import type { Horizon } from './horizons.ts';
import type { MetricCard, MetricInfo } from './metric.ts';

/** What a pattern leaves open. A pattern may have none of them, or one, or all. */
export interface PatternValues {
  /** K */
  readonly samples: number;
  /** H */
  readonly horizon?: Horizon;
  /** `_k_`, the number of samples that are picked out of K. */
  readonly picked?: number;
}

/** One column of a card: its pattern with K, H and k filled in. */
export function metricOf(
  card: MetricCard,
  { samples, horizon, picked }: PatternValues,
): MetricInfo {
  const { pattern, unit, better, tailAbove } = card;
  const worst = worstOf(card);
  let id = pattern.replace(/_K(?=@|\[|$)/, `_${samples}`);
  if (picked !== undefined) id = id.replace('_k_', `_${picked}_`);
  if (horizon !== undefined) id = id.replace('@H', `@${horizon.label}`);
  return {
    id,
    unit,
    pattern,
    better,
    ...(worst !== undefined && { worst }),
    ...(tailAbove !== undefined && { tailAbove }),
  };
}

function worstOf({ worst, unit, better }: MetricCard): number | undefined {
  if (worst !== undefined || better === 'neither') return worst;
  if (unit === 'fraction') return better === 'lower' ? 1 : 0;
  return unit === 'm' && better === 'higher' ? 0 : undefined;
}
