import type { MetricUnit } from '../metric.ts';

/** Numbers as sentences of a comparison write them. */

/** Three decimals; a dash where there is nothing. */
export function figure(value: number | null): string {
  if (value === null) return '-';
  const text = value.toFixed(3);
  return text === '-0.000' ? '0.000' : text;
}

/** The same, always with its sign, but for a 0. */
export function signed(value: number | null): string {
  const text = figure(value);
  return value === null || text.startsWith('-') || text === '0.000' ? text : `+${text}`;
}

/** With the unit where there is one to say. */
export function figureWithUnit(value: number | null, unit: MetricUnit): string {
  return value === null || !isPhysical(unit) ? figure(value) : `${figure(value)} ${unit}`;
}

export function signedWithUnit(value: number | null, unit: MetricUnit): string {
  return value === null || !isPhysical(unit) ? signed(value) : `${signed(value)} ${unit}`;
}

/** 0.0213 -> `+2.1 %` */
export function percent(share: number): string {
  const text = (100 * share).toFixed(1);
  if (text === '-0.0' || text === '0.0') return '0.0 %';
  return `${share > 0 ? '+' : ''}${text} %`;
}

function isPhysical(unit: MetricUnit): boolean {
  return unit !== 'fraction' && unit !== 'score';
}
