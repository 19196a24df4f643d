// Holds exported graphs, run by onnxruntime-node, against the plain PyTorch reference on the same inputs.
// usage: node scripts/export-alpamayo/parity.mjs [--full] [--keep FOLDER]   (needs python3 and a build: npm run build)
// With --full also at the size of the release, 16 pictures of 320x576. Prints the largest differences, and ends with 1 when one is
// above its limit.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ALPAMAYO_R1_ACTIONS, denormaliseActions, integrateUnicycle } from '@drivesweep/geometry';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const VENV = `${ROOT}.venv/export-alpamayo`;
const PYTHON = `${VENV}/bin/python`;
const REQUIREMENTS = ['requirements.txt', 'reference/requirements.txt'].map((f) => `${HERE}${f}`);
const LIMITS = { logprobs: 1e-4, topLogprobs: 1e-4, actions: 1e-3, metres: 1e-3 };
const STEP_S = 0.1;
const ARRAYS = { uint8: Uint8Array, int64: BigInt64Array, float32: Float32Array };
const OUTPUTS = ['tokens', 'logprobs', 'top_ids', 'top_logprobs', 'token_counts', 'actions'];

const { values: options } = parseArgs({
  options: { keep: { type: 'string' }, full: { type: 'boolean', default: false } },
});
const work = options.keep ?? mkdtempSync(join(tmpdir(), 'alpamayo-parity-'));
const failures = [];
const rows = [];
try {
  await makeVenv();
  await run(PYTHON, `${HERE}parity.py`, work, ...(options.full ? ['--full'] : []));
  for (const name of readJson(join(work, 'cases.json'))) await checkCase(name);
} finally {
  if (options.keep === undefined) rmSync(work, { recursive: true, force: true });
}
console.table(Object.fromEntries(rows));
for (const failure of failures) console.error(`FAILED ${failure}`);
process.exitCode = failures.length === 0 ? 0 : 1;

/** Makes the venv, and installs what the requirements say when they have changed. */
async function makeVenv() {
  if (!existsSync(PYTHON)) await run('python3', '-m', 'venv', VENV);
  const digest = createHash('sha256');
  for (const file of REQUIREMENTS) digest.update(readFileSync(file));
  const wanted = digest.digest('hex');
  const marker = `${VENV}/parity-requirements`;
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return;
  await run(PYTHON, '-m', 'pip', 'install', '--quiet', ...REQUIREMENTS.flatMap((f) => ['-r', f]));
  writeFileSync(marker, wanted);
}

/** Runs one case for K = 1 and 6 and batch 1 and 3, against the reference and against each other. */
async function checkCase(name) {
  const given = readCase(join(work, name));
  const [batch, samples] = given.tensors.uniforms.dims;
  const graph = join(work, name, 'bundle', 'policy.onnx');
  const session = await InferenceSession.create(graph, { executionProviders: ['cpu'] });
  const whole = await answer(session, given, [...Array(batch).keys()], samples);
  checkEndings(name, given, batch * samples);
  for (const k of [1, samples]) {
    const together =
      k === samples ? whole : await answer(session, given, [...Array(batch).keys()], k);
    compareWithReference(`${name}, B = ${batch}, K = ${k}`, given, together, batch, k);
    expectSameBits(`${name}: samples of K = ${k} and of K = ${samples}`, together, whole, batch, k);
    for (let row = 0; batch > 1 && row < batch; row++) {
      const alone = await answer(session, given, [row], k);
      compareWithReference(`${name}, B = 1 (row ${row}), K = ${k}`, given, alone, 1, k, row);
      expectSameBits(`${name}: row ${row} alone and in a batch, K = ${k}`, alone, whole, 1, k, row);
    }
  }
  await session.release();
}

