// node scripts/check-dashboards.mjs [--pictures <folder>]
//
// Starts the real services and a real Prometheus with our rules, runs a sweep with errors in it, and asks every
// expression of every panel and rule while it runs and after its seal: it must parse, name metrics that somebody exports,
// and, where the services export them, have had data at some time. Exits with 1 and says what is wrong.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { dashboardQueries, filledIn, metricsIn } from './dashboards/expressions.mjs';
import { EXTERNAL_METRICS } from './dashboards/external-metrics.mjs';
import { drawDashboards } from './dashboards/pictures.mjs';
import { startPrometheus, toolPath } from './dashboards/prometheus.mjs';
import { startCluster } from './storm/cluster.mjs';
import { sweepOf, writeDrives } from './storm/dataset.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const RULES = join(ROOT, 'infra/prometheus/rules.yml');
const DASHBOARDS = join(ROOT, 'infra/grafana/dashboards');
/** Enough that the sweeps last for many scrapes, also on a quick machine. */
const SHARDS = 300;
const WORKERS = 2;
/** Expressions over what must not happen: nothing is there while nothing is wrong. */
const QUIET = /sweep_eta_seconds|shard_failures|> 0\)|changes\(/;

const { values } = parseArgs({ options: { pictures: { type: 'string' } } });
const say = (text) => process.stderr.write(`${text}\n`);
const problems = [];

function promtool(...args) {
  const { status, stdout, stderr } = spawnSync(toolPath('promtool'), args, { encoding: 'utf8' });
  if (status === 0) say(`promtool ${args.slice(0, 2).join(' ')}: ok`);
  else problems.push(`promtool ${args.join(' ')}:\n${stdout}${stderr}`);
}

/** Where each service answers /metrics, from what `drivesweep up` told. */
function targetsOf(told) {
  return [...told.matchAll(/^([a-z-]+)(?:-\d+)?: http:\/\/([\d.:]+)\/metrics$/gm)].map(
    ([, name, target]) => ({ job: `drivesweep-${name.replace(/-\d+$/, '')}`, target }),
  );
}

/** Names of all series that a service can have, also of counters with labels that nothing has been counted in yet. */
async function namesOf(target) {
  const body = await (await fetch(`http://${target}/metrics`)).text();
  return [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name, type]) =>
    type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name],
  );
}

promtool('check', 'rules', RULES);
promtool('test', 'rules', RULES.replace('.yml', '.test.yml'));

const folder = mkdtempSync(join(tmpdir(), 'drivesweep-dashboards-'));
const drives = join(folder, 'drives');
writeDrives(drives, SHARDS);
mkdirSync(join(folder, 'store'));
const cluster = await startCluster({ store: join(folder, 'store'), workers: WORKERS, env: {} });
let prometheus;
try {
  // Another seed is another sweep of the same question: the one to hold the second against.
  const first = await cluster.submit({ ...sweepOf(drives, 'before'), seed: 8 });
  let targets = [];
  // The API answers a little before the rest of the cluster has told where it is.
  while ((targets = targetsOf(cluster.told())).length < WORKERS + 2) await sleep(200);
  prometheus = await startPrometheus({ rules: RULES, targets });
  const { queries, paths } = dashboardQueries(DASHBOARDS);
  const rules = await prometheus.rules();
  const all = [
    ...queries.map(({ where, expr }) => ({ where, expr: filledIn(expr) })),
    ...rules.map(({ name, query }) => ({ where: `rule ${name}`, expr: query, rule: true })),
  ].map((one) => ({ ...one, had: false }));
  const look = async () => {
    for (const one of all.filter(({ had, broken }) => !had && !broken)) {
      try {
        one.had = (await prometheus.query(one.expr)).length > 0;
      } catch (thrown) {
        one.broken = thrown.message;
      }
    }
  };
  const until = async (sweepId) => {
    for (let waited = 0; waited < 600; waited += 1) {
      await look();
      const status = await cluster.status(sweepId);
      if (status?.state === 'complete' || status?.state === 'partial') return;
      await sleep(500);
    }
    throw new Error('the sweep has not ended after five minutes');
  };
  await until(first);
  // Some t0 lie before the first whole history: windows with an error code.
  const file = sweepOf(drives, 'now');
  await until(
    await cluster.submit({ ...file, windows: { at_us: [0, 100_000, ...file.windows.at_us] } }),
  );
  const metricsUrl = `http://${targets.find(({ job }) => job === 'drivesweep-metrics').target}`;
  await fetch(`${metricsUrl}/v1/scores/compared`);
  await sleep(3_000);
  await look();

  const names = new Set(await prometheus.names());
  for (const { target } of targets) for (const name of await namesOf(target)) names.add(name);
  const recorded = new Set(
    rules.filter(({ type }) => type === 'recording').map(({ name }) => name),
  );
  for (const { where, expr, had, broken, rule } of all) {
    if (broken) problems.push(`${where}: ${broken}`);
    const used = metricsIn(expr);
    const unknown = used.filter(
      (name) => !names.has(name) && !EXTERNAL_METRICS.has(name) && !recorded.has(name),
    );
    if (unknown.length > 0) problems.push(`${where}: nobody exports ${unknown.join(', ')}`);
    const ours = used.every((name) => names.has(name));
    if (!rule && ours && !had && !QUIET.test(expr)) problems.push(`${where}: no data for ${expr}`);
  }
  for (const { name, health, lastError } of await prometheus.rules()) {
    if (health === 'err') problems.push(`rule ${name}: ${lastError}`);
  }
  for (const { where, path, columns } of paths) {
    const rows = await (await fetch(metricsUrl + path)).json();
    if (!Array.isArray(rows)) problems.push(`${where}: ${JSON.stringify(rows)}`);
    else if (path.includes('compared') ? false : rows.length === 0)
      problems.push(`${where}: no rows`);
    const missing = columns
      .map(({ selector }) => selector)
      .filter((name) => rows[0] && !(name in rows[0]));
    if (missing.length > 0) problems.push(`${where}: no column ${missing.join(', ')}`);
  }
  const had = all.filter((one) => one.had).length;
  const outside = all.filter(({ expr }) =>
    metricsIn(expr).some((name) => EXTERNAL_METRICS.has(name)),
  );
  say(
    `${queries.length} expressions of panels and ${rules.length} rules: ${had} had data, ${outside.length} are about exporters of others; ` +
      `${paths.length} tables; ${names.size} metrics scraped`,
  );
  if (values.pictures) await drawDashboards({ prometheus, metricsUrl, folder: values.pictures });
} finally {
  await prometheus?.stop();
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
}
for (const problem of problems) say(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
