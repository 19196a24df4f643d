import { describe, expect, it } from 'vitest';
import type { ScoreRow } from '@drivesweep/contracts';
import type { MetricInfo } from '@drivesweep/scoring';
import { createHighlights, WORST_SHOWN } from './report-highlights.ts';

const metric = (id: string, pattern: string, better: MetricInfo['better']): MetricInfo => ({
  id,
  pattern,
  unit: 'm',
  better,
});
const METRICS = [
  metric('fde_first@1.0s', 'fde_first@H', 'lower'),
  metric('ade_first@1.0s', 'ade_first@H', 'lower'),
  metric('trace_contradicted_1', 'trace_contradicted_K', 'lower'),
  metric('chain_break_1', 'chain_break_K', 'lower'),
];
const part = { key: 'part', sha256: 'ab'.repeat(32), bytes: 1 };

/** FDE, ADE, contradicted, broken. */
function row(windowId: string, values: readonly (number | null)[]): ScoreRow {
  const identity = { windowId, driveId: 'drive', t0Us: 0, facts: {} };
  return { ...identity, status: 'ok', code: null, values };
}

const ids = (places: readonly { readonly windowId: string }[]) =>
  places.map(({ windowId }) => windowId);

describe('the highlights of a sweep', () => {
  it('are worst by the first headline metric, not by the first column', () => {
    const highlights = createHighlights(METRICS);
    highlights.see(part, [row('a', [9, 1, 0, 0]), row('b', [1, 5, 0, 0]), row('c', [1, 3, 0, 0])]);
    expect(ids(highlights.worst())).toEqual(['b', 'c', 'a']);
  });

  it('are as many as are shown, however many windows there are', () => {
    const highlights = createHighlights(METRICS);
    for (let i = 0; i < 100; i++) highlights.see(part, [row(`w${i}`, [0, i, 0, 0])]);
    expect(highlights.worst()).toHaveLength(WORST_SHOWN);
    expect(highlights.worst()[0]?.windowId).toBe('w99');
  });

  it('leave out windows without a value, and those that failed', () => {
    const highlights = createHighlights(METRICS);
    const failed = { ...row('failed', []), status: 'error', code: 'EGOMOTION_GAP' } as const;
    highlights.see(part, [row('none', [null, null, null, null]), failed]);
    expect(highlights.worst()).toEqual([]);
    expect(highlights.histograms()).toEqual({});
  });

  it('have the windows whose traces do not hold, and no others', () => {
    const highlights = createHighlights(METRICS);
    const rows = [row('fine', [0, 0, 0, 0]), row('one', [0, 0, 1, 0]), row('both', [0, 0, 1, 1])];
    highlights.see(part, rows);
    expect(ids(highlights.contradictions())).toEqual(['both', 'one']);
  });

  it('count every value of the headline once', () => {
    const highlights = createHighlights(METRICS);
    highlights.see(part, [row('a', [0, 1, 0, 0]), row('b', [0, 1.5, 0, 0])]);
    const counts = highlights.histograms()['ade_first@1.0s']?.counts ?? [];
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2);
  });
});
