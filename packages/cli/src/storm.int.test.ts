import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

/** The small form of `node scripts/storm/main.mjs`: a minute or two of faults on the real cluster. */
const STORM = fileURLToPath(new URL('../../../scripts/storm/main.mjs', import.meta.url));
const TEN_MINUTES_MS = 600_000;

let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'drivesweep-storm-'));
});
afterEach(() => rm(out, { recursive: true, force: true }));

interface Report {
  readonly storm: { readonly faultCount: number; readonly windows: number };
  readonly checks: Readonly<Record<string, boolean>>;
}

it(
  'a storm changes nothing: every window once, the same scorecard',
  async () => {
    const args = [
      '--shards',
      '60',
      '--every-ms',
      '2500',
      '--lock-ms',
      '5000',
      '--flush-after',
      '2',
    ];
    const child = spawn(process.execPath, [STORM, ...args, '--out', out, '--json'], {
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code, stderr).toBe(0);
    const report = JSON.parse(stdout) as Report;
    expect(report.storm.windows).toBe(60 * 24);
    expect(report.storm.faultCount).toBeGreaterThan(2);
    expect(report.checks).toEqual({
      complete: true,
      everyWindowOnce: true,
      sameScorecard: true,
      redisFlushed: true,
    });
  },
  TEN_MINUTES_MS,
);
