/**
 * Breaks good files in every way it knows and gives them to our readers, each in a process that is watched: no reader may
 * crash, hang, grow without bound, or throw anything but an error with a code.
 *
 *   node scripts/fuzz/main.mjs [--count 1000] [--seed 1] [--only zip] [--findings folder]
 *
 * Ends with 1 when something was found; each finding can be made again from the seed, the reader and its number, and is
 * written to the folder.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { mutate } from './mutate.mjs';
import { createRandom, seedOf } from './random.mjs';
import { READERS } from './readers.mjs';

const CHILD = fileURLToPath(new URL('child.mjs', import.meta.url));
const START_WITHIN_MS = 60_000;
/** Of one file. A video that stalls is killed by its own limit before. */
const CASE_WITHIN_MS = 30_000;
/** Of the whole process: a started reader takes 150 to 250 MiB. */
const CEILING_MIB = 1024;
const LOOK_EVERY_MS = 50;
const PAGE_BYTES = 4096;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    findings: { type: 'string' },
  },
});
const seed = Number(values.seed);
const whole = Number(values.count);
const names = Object.keys(READERS).filter(
  (name) => values.only === undefined || name === values.only,
);
if (names.length === 0 || !(whole > 0) || !Number.isInteger(seed)) {
  console.error(`usage: --count N --seed N --only ${Object.keys(READERS).join(' | ')}`);
  process.exit(2);
}

/** Memory of a process and of those that it started (Linux). */
function residentMib(pid) {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    const below = children === '' ? [] : children.split(' ').map(residentMib);
    return below.reduce((sum, mib) => sum + mib, (pages * PAGE_BYTES) / 2 ** 20);
  } catch {
    return 0;
  }
}

function isStopped(pid) {
  try {
    return /\) [Tt] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Runs cases from `first` on until all are done or the process had to be ended; answers with the next one to do. */
async function runChild(name, first, last, tally) {
  const child = fork(CHILD, [name, String(seed), String(first), String(last)], {
    execArgv: ['--expose-gc', '--max-old-space-size=512'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let log = '';
  child.stderr.on('data', (chunk) => (log = (log + chunk).slice(-4000)));
  let next = first;
  let ready = false;
  let since = performance.now();
  let waitedMs = 0;
  let killedBecause = null;
  child.on('message', (message) => {
    tally.slowestMs = Math.max(tally.slowestMs, ready ? performance.now() - since : 0);
    since = performance.now();
    waitedMs = 0;
    ready = true;
    if (message.kind !== 'done') return;
    next = message.index + 1;
    tally[message.outcome] += 1;
    if (message.outcome === 'fault')
      tally.findings.push({ index: message.index, why: message.why });
  });
  const looking = setInterval(() => {
    const mib = residentMib(child.pid);
    tally.mostMib = Math.max(tally.mostMib, mib);
    // Counted by looks: a process that was stopped from outside, or this one, has not hung.
    if (!isStopped(child.pid)) waitedMs += LOOK_EVERY_MS;
    const tooLong = waitedMs > (ready ? CASE_WITHIN_MS : START_WITHIN_MS);
    if (mib > CEILING_MIB) killedBecause = `grew to ${Math.round(mib)} MiB`;
    else if (tooLong) killedBecause = 'hung';
    if (killedBecause !== null) child.kill('SIGKILL');
  }, LOOK_EVERY_MS);
  const [code, signal] = await once(child, 'exit');
  clearInterval(looking);
  if (!ready) throw new Error(`${name} does not start: ${log}`);
  if (next >= last) return last;
  const why = killedBecause ?? `ended by ${signal ?? code}: ${log}`;
  tally.fault += 1;
  tally.findings.push({ index: next, why });
  return next + 1;
}

async function runReader(name, count) {
  const tally = { read: 0, refused: 0, fault: 0, slowestMs: 0, mostMib: 0, findings: [] };
  let next = 0;
  while (next < count && tally.findings.length < 20)
    next = await runChild(name, next, count, tally);
  return tally;
}

async function keepFinding(name, index) {
  const { seeds, text } = READERS[name];
  const random = createRandom(seedOf(seed, name, index));
  mkdirSync(values.findings, { recursive: true });
  const file = `${name.replaceAll(' ', '-')}-${seed}-${index}`;
  writeFileSync(join(values.findings, file), mutate(random.pick(await seeds()), random, text));
}

const shares = names.reduce((sum, name) => sum + READERS[name].share, 0);
const start = performance.now();
let cases = 0;
let faults = 0;
for (const name of names) {
  const count = Math.max(1, Math.ceil((whole * READERS[name].share) / shares));
  const tally = await runReader(name, count);
  cases += tally.read + tally.refused + tally.fault;
  faults += tally.fault;
  const figures = `${tally.read} read, ${tally.refused} refused, ${tally.fault} faults`;
  const worst = `slowest ${Math.round(tally.slowestMs)} ms, at most ${Math.round(tally.mostMib)} MiB`;
  console.log(`${name.padEnd(22)} ${figures}; ${worst}`);
  for (const { index, why } of tally.findings) {
    console.log(
      `  --seed ${seed} --only '${name}', file ${index}: ${why.split('\n').slice(0, 6).join('\n    ')}`,
    );
    if (values.findings !== undefined) await keepFinding(name, index);
  }
}
const seconds = Math.round((performance.now() - start) / 1000);
console.log(`${cases} files, ${faults} faults, ${seconds} s, seed ${seed}`);
process.exitCode = faults === 0 ? 0 : 1;
