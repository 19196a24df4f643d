import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reasoningPolicyBundle, startRedisServer } from '@drivesweep/testkit';

/** Exports of small sweeps of a policy that reasons, and of one that does not: the built CLI and the real services. */
const cli = fileURLToPath(new URL('../bin/drivesweep.js', import.meta.url));
const CAMERA = 'camera_front_wide_120fov';
const [HORIZON_STEPS, TOP_TOKENS] = [8, 3];
const FREE = 'data_licence: Apache-2.0\ncontents: {scores: false}\n';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'drivesweep-export-'));
  const bundle = reasoningPolicyBundle({
    cameras: [CAMERA],
    offsetsUs: [-100_000, 0],
    height: 32,
    width: 64,
    horizonSteps: HORIZON_STEPS,
    samples: [2],
    maxTokens: 24,
    topTokens: TOP_TOKENS,
  });
  for (const [path, bytes] of bundle) {
    mkdirSync(dirname(join(folder, 'bundle', path)), { recursive: true });
    writeFileSync(join(folder, 'bundle', path), bytes);
  }
  const generate = ['drives', 'generate', '--out', 'drives', '--drives', '4', '--duration', '6'];
  expectDone(drivesweep(...generate, '--camera', CAMERA, '--width', '128', '--height', '64'));
  const files = [sweepFile('ponders', 'bundle'), sweepFile('extrapolates', CONSTANT_VELOCITY)];
  expectDone(drivesweep('run', ...files, '--store', 'store'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CONSTANT_VELOCITY = 'kinematic:constant-velocity';

function drivesweep(...args: string[]) {
  const env = { ...process.env, NODE_OPTIONS: '', DRIVESWEEP_ENGINE_THREADS: '1' };
  const ended = spawnSync(process.execPath, [cli, ...args], { cwd: folder, env, encoding: 'utf8' });
  return { code: ended.status, stdout: ended.stdout, stderr: ended.stderr };
}

function expectDone({ code, stderr }: ReturnType<typeof drivesweep>): void {
  expect(code, stderr).toBe(0);
}

function sweepFile(name: string, policy: string): string {
  const dataset = '{layout: physicalai-av, uri: drives}';
  const samples = policy === CONSTANT_VELOCITY ? 1 : 2;
  const text = `name: ${name}\npolicy: ${policy}\ndataset: ${dataset}\nwindows: {every_s: 0.5}\n`;
  const rest = `samples: ${samples}\nseed: 7\nhorizon_steps: ${HORIZON_STEPS}\n`;
  writeFileSync(join(folder, `${name}.yaml`), `${text}${rest}`);
  return `${name}.yaml`;
}

/** Exports the sweep by a recipe; `out` is a folder that nobody has used. */
function exportTeacher(sweep: string, recipe: string, ...options: string[]) {
  const place = mkdtempSync(join(folder, 'export-'));
  const [file, out] = [join(place, 'recipe.yaml'), join(place, 'out')];
  writeFileSync(file, `name: small\n${recipe}`);
  const where = options.includes('--store') ? [] : ['--store', 'store'];
  const args = ['--recipe', file, '--out', out, '--workers', '1', ...where, ...options];
  return { ...drivesweep('export', 'teacher', sweep, ...args), out };
}

const filesIn = (out: string) =>
  existsSync(out)
    ? readdirSync(out, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(out.length + 1))
        .sort()
    : [];
const shown = (out: string) => filesIn(out).filter((name) => !name.startsWith('.drivesweep'));

async function queried(sql: string): Promise<unknown[]> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** A sample as both layouts name what it says. */
interface ToldSample {
  readonly token_ids: readonly number[];
  readonly logprobs: readonly number[];
  readonly top_k: number;
  readonly top_token_ids: readonly number[];
  readonly top_logprobs: readonly number[];
}

interface ToldWindow {
  readonly samples: readonly ToldSample[];
}

/** This policy draws the least likely of the tokens that it tells; the others are the ids 0 and 1. */
function expectTold(sample: ToldSample): void {
  expect(sample.top_k).toBe(TOP_TOKENS);
  expect(sample.top_token_ids).toEqual(sample.token_ids.flatMap((id) => [0, 1, id]));
  expect(sample.top_logprobs).toHaveLength(sample.top_token_ids.length);
  const drawn = sample.top_logprobs.filter((_, at) => at % TOP_TOKENS === TOP_TOKENS - 1);
  expect(drawn).toEqual(sample.logprobs);
}

describe('export teacher', () => {
  it('makes a dataset with card, checksums and recipe, and says what the filters took', () => {
    const recipe = `${FREE}filters: {complete: {require: [trace, logprobs]}}\n`;
    const { code, stdout, stderr, out } = exportTeacher('ponders', recipe);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/complete\s+\d+\s+\d+\s+\d+/);
    expect(stdout).toContain('licences: teacher CC0-1.0, data Apache-2.0');
    expect(shown(out)).toEqual(
      expect.arrayContaining(['README.md', 'SHA256SUMS', 'croissant.json', 'recipe.json']),
    );
    const sums = readFileSync(join(out, 'SHA256SUMS'), 'utf8').trimEnd().split('\n');
    expect(sums).toHaveLength(shown(out).length - 1);
    for (const line of sums) {
      const [sum, name = ''] = line.split('  ');
      const bytes = readFileSync(join(out, name));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sum);
    }
  });

  it('asked again, goes on and changes nothing; into another folder, gives the same bytes', () => {
    const one = exportTeacher('ponders', FREE, '--json');
    expectDone(one);
    const two = exportTeacher('ponders', FREE, '--json', '--workers', '2');
    const again = drivesweep(
      ...['export', 'teacher', 'ponders', '--store', 'store', '--json'],
      ...['--recipe', join(dirname(one.out), 'recipe.yaml'), '--out', one.out],
    );
    expect(again.stderr).toContain('going on with');
    expect([two.stdout, again.stdout]).toEqual([one.stdout, one.stdout]);
    const sums = (out: string) => readFileSync(join(out, 'SHA256SUMS'), 'utf8');
    expect(sums(two.out)).toBe(sums(one.out));
  });

  it('gives its tasks to the metrics services of a cluster, and the bytes are the same', async () => {
    const redis = await startRedisServer();
    const main = fileURLToPath(import.meta.resolve('@drivesweep/metrics/main'));
    const settings = { DRIVESWEEP_REDIS_URL: redis.url, DRIVESWEEP_STORE: join(folder, 'store') };
    const env = { ...process.env, NODE_OPTIONS: '', ...settings };
    const service = spawn(process.execPath, [main], { env, stdio: 'ignore' });
    try {
      const jobs = exportTeacher('ponders', FREE, '--redis', redis.url);
      expectDone(jobs);
      const here = exportTeacher('ponders', FREE);
      const sums = (out: string) => readFileSync(join(out, 'SHA256SUMS'), 'utf8');
      expect(sums(jobs.out)).toBe(sums(here.out));
    } finally {
      const ended = once(service, 'close');
      service.kill();
      await ended;
      await redis.stop();
    }
  });

  it('puts the frames that the teacher saw into tars', () => {
    const recipe = `${FREE}layout: webdataset\nframes: {width: 64, height: 32}\n`;
    const { code, stderr, out } = exportTeacher('ponders', `${recipe}splits: {train: 1}\n`);
    expect(code, stderr).toBe(0);
    const tar = readFileSync(join(out, 'data', 'train-00000-of-00001.tar'), 'latin1');
    expect(tar).toContain(`.${CAMERA}.0.jpg`);
    expect(tar).toContain('.trajectories.npy');
  });

  it('gives the most likely tokens of each place beside the drawn ones, to programs of others', async () => {
    const told = exportTeacher('ponders', `${FREE}filters: {complete: {require: [top_k]}}\n`);
    expectDone(told);
    const samples = (out: string) =>
      queried(`SELECT unnest(samples, recursive := true) FROM '${join(out, 'data', '*.parquet')}'`);
    const rows = (await samples(told.out)) as ToldSample[];
    expect(rows.length).toBeGreaterThan(10);
    rows.forEach(expectTold);
    expect(readFileSync(join(told.out, 'README.md'), 'utf8')).toContain('`top_token_ids`');

    const silent = exportTeacher('extrapolates', FREE);
    expectDone(silent);
    const none = { top_k: null, top_token_ids: null, top_logprobs: null };
    for (const row of await samples(silent.out)) expect(row).toMatchObject(none);
  });

  it('gives them in tars, too', () => {
    const recipe = `${FREE}layout: webdataset\nsplits: {train: 1}\n`;
    const { out, ...done } = exportTeacher('ponders', recipe);
    expectDone(done);
    const tar = join(out, 'data', 'train-00000-of-00001.tar');
    const windows = mkdtempSync(join(folder, 'windows-'));
    expect(spawnSync('tar', ['-xf', tar, '-C', windows]).status).toBe(0);
    const documents = readdirSync(windows)
      .filter((file) => file.endsWith('.json'))
      .map((file) => JSON.parse(readFileSync(join(windows, file), 'utf8')) as ToldWindow);
    const samples = documents.flatMap((one) => one.samples);
    expect(samples.length).toBeGreaterThan(10);
    samples.forEach(expectTold);
  });

  it('lets restricted data through when their licence is accepted, and says so in the card', () => {
    const { code, stderr, out } = exportTeacher('ponders', '', '--accept', NVIDIA);
    expect(code, stderr).toBe(0);
    const card = readFileSync(join(out, 'README.md'), 'utf8');
    expect(card).toContain(`Accepted for this export by who made it: ${NVIDIA}.`);
    expect(card).toContain('**Must not be published or passed on.**');
  });
});