/** A case must hold short, long and endless samples, else it proves nothing about them. */
function checkEndings(name, given, samples) {
  const counts = given.tensors.token_counts.data;
  const longest = BigInt(given.tensors.uniforms.dims[2]);
  const endless = [...counts].filter(
    (count, i) =>
      count === longest && tokenAt(given, i, Number(longest) - 1) !== BigInt(given.endId),
  );
  const lengths = new Set(counts).size;
  console.log(
    `${name}: ${samples} samples of ${lengths} lengths, ${endless.length} truncated, margin ${given.margin}`,
  );
  if (lengths < 4) failures.push(`${name}: only ${lengths} different lengths`);
  if (endless.length === 0) failures.push(`${name}: no sample is truncated`);
}

function tokenAt(given, sample, place) {
  return given.tensors.tokens.data[sample * given.tensors.tokens.dims[2] + place];
}

/** Largest differences from the reference; `firstRow` is the row of the case that row 0 of the answer is. */
function compareWithReference(label, given, got, batch, k, firstRow = 0) {
  const [, samples, longest] = given.tensors.uniforms.dims;
  const steps = given.tensors.noise.dims[2];
  const worst = {
    ...{ tokens: 0, counts: 0, topIds: 0 },
    ...{ logprobs: 0, topLogprobs: 0, actions: 0, metres: 0 },
  };
  for (let row = 0; row < batch; row++) {
    for (let sample = 0; sample < k; sample++) {
      const mine = row * k + sample;
      const theirs = (firstRow + row) * samples + sample;
      const count = Number(given.tensors.token_counts.data[theirs]);
      if (got.token_counts[mine] !== BigInt(count)) worst.counts++;
      for (let i = 0; i < count; i++) {
        if (got.tokens[mine * longest + i] !== tokenAt(given, theirs, i)) worst.tokens++;
        const expected = given.tensors.logprobs.data[theirs * longest + i];
        worsen(worst, 'logprobs', Math.abs(got.logprobs[mine * longest + i] - expected));
        compareTop(worst, given, got, mine * longest + i, theirs * longest + i);
      }
      const path = (data, at) =>
        pathOf(data.subarray(at * steps * 2, (at + 1) * steps * 2), given.v0Mps[firstRow + row]);
      const actions = given.tensors.actions.data;
      for (let i = 0; i < steps * 2; i++) {
        worsen(
          worst,
          'actions',
          Math.abs(got.actions[mine * steps * 2 + i] - actions[theirs * steps * 2 + i]),
        );
      }
      worsen(worst, 'metres', furthest(path(got.actions, mine), path(actions, theirs)));
    }
  }
  rows.push([
    label,
    {
      ...worst,
      logprobs: show(worst.logprobs),
      topLogprobs: show(worst.topLogprobs),
      actions: show(worst.actions),
      metres: show(worst.metres),
    },
  ]);
  if (worst.counts > 0) failures.push(`${label}: ${worst.counts} token counts differ`);
  if (worst.topIds > 0) failures.push(`${label}: ${worst.topIds} most likely tokens differ`);
  if (worst.tokens > 0) failures.push(`${label}: ${worst.tokens} tokens differ`);
  for (const [what, limit] of Object.entries(LIMITS)) {
    if (!(worst[what] <= limit))
      failures.push(`${label}: ${what} differ by ${worst[what]}, limit ${limit}`);
  }
}

/** The most likely tokens of one place. Two that are as likely but for rounding may stand either way. */
function compareTop(worst, given, got, mine, theirs) {
  const { data: ids, dims } = given.tensors.top_ids;
  const logprobs = given.tensors.top_logprobs.data;
  const k = dims[3];
  for (let rank = 0; rank < k; rank++) {
    const expected = logprobs[theirs * k + rank];
    worsen(worst, 'topLogprobs', Math.abs(got.top_logprobs[mine * k + rank] - expected));
    const apart = (other) => Math.abs(logprobs[theirs * k + other] - expected) > LIMITS.topLogprobs;
    // What comes after the last rank is not known.
    const isSure = (rank === 0 || apart(rank - 1)) && rank < k - 1 && apart(rank + 1);
    if (isSure && got.top_ids[mine * k + rank] !== ids[theirs * k + rank]) worst.topIds++;
  }
}

