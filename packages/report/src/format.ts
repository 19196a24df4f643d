/** Numbers as a person reads them. Independent of any locale, so that the same numbers are the same bytes. */

const MISSING = '\u2013';
const MINUS = '\u2212';

/** Three significant digits or two decimals, whichever is shorter to read; a dash for what is missing. */
export function formatNumber(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return MISSING;
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e6) return signed(value, formatCount(size));
  const decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : size >= 0.01 ? 3 : 4;
  return signed(value, size > 0 && size < 0.0001 ? size.toExponential(1) : size.toFixed(decimals));
}

/** A value with its unit; shares as percentages. */
export function formatValue(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined || Number.isNaN(value)) return MISSING;
  if (unit === 'fraction') return formatPercent(value);
  return unit === 'score' ? formatNumber(value) : `${formatNumber(value)} ${prettyUnit(unit)}`;
}

/** 0.1234 becomes 12.3 %. Only nothing is 0 % and only all is 100 %. */
export function formatPercent(share: number | null | undefined): string {
  if (share === null || share === undefined || Number.isNaN(share)) return MISSING;
  const percent = Math.abs(share * 100);
  const decimals = percent >= 99.95 && percent < 100 ? 2 : percent >= 0.1 || percent === 0 ? 1 : 2;
  return `${signed(share, percent.toFixed(decimals).replace(/\.0+$/, ''))} %`;
}

/** Thousands apart by a thin space. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** 12345678 us becomes 12.346 s. */
export function formatSeconds(us: number): string {
  return `${(us / 1e6).toFixed(3)} s`;
}

export function prettyUnit(unit: string): string {
  return unit.replace('^2', '\u00b2');
}

/** A round value on an axis, with as many decimals as it has. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  return signed(value, Number.isInteger(size) ? formatCount(size) : String(size));
}

/** `1 window`, `2 windows`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A coordinate of a plot: two decimals at most, no trailing zeros, no minus zero. */
export function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100 + 0);
}

function signed(value: number, size: string): string {
  return value < 0 ? `${MINUS}${size}` : size;
}