const NVIDIA = 'LicenseRef-NVIDIA-AV-Dataset';

interface Refused {
  readonly what: string;
  readonly sweep?: string;
  readonly recipe?: string;
  readonly options?: readonly string[];
  readonly code: string;
  readonly says: string | RegExp;
}

const REFUSED: readonly Refused[] = [
  { what: 'a sweep that is not there', sweep: 'lost', code: 'SWEEP_NOT_FOUND', says: 'lost' },
  {
    what: 'an unknown field of the recipe',
    recipe: `${FREE}filters: {feasable: {}}\n`,
    code: 'RECIPE_INVALID',
    says: /recipe\.yaml:4:11: filters\.feasable: unknown field; did you mean feasible\?/,
  },
  {
    what: 'a filter that leaves nothing',
    recipe: `${FREE}filters: {error_to_recorded: {max_ade_m: 0.000001}}\n`,
    code: 'EXPORT_EMPTY',
    says: 'error_to_recorded removed',
  },
  {
    what: 'a teacher without log-probabilities when the recipe requires them',
    sweep: 'extrapolates',
    recipe: `${FREE}filters: {complete: {require: [logprobs]}}\n`,
    code: 'TEACHER_LACKS',
    says: 'kinematic:constant-velocity does not answer with logprobs',
  },
  {
    what: 'a teacher that does not tell its most likely tokens when the recipe requires them',
    sweep: 'extrapolates',
    recipe: `${FREE}filters: {complete: {require: [top_k]}}\n`,
    code: 'TEACHER_LACKS',
    says: 'kinematic:constant-velocity does not answer with top_k',
  },
  {
    what: 'data whose licence was not accepted',
    code: 'LICENCE_NOT_ACCEPTED',
    says: `--accept ${NVIDIA}`,
  },
  {
    what: 'another licence that was accepted instead',
    options: ['--accept', 'MIT'],
    code: 'LICENCE_NOT_ACCEPTED',
    says: NVIDIA,
  },
  {
    what: 'a public target, whatever was accepted',
    options: ['--accept', NVIDIA, '--public'],
    code: 'PUBLISHING_FORBIDDEN',
    says: NVIDIA,
  },
];

