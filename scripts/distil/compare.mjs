// Asks teacher, student and both baselines about drives that nobody trained on, and prints how they compare, as Markdown.
// usage: node scripts/distil/compare.mjs   (needs distil-out/student, which main.mjs makes; draws distil-out/held-out)
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { markdownTable } from '../train-glance/markdown-table.mjs';
import { outputOf, run } from '../run-program.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLI = `${ROOT}packages/cli/bin/drivesweep.js`;
const STORE = `${ROOT}distil-out/store`;
const HELD_OUT = `${ROOT}distil-out/held-out`;
/** The drives of the export are the first of this seed. */
const DRIVES = ['--seed', '31', '--first-drive', '10000', '--drives', '42', '--duration', '14'];
const PICTURES = ['--camera', 'camera_front_wide_120fov', '--width', '256', '--height', '144'];
const BASELINES = ['constant-velocity', 'constant-turn-rate'];
const ASKED = [...BASELINES, 'teacher', 'student'];
const METRICS = [
  'ade_first@6.4s',
  'fde_first@6.4s',
  'miss_first@6.4s[2m]',
  'comfortable_first@6.4s[nuplan]',
  'collision_first@6.4s[boxes]',
];

if (!existsSync(HELD_OUT)) {
  await run('node', CLI, 'drives', 'generate', '--out', HELD_OUT, ...DRIVES, ...PICTURES);
}
const scorecards = await scorecardsOf(ASKED);
const comparisons = [];
for (const a of ASKED.slice(0, -1)) comparisons.push([a, await compared(a, 'student')]);
const { ok } = scorecards.student.counts;
console.log(`\n${ok} windows of ${scorecards.student.drives} drives, one answer each:\n`);
console.log(means());
console.log('\nThe student against each, paired (95 %, drives resampled):\n');
console.log(pairs());
console.log(`\nADE by scenario, m:\n`);
console.log(byScenario());

async function scorecardsOf(names) {
  const files = names.map((name) => `${ROOT}examples/distil/held-out-${name}.yaml`);
  const options = ['--store', STORE, '--workers', '2', '--json'];
  const { sweeps } = JSON.parse(await outputOf('node', CLI, 'run', ...files, ...options));
  return Object.fromEntries(sweeps.map((one) => [one.sweep.name.replace('held-out-', ''), one]));
}

async function compared(a, b) {
  const ids = [scorecards[a].sweep.id, scorecards[b].sweep.id];
  return JSON.parse(await outputOf('node', CLI, 'compare', ...ids, '--store', STORE, '--json'));
}

function means() {
  const cell = ({ mean, interval }) => `${number(mean)} ${range(interval)}`;
  const rows = METRICS.map((id) => [
    `\`${id}\``,
    ...ASKED.map((name) => {
      const found = scorecards[name].metrics.find(
        (metric) => metric.id === id && metric.slice === 'all',
      );
      return cell(found);
    }),
  ]);
  return markdownTable(['', ...ASKED], rows);
}

function pairs() {
  const rows = METRICS.map((id) => [
    `\`${id}\``,
    ...comparisons.map(([, { metrics }]) => {
      const { difference, interval } = metrics.find((metric) => metric.id === id);
      return `${number(difference)} ${range(interval)}`;
    }),
  ]);
  return markdownTable(['student -', ...comparisons.map(([name]) => name)], rows);
}

function byScenario() {
  const sliceOf = (comparison, slice) => comparison.slices.find((one) => one.slice === slice);
  const [[, first]] = comparisons;
  const slices = first.slices
    .map(({ slice }) => slice)
    .filter((slice) => slice.startsWith('scenario='));
  const rows = slices.map((slice) => [
    slice.slice('scenario='.length),
    sliceOf(first, slice).windows,
    ...comparisons.map(([, comparison]) => number(sliceOf(comparison, slice).meanA)),
    number(sliceOf(first, slice).meanB),
  ]);
  return markdownTable(['', 'windows', ...ASKED], rows);
}

function number(value) {
  return value === null ? '-' : value.toFixed(3);
}

function range(interval) {
  return interval === null ? '' : `[${number(interval.low)}, ${number(interval.high)}]`;
}
