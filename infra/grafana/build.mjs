// Makes infra/grafana/dashboards/*.json from the definitions beside it.
//
//   node infra/grafana/build.mjs            writes them
//   node infra/grafana/build.mjs --check    says which of them are not what the definitions make
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { DASHBOARDS } from './definitions/index.mjs';

const WIDTH = 24;
const PROMETHEUS = { type: 'prometheus', uid: '${datasource}' };
const SCORES = { type: 'yesoreyeram-infinity-datasource', uid: '${scores_datasource}' };

/** Puts panels beside each other until a line is full. */
function placed(panels) {
  let [x, y, lineHeight] = [0, 0, 0];
  return panels.map((panel) => {
    const [w, h] = panel.type === 'row' ? [WIDTH, 1] : [panel.width, panel.height];
    if (x + w > WIDTH || panel.type === 'row') [x, y, lineHeight] = [0, y + lineHeight, 0];
    const gridPos = { x, y, w, h };
    [x, lineHeight] = [x + w, Math.max(lineHeight, h)];
    return { panel, gridPos };
  });
}

function targetOf(target, position) {
  const refId = String.fromCharCode(65 + position);
  if (target.kind === 'prometheus') {
    return { refId, datasource: PROMETHEUS, expr: target.expr, legendFormat: target.legend };
  }
  return {
    refId,
    datasource: SCORES,
    type: 'json',
    source: 'url',
    format: 'table',
    parser: 'backend',
    url: target.path,
    url_options: { method: 'GET', data: '' },
    root_selector: '',
    columns: target.columns.map(([selector, type]) => ({ selector, text: selector, type })),
  };
}

function panelOf({ panel, gridPos }) {
  if (panel.type === 'row') return { type: 'row', title: panel.title, gridPos, panels: [] };
  const [first] = panel.targets;
  const asTable = panel.type === 'table' && first.kind === 'prometheus';
  return {
    type: panel.type,
    title: panel.title,
    description: panel.description,
    gridPos,
    datasource: first.kind === 'prometheus' ? PROMETHEUS : SCORES,
    fieldConfig: { defaults: { unit: panel.unit }, overrides: [] },
    targets: panel.targets.map((target, position) => ({
      ...targetOf(target, position),
      ...(asTable ? { format: 'table', instant: true } : {}),
    })),
  };
}

function variableOf({ kind, name, label, query, value }) {
  if (kind === 'textbox') {
    const current = { text: value, value };
    return { type: 'textbox', name, label, query: value, current, options: [current] };
  }
  return {
    type: 'query',
    name,
    label,
    datasource: PROMETHEUS,
    query: { query, refId: name },
    definition: query,
    includeAll: true,
    multi: true,
    allValue: '.*',
    current: { text: ['All'], value: ['$__all'] },
    refresh: 2,
    sort: 1,
  };
}

const datasource = (name, label, type) => ({ type: 'datasource', name, label, query: type });

/** What Grafana reads. No ids: it gives them itself, and they would differ from one Grafana to the next. */
export function dashboardOf({ uid, title, variables, panels }) {
  return {
    uid,
    title,
    tags: ['drivesweep'],
    schemaVersion: 39,
    editable: false,
    refresh: '10s',
    time: { from: 'now-1h', to: 'now' },
    templating: {
      list: [
        datasource('datasource', 'Prometheus', 'prometheus'),
        datasource('scores_datasource', 'Scores', 'yesoreyeram-infinity-datasource'),
        ...variables.map(variableOf),
      ],
    },
    annotations: {
      list: [
        {
          name: 'Sweep begins or ends',
          datasource: PROMETHEUS,
          enable: true,
          iconColor: 'blue',
          expr: 'changes(drivesweep_sweeps{state=~"running|complete|partial"}[1m]) > 0',
          titleFormat: 'sweeps: {{state}}',
        },
      ],
    },
    panels: placed(panels).map(panelOf),
  };
}

const drifted = [];
for (const definition of DASHBOARDS) {
  const name = `${definition.uid.replace('drivesweep-', '')}.json`;
  const path = fileURLToPath(new URL(`dashboards/${name}`, import.meta.url));
  const style = { ...(await resolveConfig(path)), parser: 'json' };
  const text = await format(JSON.stringify(dashboardOf(definition)), style);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  if (process.argv.includes('--check')) drifted.push(name);
  else writeFileSync(path, text);
}
if (drifted.length > 0) {
  process.stderr.write(`${drifted.join(', ')}: run node infra/grafana/build.mjs\n`);
  process.exitCode = 1;
}