describe('export teacher refuses', () => {
  it.each(REFUSED)('$what', ({ sweep = 'ponders', recipe = '', options = [], code, says }) => {
    const refused = exportTeacher(sweep, recipe, ...options);
    expect(refused.stderr).toContain(`error[${code}]`);
    expect(refused.stderr).toMatch(says);
    expect(refused.stdout).toBe('');
    expect(filesIn(refused.out)).toEqual([]);
    expect(refused.code).toBe(2);
  });

  it('the Hub as a target: for its licence first, and else with how to get there', () => {
    const file = join(folder, 'hub.yaml');
    const args = ['export', 'teacher', 'ponders', '--store', 'store', '--recipe', file];
    const refusal = (recipe: string) => {
      writeFileSync(file, `name: small\n${recipe}`);
      return drivesweep(...args, '--out', 'hf://datasets/somebody/something').stderr;
    };
    expect(refusal('')).toContain('error[PUBLISHING_FORBIDDEN]');
    expect(refusal(FREE)).toMatch(/error\[USAGE\][^]*hf upload/);
  });

  it('a sweep that is not sealed', () => {
    cpSync(join(folder, 'store'), join(folder, 'unsealed'), { recursive: true });
    const sweeps = join(folder, 'unsealed', 'sweeps');
    for (const id of readdirSync(sweeps)) rmSync(join(sweeps, id, 'manifest.json'));
    const refused = exportTeacher('ponders', FREE, '--store', 'unsealed');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/error\[SWEEP_STATE\]: sweep ponders .* is not sealed yet/);
    expect(filesIn(refused.out)).toEqual([]);
  });

  it('a folder that holds another export, and leaves it as it is', () => {
    const first = exportTeacher('ponders', FREE);
    expectDone(first);
    const other = join(folder, 'other.yaml');
    writeFileSync(other, `name: other\n${FREE}`);
    const before = filesIn(first.out);
    const args = ['--store', 'store', '--recipe', other, '--out', first.out];
    const refused = drivesweep('export', 'teacher', 'ponders', ...args);
    expect(refused.stderr).toContain('error[EXPORT_TARGET_TAKEN]');
    expect(refused.code).toBe(2);
    expect(filesIn(first.out)).toEqual(before);
  });

  it('nothing for good: after a recipe that left nothing, a better one may use the folder', () => {
    const empty = exportTeacher(
      'ponders',
      `${FREE}filters: {error_to_recorded: {max_ade_m: 1e-6}}\n`,
    );
    const file = join(dirname(empty.out), 'recipe.yaml');
    writeFileSync(file, `name: better\n${FREE}`);
    const args = ['--store', 'store', '--recipe', file, '--out', empty.out];
    expectDone(drivesweep('export', 'teacher', 'ponders', ...args));
  });
});
