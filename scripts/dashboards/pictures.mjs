// Draws each dashboard as an SVG from the answers to its own queries: what Grafana would show, where there is no Grafana.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filledIn } from './expressions.mjs';

const FOLDER = fileURLToPath(new URL('../../infra/grafana/dashboards/', import.meta.url));
const [COLUMN, LINE, GAP, TITLE] = [52, 34, 8, 40];
const COLOURS = [
  '#1f77b4',
  '#d95f02',
  '#2a9d57',
  '#c0392b',
  '#7e57c2',
  '#8d6e63',
  '#0097a7',
  '#9e9d24',
];

const text = (value) =>
  String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const label = (x, y, size, value, more = '') =>
  `<text x="${x}" y="${y}" font-size="${size}" ${more}>${text(value)}</text>`;

/** A value in its unit, short. */
function shown(value, unit) {
  if (!Number.isFinite(value)) return 'no data';
  if (unit === 'percentunit') return `${(value * 100).toFixed(1)} %`;
  if (unit === 'bytes') return `${(value / 1e6).toFixed(1)} MB`;
  if (unit === 'dateTimeFromNow') return new Date(value).toISOString().slice(11, 19);
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 2 : 4;
  return `${Number(value.toFixed(digits))}${unit === 's' ? ' s' : unit === 'ops' ? '/s' : ''}`;
}

const named = (legend, metric) =>
  legend.replaceAll(/\{\{(\w+)\}\}/g, (_all, name) => metric[name] ?? '').trim() || 'value';

async function seriesOf(panel, prometheus, seconds) {
  const all = [];
  for (const { expr, legendFormat } of panel.targets) {
    for (const { metric, values } of await prometheus.range(filledIn(expr), seconds, 1)) {
      const points = values.map(([at, value]) => [at, Number(value)]);
      all.push({ name: named(legendFormat, metric), points });
    }
  }
  return all.filter(({ points }) => points.some(([, value]) => Number.isFinite(value)));
}

function drawLines(series, { w, h }, unit, seconds) {
  if (series.length === 0) return label(10, 50, 11, 'no data', 'fill="#999"');
  const values = series.flatMap(({ points }) => points.map(([, value]) => value));
  const finite = values.filter((value) => Number.isFinite(value));
  const [low, high] = [Math.min(0, ...finite), Math.max(...finite)];
  const end = Math.max(...series.flatMap(({ points }) => points.map(([at]) => at)));
  const legend = Math.min(series.length, 5) * 12;
  const [left, top, bottom] = [54, 32, h - 12 - legend];
  const x = (at) => left + ((at - (end - seconds)) / seconds) * (w - left - 8);
  const y = (value) => bottom - ((value - low) / (high - low || 1)) * (bottom - top);
  const axis = [low, (low + high) / 2, high].map(
    (value) =>
      `<line x1="${left}" x2="${w - 8}" y1="${y(value)}" y2="${y(value)}" stroke="#e4e4e4"/>` +
      label(left - 4, y(value) + 3, 9, shown(value, unit), 'text-anchor="end" fill="#777"'),
  );
  const drawn = series.map(({ points, name }, i) => {
    const colour = COLOURS[i % COLOURS.length];
    const path = points
      .filter(([, value]) => Number.isFinite(value))
      .map(([at, value]) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`)
      .join(' ');
    const words = i < 5 ? label(left, h - legend + 2 + i * 12, 9, name, `fill="${colour}"`) : '';
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="1.5"/>${words}`;
  });
  return [...axis, ...drawn].join('');
}

function drawTable(rows, { w, h }) {
  const columns = Object.keys(rows[0] ?? {});
  if (columns.length === 0) return label(10, 50, 11, 'no data', 'fill="#999"');
  const step = (w - 16) / columns.length;
  const fits = Math.floor((h - 48) / 14);
  const cell = (value, i, y, more) =>
    label(8 + i * step, y, 9, short(value, Math.floor(step / 5)), more);
  return [
    ...columns.map((name, i) => cell(name, i, 40, 'font-weight="bold"')),
    ...rows
      .slice(0, fits)
      .flatMap((row, r) => columns.map((name, i) => cell(row[name], i, 54 + r * 14, ''))),
  ].join('');
}

function short(value, letters) {
  const words =
    typeof value === 'number' ? String(Number(value.toPrecision(5))) : String(value ?? '');
  return words.length > letters ? `${words.slice(0, letters - 1)}…` : words;
}

async function drawPanel(panel, { prometheus, metricsUrl, seconds }) {
  const { x, y, w, h } = panel.gridPos;
  const size = { w: w * COLUMN - GAP, h: h * LINE - GAP };
  const at = `<g transform="translate(${x * COLUMN + GAP},${y * LINE + TITLE})">`;
  if (panel.type === 'row')
    return `${at}${label(0, 20, 14, panel.title, 'font-weight="bold"')}</g>`;
  const unit = panel.fieldConfig.defaults.unit;
  let body;
  if (panel.type === 'timeseries') {
    body = drawLines(await seriesOf(panel, prometheus, seconds), size, unit, seconds);
  } else if (panel.type === 'stat') {
    const [series] = await seriesOf(panel, prometheus, seconds);
    const last = series?.points.filter(([, value]) => Number.isFinite(value)).at(-1)?.[1];
    body = label(10, size.h - 36, 26, shown(last ?? NaN, unit));
  } else {
    const [{ expr, url, columns }] = panel.targets;
    const rows = expr
      ? (await prometheus.query(filledIn(expr))).map(({ metric }) => metric)
      : (await (await fetch(metricsUrl + url)).json()).map((row) =>
          Object.fromEntries(columns.map(({ selector }) => [selector, row[selector]])),
        );
    body = drawTable(rows, size);
  }
  const box = `<rect width="${size.w}" height="${size.h}" fill="#fff" stroke="#d0d0d0"/>`;
  return `${at}${box}${label(8, 18, 11, panel.title, 'font-weight="bold"')}${body}</g>`;
}

/** Writes `<dashboard>.svg` for each dashboard into a folder, of the last `seconds`. */
export async function drawDashboards({ prometheus, metricsUrl, folder, seconds = 120 }) {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.json'))) {
    const { title, panels } = JSON.parse(readFileSync(join(FOLDER, name), 'utf8'));
    const drawn = [];
    for (const panel of panels) {
      drawn.push(await drawPanel(panel, { prometheus, metricsUrl, seconds }));
    }
    const height = Math.max(...panels.map(({ gridPos: { y, h } }) => (y + h) * LINE)) + TITLE + GAP;
    const width = 24 * COLUMN + GAP;
    const svg =
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" fill="#222">` +
      `<rect width="100%" height="100%" fill="#f4f5f7"/>${label(GAP, 26, 18, title)}${drawn.join('')}</svg>\n`;
    writeFileSync(join(folder, name.replace('.json', '.svg')), svg);
  }
}
