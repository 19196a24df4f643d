import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scorecardSchema } from '@drivesweep/contracts';

/** These tests run the built CLI and the real services, Redis included, over one recorded drive. */
const cli = fileURLToPath(new URL('../bin/drivesweep.js', import.meta.url));
const comma = fileURLToPath(new URL('../../../../shared/data/comma2k19', import.meta.url));
const noDrive = !existsSync(comma);
if (noDrive) process.stderr.write(`skipped: there is no recorded drive at ${comma}\n`);

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drivesweep-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface SweepFields {
  readonly name?: string;
  readonly policy?: string;
  readonly windows?: string;
  readonly more?: string;
}

function sweepFile(fields: SweepFields = {}): string {
  const {
    name = 'comma-constant-velocity',
    policy = 'kinematic:constant-velocity',
    windows = '{every_s: 0.1}',
    more = '',
  } = fields;
  const path = join(folder, `${name}.yaml`);
  writeFileSync(
    path,
    `name: ${name}\npolicy: ${policy}\ndataset: {layout: comma2k19, uri: ${comma}}\n` +
      `windows: ${windows}\nsamples: 1\nseed: 7\n${more}`,
  );
  return path;
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ended, stderr: () => stderr };
}

const run = (...args: string[]) => start(args).ended;

function scorecardOf({ stdout }: Ended) {
  return scorecardSchema.parse(JSON.parse(stdout));
}

interface ProcessLine {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function processes(): ProcessLine[] {
  const text = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [pid = '', parent = '', ...command] = line.trim().split(/\s+/);
      return { pid: Number(pid), parent: Number(parent), command: command.join(' ') };
    })
    .filter(({ command }) => !command.includes('<defunct>'));
}

/** Every process below this one. */
function below(root: number): ProcessLine[] {
  const all = processes();
  const children = (pid: number): ProcessLine[] =>
    all.filter(({ parent }) => parent === pid).flatMap((one) => [one, ...children(one.pid)]);
  return children(root);
}

async function until<T>(what: string, look: () => T | undefined, limitMs = 60_000): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await sleep(20);
  }
}

/** Texts of the commits of predictions in a store, by shard. */
function commitsIn(store: string): Map<string, string> {
  const sweeps = join(store, 'sweeps');
  const folders = existsSync(sweeps) ? readdirSync(sweeps) : [];
  return new Map(
    folders
      .map((id) => join(sweeps, id, 'commits', 'predictions'))
      .filter((commits) => existsSync(commits))
      .flatMap((commits) =>
        readdirSync(commits)
          // Beside the commits lie, for a moment, files that are being written.
          .filter((name) => /^[0-9a-f]{16}\.json$/.test(name))
          .map((name) => [name, readFileSync(join(commits, name), 'utf8')]),
      ),
  );
}

const some = (store: string, commits: number) =>
  until(`${commits} commits`, () => (commitsIn(store).size >= commits ? true : undefined));

/** 82 shards: long enough for something to die meanwhile. From 1.5 s to 53.549 s, every 5 ms. */
const LONG = '{every_s: 0.005}';
const LONG_WINDOWS = 10_410;