/** A difference that is not a number stays the worst, whatever comes after it. */
function worsen(worst, what, difference) {
  if (!(difference <= worst[what])) worst[what] = Number.isNaN(worst[what]) ? NaN : difference;
}

/** Bits of the first `k` samples of rows of `left`, and of the same of `whole`, which has all samples. */
function expectSameBits(label, left, whole, batch, k, firstRow = 0) {
  for (const output of OUTPUTS) {
    const width = whole[output].length / whole.rows / whole.samples;
    for (let row = 0; row < batch; row++) {
      const mine = bytesOf(left[output].subarray(row * k * width, (row + 1) * k * width));
      const from = (firstRow + row) * whole.samples * width;
      if (mine.equals(bytesOf(whole[output].subarray(from, from + k * width)))) continue;
      failures.push(`${label}: ${output} of row ${firstRow + row} are not the same bits`);
    }
  }
}

function bytesOf(array) {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}

/** Runs the graph on some rows of a case with the first `k` samples. What lies past a count is set to 0. */
async function answer(session, given, ids, k) {
  const take = (name, perRow) => {
    const { type, dims, data } = given.tensors[name];
    const width = data.length / dims[0];
    const kept = perRow === undefined ? width : (width / dims[1]) * perRow;
    const out = new data.constructor(ids.length * kept);
    ids.forEach((row, i) => out.set(data.subarray(row * width, row * width + kept), i * kept));
    const shape = perRow === undefined ? dims.slice(1) : [perRow, ...dims.slice(2)];
    return new Tensor(type, out, [ids.length, ...shape]);
  };
  const feeds = {
    frames: take('frames'),
    prompt_ids: take('prompt_ids'),
    uniforms: take('uniforms', k),
    noise: take('noise', k),
  };
  const results = await session.run(feeds);
  const got = Object.fromEntries(OUTPUTS.map((name) => [name, results[name].data.slice()]));
  const longest = given.tensors.uniforms.dims[2];
  got.token_counts.forEach((count, sample) => {
    const past = [sample * longest + Number(count), (sample + 1) * longest];
    got.tokens.fill(0n, ...past);
    got.logprobs.fill(0, ...past);
    const k = given.tensors.top_ids.dims[3];
    got.top_ids.fill(0n, k * past[0], k * past[1]);
    got.top_logprobs.fill(0, k * past[0], k * past[1]);
  });
  return { ...got, rows: ids.length, samples: k };
}

/** Normalised actions [T,2] -> a path in metres, as the pipeline integrates it. */
function pathOf(pair, v0Mps) {
  return integrateUnicycle({
    ...denormaliseActions(pair, ALPAMAYO_R1_ACTIONS),
    v0Mps,
    stepS: STEP_S,
  });
}

function furthest(left, right) {
  let most = 0;
  left.x.forEach((x, t) => {
    const apart = Math.hypot(x - right.x[t], left.y[t] - right.y[t]);
    if (!(apart <= most)) most = apart;
  });
  return most;
}

function readCase(folder) {
  const given = readJson(join(folder, 'case.json'));
  for (const [name, tensor] of Object.entries(given.tensors)) {
    const bytes = readFileSync(join(folder, `${name}.bin`));
    tensor.data = new ARRAYS[tensor.type](new Uint8Array(bytes).buffer);
  }
  return given;
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function show(number) {
  return Number(number.toPrecision(3));
}

async function run(program, ...args) {
  console.log(`$ ${[program, ...args].join(' ')}`);
  const child = spawn(program, args.map(String), { cwd: HERE, stdio: 'inherit' });
  const [code, signal] = await once(child, 'close');
  if (code === 0) return;
  console.error(`${program} ${args[0]} ended with ${code ?? signal}`);
  process.exit(code ?? 1);
}
