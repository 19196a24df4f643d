import { describe, expect, it } from 'vitest';
import { METRIC_CARDS } from '@drivesweep/scoring';
import { anchorOf, catalogueOf } from './metric-catalogue.ts';

const catalogue = catalogueOf({ samples: 6, horizonSteps: 64, stepUs: 100_000 });

describe('the catalogue of metrics', () => {
  it('finds the card of an id', () => {
    expect(catalogue('min_ade_6@6.4s[full]')?.card.pattern).toBe('min_ade_K@H[full]');
    expect(catalogue('no_such_metric')).toBeUndefined();
  });

  it('puts what is about paths under motion', () => {
    expect(catalogue('ade_first@6.4s')?.group).toBe('motion');
  });

  it('puts what is about traces under intent', () => {
    expect(catalogue('trace_contradicted_6')?.group).toBe('intent');
  });

  it('gives every card an anchor of its own that needs no escape', () => {
    const anchors = METRIC_CARDS.map(({ pattern }) => anchorOf(pattern));
    expect(new Set(anchors).size).toBe(anchors.length);
    for (const anchor of anchors) expect(anchor).toMatch(/^[A-Za-z0-9_-]+$/);
  });
});