describe.skipIf(noDrive)('drivesweep run', () => {
  it('evaluates a recorded drive with both kinematic policies, every window of it', async () => {
    const files = [
      sweepFile(),
      sweepFile({ name: 'comma-turn', policy: 'kinematic:constant-turn-rate' }),
    ];
    const ended = await run('run', ...files, '--store', 'store');
    expect(ended.stderr).toContain('comma-turn: ');
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain('comma-constant-velocity');
    expect(ended.stdout).toMatch(/windows expected +521 +521/);
    expect(ended.stdout).toMatch(/outcome +complete +complete/);
    expect(existsSync(join(folder, 'store', 'logs'))).toBe(false);

    const report = await run('report', 'comma-turn', '--store', 'store', '--json');
    const card = scorecardOf(report);
    expect(card.counts).toEqual({ expected: 521, ok: 521, error: 0, skipped: 0, missing: 0 });
    const stored = join(
      folder,
      'store',
      'sweeps',
      card.sweep.id,
      'scorecards',
      `${card.scoringId}.json`,
    );
    const before = readFileSync(stored, 'utf8');
    const again = await run('score', 'comma-turn', '--store', 'store', '--json');
    expect(again.code).toBe(0);
    expect(again.stdout).toBe(report.stdout);
    expect(readFileSync(stored, 'utf8')).toBe(before);
    const ambiguous = await run('report', 'sw-', '--store', 'store');
    expect(ambiguous.code).toBe(2);
    expect(ambiguous.stderr).toContain('sw- means 2 sweeps');
  });

  it('prints one JSON document and nothing else, and the second time costs nothing', async () => {
    const first = await run('run', sweepFile(), '--store', 'store', '--json');
    expect(first.code).toBe(0);
    expect(scorecardOf(first).counts.ok).toBe(521);
    const commits = commitsIn(join(folder, 'store'));
    const second = await run('run', sweepFile(), '--store', 'store', '--json');
    expect(second.stdout).toBe(first.stdout);
    expect(commitsIn(join(folder, 'store'))).toEqual(commits);
  });

  it('gives the same scorecard with one worker and with three', async () => {
    const one = await run('run', sweepFile(), '--store', 'one', '--json');
    const three = await run('run', sweepFile(), '--store', 'three', '--json', '--workers', '3');
    expect(three.stdout).toBe(one.stdout);
    expect(three.code).toBe(0);
  });

  it('seals as partial when the error budget is spent, and says so by exit code 3', async () => {
    // The first of 17 shards is before the drive's first whole history; the budget stops the rest.
    const outside = Array.from({ length: 128 }, (_, n) => n);
    const inside = Array.from({ length: 2000 }, (_, n) => 5_000_000 + n * 1000);
    const path = sweepFile({
      name: 'outside',
      windows: `{at_us: [${[...outside, ...inside].join()}]}`,
      more: 'error_budget: {count: 0}\n',
    });
    const ended = await run('run', path, '--store', 'store', '--json');
    expect(ended.code).toBe(3);
    const card = scorecardOf(ended);
    expect(card).toMatchObject({
      sweep: { outcome: 'partial' },
      errors: { WINDOW_OUTSIDE_DRIVE: 128 },
    });
    expect(card.counts.missing).toBeGreaterThan(0);
    expect(card.counts.ok + card.counts.error + card.counts.missing).toBe(2128);
    expect(ended.stderr).toContain('ERROR_BUDGET_SPENT');
  });

  it('starts nothing when the sweep file has a mistake', async () => {
    const ended = await run('run', sweepFile({ windows: '{every_s: often}' }), '--store', 'store');
    expect(ended.code).toBe(2);
    expect(ended.stdout).toBe('');
    expect(ended.stderr).toContain(':4:11: windows.every_s: expected seconds');
    expect(existsSync(join(folder, 'store'))).toBe(false);
  });

  it('says how to install what is missing', async () => {
    const args = ['run', sweepFile(), '--store', 'store'];
    const ended = await start(args, { DRIVESWEEP_REDIS_SERVER: '/nowhere/redis-server' }).ended;
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/error\[TOOL_MISSING\].*\nhint: install it with: /);
  });
});

describe.skipIf(noDrive)('whatever dies, the sweep ends complete', () => {
  it.each([
    ['the worker', 'gpu-worker/dist/main.js'],
    ['the engine', 'gpu-worker/dist/engine'],
    ['the coordinator', 'coordinator/dist/main.js'],
    ['the metrics service', 'metrics/dist/main.js'],
    ['redis-server', 'redis-server 127.0.0.1'],
    ['the guard of redis-server', 'redis-guard.js'],
  ])('%s', async (_what, command) => {
    const args = ['run', sweepFile({ windows: LONG }), '--store', 'store', '--json'];
    const { child, ended } = start([...args, '--workers', '2']);
    const store = join(folder, 'store');
    await some(store, 5);
    const victim = below(child.pid ?? 0).find((one) => one.command.includes(command));
    expect(victim).toBeDefined();
    const before = commitsIn(store);
    process.kill(victim?.pid ?? 0, 'SIGKILL');
    const result = await ended;
    const after = commitsIn(store);
    expect(result.code, result.stderr).toBe(0);
    expect(scorecardOf(result).counts).toMatchObject({ expected: LONG_WINDOWS, ok: LONG_WINDOWS });
    // Nothing that was committed was computed again.
    for (const [shard, commit] of before) expect(after.get(shard)).toBe(commit);
  });
});

