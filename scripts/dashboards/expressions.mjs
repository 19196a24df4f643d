// Every expression of every panel, variable and rule, and the names of the metrics in it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** As Grafana would fill them in. */
const VARIABLES = { price: '2.5' };

/** PromQL with the variables of a dashboard filled in. */
export function filledIn(expr) {
  return expr.replaceAll(/\$(\w+)/g, (_all, name) => VARIABLES[name] ?? '.*');
}

/** `{where, expr}` of every query to Prometheus in the dashboards of a folder, and the paths asked of the JSON API. */
export function dashboardQueries(folder) {
  const queries = [];
  const paths = [];
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
    const dashboard = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    for (const panel of dashboard.panels) {
      for (const target of panel.targets ?? []) {
        const where = `${name}: ${panel.title}`;
        if (target.expr) queries.push({ where, expr: target.expr });
        else paths.push({ where, path: target.url, columns: target.columns });
      }
    }
    for (const variable of dashboard.templating.list.filter(({ type }) => type === 'query')) {
      const metric = /^label_values\((\w+),/.exec(variable.definition)?.[1];
      queries.push({ where: `${name}: $${variable.name}`, expr: metric });
    }
    for (const { name: title, expr } of dashboard.annotations.list) {
      queries.push({ where: `${name}: ${title}`, expr });
    }
  }
  return { queries, paths };
}

const NO_METRICS = new Set([
  ...[
    'sum',
    'max',
    'min',
    'avg',
    'count',
    'rate',
    'increase',
    'changes',
    'clamp_min',
    'histogram_quantile',
  ],
  ...['by', 'on', 'and', 'or', 'unless', 'ignoring', 'without', 'bool', 'offset'],
]);

/** Names of the metrics in an expression: words that are no function, keyword, label, string or duration. */
export function metricsIn(expr) {
  const bare = expr
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\{[^}]*\}/g, ' ')
    .replaceAll(/\[[^\]]*\]/g, ' ')
    .replaceAll(/\b(by|on|ignoring|without)\s*\([^)]*\)/g, ' ');
  const words = bare.match(/(?<![\w.])[a-zA-Z_:][\w:]*/g) ?? [];
  return [...new Set(words.filter((word) => !NO_METRICS.has(word)))];
}
