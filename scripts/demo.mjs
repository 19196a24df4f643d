// npm run demo: synthetic drives, a sweep of nano and of both baselines on the real local cluster, their scorecards and
// reports, and the comparison of nano with the first baseline.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUT = 'demo-out';

/** Shows the command as a person would type it, runs it, and stops the demo when it fails. */
function drivesweep(...args) {
  process.stderr.write(`\n$ npx drivesweep ${args.join(' ')}\n`);
  const { status } = spawnSync(process.execPath, ['packages/cli/bin/drivesweep.js', ...args], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

const start = performance.now();
rmSync(`${ROOT}/${OUT}`, { recursive: true, force: true });
drivesweep(
  ...['drives', 'generate', '--out', `${OUT}/drives`, '--drives', '7', '--seed', '2026'],
  ...['--camera', 'camera_front_wide_120fov', '--duration', '14'],
);
drivesweep(
  ...['run', 'demo/constant-velocity.yaml', 'demo/constant-turn-rate.yaml', 'demo/nano.yaml'],
  ...['--store', `${OUT}/store`, '--workers', '2'],
);
drivesweep(
  ...['compare', 'demo-constant-velocity', 'demo-nano'],
  ...['--store', `${OUT}/store`, '--html', `${OUT}/comparison.html`],
);

const seconds = Math.round((performance.now() - start) / 1000);
process.stdout.write(`
The demo took ${seconds} s. Look further:
  ${OUT}/drives                    the recorded drives: play camera/*.zip's MP4 files, read labels/ with any Parquet reader
  ${OUT}/store/sweeps/<sweep id>   spec, plan, predictions (Parquet), scores, manifest, scorecard, report/index.html
  ${OUT}/comparison.html           the comparison as a page, to open in a browser
  npx drivesweep report demo-nano --store ${OUT}/store --json
`);