describe.skipIf(noDrive)('stopping', () => {
  it('with Ctrl-C keeps what is done, and the same command goes on', async () => {
    const args = ['run', sweepFile({ windows: LONG }), '--store', 'store', '--json'];
    const first = start(args);
    const store = join(folder, 'store');
    await some(store, 5);
    const children = below(first.child.pid ?? 0);
    first.child.kill('SIGINT');
    const stopped = await first.ended;
    expect(stopped.code).toBe(1);
    expect(stopped.stdout).toBe('');
    expect(stopped.stderr).toContain('the same command goes on where this one ended');
    await gone(children);
    const done = commitsIn(store);
    const second = await run(...args);
    expect(second.code, second.stderr).toBe(0);
    expect(scorecardOf(second).counts.ok).toBe(LONG_WINDOWS);
    const after = commitsIn(store);
    for (const [shard, commit] of done) expect(after.get(shard)).toBe(commit);
  });

  it('by kill -9 leaves no process behind', async () => {
    const { child, ended } = start(['run', sweepFile({ windows: LONG }), '--store', 'store']);
    const store = join(folder, 'store');
    await some(store, 2);
    const children = below(child.pid ?? 0);
    expect(children.map(({ command }) => command).join('\n')).toContain('redis-server');
    child.kill('SIGKILL');
    await ended;
    await gone(children);
  });
});

async function gone(before: readonly ProcessLine[]): Promise<void> {
  await until('every process to be gone', () => {
    const alive = new Set(processes().map(({ pid, command }) => `${pid} ${command}`));
    return before.some(({ pid, command }) => alive.has(`${pid} ${command}`)) ? undefined : true;
  });
}

describe.skipIf(noDrive)('drivesweep up', () => {
  it('takes sweeps until it is stopped', async () => {
    const cluster = start(['up', '--store', 'store', '--port', '0']);
    let url = '';
    cluster.child.stdout.on('data', (text: string) => (url += text));
    await until('the URL', () => (url.includes('\n') ? true : undefined));
    const api = ['--api', url.trim()];
    const submitted = await run('submit', sweepFile(), ...api, '--json');
    const { sweepId } = JSON.parse(submitted.stdout) as { sweepId: string };
    expect((await run('watch', sweepId, ...api)).code).toBe(0);
    expect((await run('status', sweepId.slice(0, 8), ...api, '--json')).stdout).toContain(
      '"complete"',
    );
    expect((await run('list', ...api)).stdout).toMatch(/complete +521\/521/);
    expect(scorecardOf(await run('report', sweepId, ...api, '--json')).counts.ok).toBe(521);
    expect((await run('status', 'sw-0000000000000000', ...api)).code).toBe(2);
    cluster.child.kill('SIGINT');
    expect((await cluster.ended).code).toBe(0);
    expect((await run('list', ...api)).code).toBe(1);
  });

  it('cancels a sweep within seconds and goes on with it', async () => {
    const cluster = start(['up', '--store', 'store', '--port', '0']);
    let url = '';
    cluster.child.stdout.on('data', (text: string) => (url += text));
    await until('the URL', () => (url.includes('\n') ? true : undefined));
    const api = ['--api', url.trim()];
    const name = (await run('submit', sweepFile({ windows: LONG }), ...api)).stdout.trim();
    await some(join(folder, 'store'), 2);
    expect((await run('cancel', name, ...api)).code).toBe(0);
    const cancelled = await run('watch', name, ...api);
    expect(cancelled.code).toBe(1);
    expect(cancelled.stderr).toContain('was cancelled');
    expect((await run('resume', name, ...api)).code).toBe(0);
    expect((await run('watch', name, ...api)).code).toBe(0);
    cluster.child.kill('SIGINT');
    await cluster.ended;
  });
});
