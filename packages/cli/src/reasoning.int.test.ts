import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitSchema, manifestSchema, sweepSpecSchema } from '@drivesweep/contracts';
import type { Commit, Manifest, OkPrediction, PredictionRow } from '@drivesweep/contracts';
import { integrateUnicycle } from '@drivesweep/geometry';
import { decodePredictionPart } from '@drivesweep/parquet-io';
import { reasoningPolicyBundle } from '@drivesweep/testkit';

/** Sweeps of a policy that reasons over synthetic drives: the built CLI, the real services, Redis and ffmpeg. */
const cli = fileURLToPath(new URL('../bin/drivesweep.js', import.meta.url));
const CAMERAS = ['camera_cross_left_120fov', 'camera_front_wide_120fov'];
const [HORIZON_STEPS, MAX_TOKENS, TOP_TOKENS] = [8, 24, 4];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'drivesweep-reasoning-'));
  const files = reasoningPolicyBundle({
    cameras: CAMERAS,
    offsetsUs: [-300_000, -200_000, -100_000, 0],
    height: 32,
    width: 64,
    horizonSteps: HORIZON_STEPS,
    samples: [1, 6],
    maxTokens: MAX_TOKENS,
    maxBatch: 3,
    navigationTokens: 16,
    topTokens: TOP_TOKENS,
  });
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, 'bundle', path)), { recursive: true });
    writeFileSync(join(folder, 'bundle', path), bytes);
  }
  const generate = ['drives', 'generate', '--out', 'drives', '--drives', '2', '--duration', '6'];
  drivesweep(...generate, '--camera', ...CAMERAS, '--width', '128', '--height', '64');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function drivesweep(...args: string[]) {
  const env = { ...process.env, NODE_OPTIONS: '', DRIVESWEEP_ENGINE_THREADS: '1' };
  const ended = spawnSync(process.execPath, [cli, ...args], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  return { code: ended.status, output: `${ended.stdout}${ended.stderr}` };
}

interface SweepFields {
  readonly samples?: number;
  readonly policy?: string;
  readonly windows?: string;
  readonly more?: string;
}

function sweepFile(name: string, fields: SweepFields = {}): string {
  const { samples = 6, policy = 'bundle', windows = '{every_s: 0.4}', more = '' } = fields;
  writeFileSync(
    join(folder, `${name}.yaml`),
    `name: ${name}\npolicy: ${policy}\ndataset: {layout: physicalai-av, uri: drives}\n` +
      `windows: ${windows}\nsamples: ${samples}\nseed: 7\nhorizon_steps: ${HORIZON_STEPS}\n${more}`,
  );
  return `${name}.yaml`;
}

interface Swept {
  readonly name: string;
  readonly sweepId: string;
  /** SHA-256 of each part by its shard. */
  readonly parts: ReadonlyMap<string, string>;
  readonly rows: ReadonlyMap<string, PredictionRow>;
  readonly commits: readonly Commit[];
  readonly manifest: Manifest;
}

/** Runs sweeps in a store of their own, and gives what each left there, by its name. */
function sweep(files: readonly string[], store: string, workers: number): (name: string) => Swept {
  const args = ['--store', store, '--workers', String(workers)];
  const { code, output } = drivesweep('run', ...files, ...args);
  if (code !== 0) throw new Error(output);
  const swept = readdirSync(join(folder, store, 'sweeps')).map((id) => readSweep(store, id));
  return (name) => {
    const found = swept.find((one) => one.name === name);
    if (!found) throw new Error(`no sweep ${name}`);
    return found;
  };
}

function readSweep(store: string, sweepId: string): Swept {
  const at = (...parts: string[]) => join(folder, store, 'sweeps', sweepId, ...parts);
  const jsonOf = (...parts: string[]): unknown => JSON.parse(readFileSync(at(...parts), 'utf8'));
  const { name } = sweepSpecSchema.parse(jsonOf('spec.json'));
  const commits = readdirSync(at('commits', 'predictions')).map((file) =>
    commitSchema.parse(jsonOf('commits', 'predictions', file)),
  );
  const rows = new Map<string, PredictionRow>();
  const parts = new Map<string, string>();
  for (const { part, shardId } of commits) {
    const bytes = readFileSync(join(folder, store, part.key));
    parts.set(shardId, createHash('sha256').update(bytes).digest('hex'));
    for (const row of decodePredictionPart(bytes).rows) rows.set(row.windowId, row);
  }
  const manifest = manifestSchema.parse(jsonOf('manifest.json'));
  return { name, sweepId, parts, rows, commits, manifest };
}

function answered({ rows }: Swept): OkPrediction[] {
  return [...rows.values()].map((row) => {
    if (row.status !== 'ok') throw new Error(`${row.windowId}: ${row.code} ${row.message}`);
    return row;
  });
}

describe('a sweep of a policy that reasons', () => {
  let six: Swept;
  let one: Swept;
  let again: Swept;
  let told: Swept;

  beforeAll(() => {
    const first = sweep([sweepFile('six'), sweepFile('one', { samples: 1 })], 'store', 1);
    [six, one] = [first('six'), first('one')];
    const texts = ['"turn left, then stop"', '', 'a'.repeat(99)];
    const lines = [...six.rows.values()]
      .slice(0, 3)
      .map(({ driveId, t0Us }, i) => [driveId, t0Us, texts[i]].join());
    writeFileSync(join(folder, 'told.csv'), `drive_id,t0_us,navigation\n${lines.join('\n')}\n`);
    const files = [sweepFile('six'), sweepFile('told', { windows: '{list: told.csv}' })];
    const second = sweep(files, 'store-of-two', 2);
    [again, told] = [second('six'), second('told')];
  }, 300_000);

  it('has for every window six traces and six trajectories, derived from the stored actions', () => {
    const rows = answered(six);
    expect(rows.length).toBeGreaterThan(10);
    for (const { samples, v0Mps } of rows) {
      expect(samples).toHaveLength(6);
      for (const { trace, tokenIds, logprobs, finishReason, accel, curvature, x, y } of samples) {
        expect(trace).toEqual(expect.any(String));
        expect(logprobs).toHaveLength(tokenIds?.length ?? -1);
        if (tokenIds?.length !== MAX_TOKENS) expect(finishReason).toBe('stop');
        if (!accel || !curvature) throw new Error('no actions');
        const derived = integrateUnicycle({ accel, curvature, v0Mps, stepS: 0.1 });
        x.forEach((value, step) => expect(value).toBeCloseTo(derived.x[step] ?? NaN, 3));
        y.forEach((value, step) => expect(value).toBeCloseTo(derived.y[step] ?? NaN, 3));
      }
      expect(new Set(samples.map(({ accel }) => String(accel))).size).toBe(6);
    }
    const reasons = rows.flatMap(({ samples }) => samples.map(({ finishReason }) => finishReason));
    expect(new Set(reasons)).toEqual(new Set(['stop', 'truncated']));
  });

  it('has the most likely tokens at each place of every trace', () => {
    for (const { tokenIds, logprobs, topTokens } of answered(six).flatMap((row) => row.samples)) {
      expect(topTokens?.k).toBe(TOP_TOKENS);
      // This policy draws the last of the k; the others are the ids 0, 1 and 2.
      const listed = [...(tokenIds ?? [])].flatMap((id) => [0, 1, 2, id]);
      expect([...(topTokens?.ids ?? [])]).toEqual(listed);
      const drawn = topTokens?.logprobs.filter((_, at) => at % TOP_TOKENS === TOP_TOKENS - 1);
      expect(drawn).toEqual(logprobs);
    }
  });

  it('gives the same bytes when it is run again, with two workers instead of one', () => {
    expect(again.sweepId).toBe(six.sweepId);
    expect(again.parts).toEqual(six.parts);
  });

  it('answers with one sample what is sample 0 of six', () => {
    expect(one.sweepId).not.toBe(six.sweepId);
    expect(one.rows.size).toBe(six.rows.size);
    for (const { windowId, samples } of answered(one)) {
      const of6 = six.rows.get(windowId);
      expect(samples).toEqual(of6?.status === 'ok' ? of6.samples.slice(0, 1) : of6);
    }
  });

  it('says in commits and manifest how soon its windows were answered', () => {
    expect(six.commits.map(({ realtime }) => realtime)).not.toContain(undefined);
    const counts = Object.values(six.manifest.realtime ?? {});
    const windows = counts.reduce((sum, { inside, outside }) => sum + inside + outside, 0);
    expect(windows).toBe(six.rows.size);
  });

  it('answers another question where it is told where to go, and only there', () => {
    const [first, second, third] = [...six.rows.values()];
    const rowOf = (row: PredictionRow | undefined) => told.rows.get(row?.windowId ?? '');
    expect(told.rows.size).toBe(3);
    expect(rowOf(second)).toEqual(second);
    expect(rowOf(third)).toMatchObject({ status: 'error', code: 'NAVIGATION_TOO_LONG' });
    const [went, before] = [rowOf(first), first].map((row) =>
      row?.status === 'ok' ? row.samples[0] : undefined,
    );
    // The prompt is longer, and the curvature of this policy counts it; its tokens come from the uniforms alone.
    expect(went?.tokenIds).toEqual(before?.tokenIds);
    expect(went?.curvature).not.toEqual(before?.curvature);
  });

  it('with a navigation text is refused by a policy that takes none, before any work', () => {
    const policy = 'kinematic:constant-velocity';
    const more = 'navigation: turn left\n';
    const file = sweepFile('refused', { samples: 1, policy, more });
    const refused = drivesweep('run', file, '--store', 'store-refused');
    expect(refused.code).toBe(2);
    expect(refused.output).toContain('the policy takes no navigation text');
  });
});
