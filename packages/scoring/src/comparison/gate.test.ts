import { describe, expect, it } from 'vitest';
import type { MetricComparison } from './comparison.ts';
import { decideGate, gateCandidates, marginFits, parseGate } from './gate.ts';
import type { Gate } from './gate.ts';
import { ADE, APD, COMFORT } from './test-pairs.ts';

function gate(text: string): Gate {
  const parsed = parseGate(text);
  if (parsed === null) throw new Error(`${text} is no gate`);
  return parsed;
}

/** A was 2.0 on average. */
function compared(changes: Partial<MetricComparison> = {}): MetricComparison {
  return {
    ...ADE,
    windows: 60,
    drives: 30,
    meanA: 2,
    meanB: 2.1,
    difference: 0.1,
    relative: 0.05,
    interval: { low: 0.02, high: 0.18 },
    p: 0.01,
    pHolm: 0.01,
    winsOfB: null,
    verdict: 'worse',
    warnings: [],
    leftOut: [],
    quantiles: null,
    ...changes,
  };
}

const outcome = (text: string, changes: Partial<MetricComparison> = {}) =>
  decideGate(gate(text), compared(changes)).outcome;

describe('a gate is read', () => {
  it.each([
    ['min_ade_6@6.4s[full] worse by 2%', { kind: 'relative', share: 0.02 }],
    ['min_ade_6@6.4s[full]  worse  by 2.5 % ', { kind: 'relative', share: 0.025 }],
    ['min_ade_6@6.4s[full] worse by .1 m', { kind: 'absolute', amount: 0.1, unit: 'm' }],
    ['min_ade_6@6.4s[full] worse by 1m/s^2', { kind: 'absolute', amount: 1, unit: 'm/s^2' }],
    ['min_ade_6@6.4s[full] worse', { kind: 'none' }],
  ])('from %s', (text, margin) => {
    expect(parseGate(text)).toEqual({ text, metric: 'min_ade_6@6.4s[full]', margin });
  });

  it.each([
    'min_ade',
    'worse by 2%',
    'min_ade better by 2%',
    'min_ade worse 2%',
    'min_ade worse by 2',
    'min_ade worse by %',
    'min_ade worse by -2%',
    'min_ade worse by 1e3%',
    'min_ade worse by 2% or so',
    '',
  ])('not from %j', (text) => {
    expect(parseGate(text)).toBeNull();
  });

  it('means the metric that it names in full, or all that start so', () => {
    const ids = ['ade_first@3.0s', 'ade_first@6.4s', 'miss@2', 'miss@2m'];
    expect(gateCandidates(gate('ade_first worse'), ids)).toEqual(ids.slice(0, 2));
    expect(gateCandidates(gate('miss@2 worse'), ids)).toEqual(['miss@2']);
    expect(gateCandidates(gate('fde worse'), ids)).toEqual([]);
  });

  it('fits a metric of its unit', () => {
    expect(marginFits(gate('x worse by 1 m'), 'm')).toBe(true);
    expect(marginFits(gate('x worse by 1 m'), 'fraction')).toBe(false);
    expect(marginFits(gate('x worse by 1%'), 'fraction')).toBe(true);
  });
});

describe('a gate fails', () => {
  it('when B is shown to be worse by more than the margin', () => {
    expect(outcome('ade worse')).toBe('failed');
    expect(outcome('ade worse by 4.9%')).toBe('failed');
    expect(outcome('ade worse by 5%')).toBe('passed');
    expect(outcome('ade worse by 0.09 m')).toBe('failed');
    expect(outcome('ade worse by 0.1 m')).toBe('passed');
  });

  it('not when the interval holds 0, however far the means are apart', () => {
    expect(outcome('ade worse', { interval: { low: -0.01, high: 0.21 } })).toBe('passed');
    expect(outcome('ade worse', { interval: { low: 0, high: 0.21 } })).toBe('passed');
  });

  it('not when B is better', () => {
    const better = { meanB: 1.9, difference: -0.1, interval: { low: -0.18, high: -0.02 } };
    expect(outcome('ade worse', better)).toBe('passed');
    expect(outcome('comfortable worse', { ...COMFORT, ...better })).toBe('failed');
    expect(outcome('comfortable worse', { ...COMFORT })).toBe('passed');
  });

  it('when A was 0: any part of nothing is nothing', () => {
    const fromZero = { meanA: 0, meanB: 0.1, relative: null };
    expect(outcome('ade worse by 50%', fromZero)).toBe('failed');
  });

  it('when there is nothing to decide by: it does not pass in silence', () => {
    const nothing = { windows: 0, drives: 0, meanA: null, difference: null, interval: null };
    expect(outcome('ade worse', nothing)).toBe('undecidable');
    expect(outcome('ade worse', { drives: 1, interval: null })).toBe('undecidable');
    expect(outcome('apd worse', APD)).toBe('undecidable');
  });

  it('with its figures', () => {
    expect(decideGate(gate('ade worse by 2%'), compared()).words).toBe(
      'ade_first@6.4s 2.100 m against 2.000 m, difference +0.100 m (+5.0 %) [+0.020, +0.180], allowed 2 % = 0.040 m',
    );
  });
});
