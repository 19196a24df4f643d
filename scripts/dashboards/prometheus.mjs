// A real Prometheus for checks: Debian's package, put under .tools/ without root, started over given targets.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, URLSearchParams } from 'node:url';
import { freePort } from '../bench/api.mjs';

const FOLDER = fileURLToPath(new URL('../../.tools/prometheus/', import.meta.url));
const READY_MS = 30_000;

/** The path of `prometheus` or `promtool`, downloaded when neither PATH nor .tools/ has it. */
export function toolPath(name) {
  const found = spawnSync('which', [name], { encoding: 'utf8' }).stdout?.trim();
  if (found) return found;
  const path = join(FOLDER, 'usr/bin', name);
  if (!existsSync(path)) install();
  if (!existsSync(path)) throw new Error(`there is no ${name}: apt-get install prometheus`);
  return path;
}

function install() {
  mkdirSync(FOLDER, { recursive: true });
  const run = (command, args) => spawnSync(command, args, { cwd: FOLDER, stdio: 'ignore' });
  if (run('apt-get', ['download', 'prometheus']).status !== 0) {
    run('apt-get', ['update']);
    run('apt-get', ['download', 'prometheus']);
  }
  for (const deb of readdirSync(FOLDER).filter((name) => name.endsWith('.deb'))) {
    run('dpkg', ['-x', deb, '.']);
  }
}

/**
 * Starts it with our rules.
 * @param targets `{job, target}`: the job's name and host:port
 */
export async function startPrometheus({ rules, targets, scrapeEveryS = 1 }) {
  const folder = mkdtempSync(join(tmpdir(), 'drivesweep-prometheus-'));
  const port = await freePort();
  const scrapes = targets.map(({ job, target }) => ({
    job_name: job,
    static_configs: [{ targets: [target] }],
  }));
  const config = {
    global: { scrape_interval: `${scrapeEveryS}s`, evaluation_interval: `${scrapeEveryS}s` },
    rule_files: [rules],
    scrape_configs: mergeJobs(scrapes),
  };
  // YAML holds JSON.
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const child = spawn(
    toolPath('prometheus'),
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let told = '';
  child.stderr.on('data', (chunk) => (told += chunk));
  const url = `http://127.0.0.1:${port}`;
  const call = async (path) => {
    const answer = await fetch(url + path);
    const body = await answer.json();
    if (body.status !== 'success') throw new Error(body.error);
    return body.data;
  };
  for (let waited = 0; ; waited += 100) {
    if (child.exitCode !== null || waited > READY_MS) throw new Error(`prometheus: ${told}`);
    const ready = await fetch(`${url}/-/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) break;
    await sleep(100);
  }
  return {
    url,
    /** An instant query: its series; throws with Prometheus' words when the expression does not parse. */
    query: async (expr) => (await call(`/api/v1/query?query=${encodeURIComponent(expr)}`)).result,
    /** Series over the last seconds, as `[{metric, values}]`. */
    async range(expr, seconds, stepS) {
      const end = Date.now() / 1000;
      const asked = { query: expr, start: end - seconds, end, step: stepS };
      return (await call(`/api/v1/query_range?${new URLSearchParams(asked)}`)).result;
    },
    /** Names of all metrics that were scraped. */
    names: () => call('/api/v1/label/__name__/values'),
    /** Every rule, with its health and last error. */
    rules: async () => (await call('/api/v1/rules')).groups.flatMap((group) => group.rules),
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Targets of the same job stand in one entry. */
function mergeJobs(scrapes) {
  const byJob = new Map();
  for (const { job_name, static_configs } of scrapes) {
    byJob.set(job_name, [...(byJob.get(job_name) ?? []), ...static_configs]);
  }
  return [...byJob].map(([job_name, static_configs]) => ({ job_name, static_configs }));
}
