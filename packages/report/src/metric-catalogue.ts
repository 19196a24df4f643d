import type { Scorecard } from '@drivesweep/contracts';
import { createWindowScorer, METRIC_CARDS, METRIC_FAMILIES } from '@drivesweep/scoring';
import type { MetricCard } from '@drivesweep/scoring';

export type MetricGroup = 'motion' | 'intent';

export interface CataloguedMetric {
  readonly card: MetricCard;
  readonly group: MetricGroup;
  /** Of the card's definition in the page. */
  readonly anchor: string;
}

/** Finds the card of a metric by its id. Undefined for an id that this version does not know. */
export type MetricCatalogue = (id: string) => CataloguedMetric | undefined;

/** The family about what traces say; all others are about motion. */
const INTENT_FAMILY = 'intent';

/** The metrics that a sweep of these samples, steps and step width has. */
export function catalogueOf({
  samples,
  horizonSteps,
  stepUs,
}: Pick<Scorecard['sweep'], 'samples' | 'horizonSteps' | 'stepUs'>): MetricCatalogue {
  const intent = new Set(
    METRIC_FAMILIES.filter(({ name }) => name === INTENT_FAMILY).flatMap(({ cards }) => cards),
  );
  const { metrics } = createWindowScorer({ samples, horizonSteps, stepS: stepUs / 1e6 });
  const byPattern = new Map(METRIC_CARDS.map((card) => [card.pattern, card]));
  const patterns = new Map(metrics.map(({ id, pattern }) => [id, pattern]));
  return (id) => {
    const card = byPattern.get(patterns.get(id) ?? '');
    if (card === undefined) return undefined;
    const group = intent.has(card) ? 'intent' : 'motion';
    return { card, group, anchor: anchorOf(card.pattern) };
  };
}

/** Letters, digits and dashes; different patterns have different anchors because all else is spelled out. */
export function anchorOf(pattern: string): string {
  const spelled = pattern.replace(
    /[^A-Za-z0-9-]/g,
    (c) => `_${c.codePointAt(0)?.toString(16) ?? ''}`,
  );
  return `metric-${spelled}`;
}
