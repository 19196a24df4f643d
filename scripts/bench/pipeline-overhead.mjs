// What the pipeline costs around an ONNX policy of about 100 ms: windows per second of a whole sweep with one worker,
// over those of a bare loop around the same policy with the frames already in memory.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openObjectStore } from '@drivesweep/object-store';
import { loadOnnxPolicy, openBundle } from '@drivesweep/policy-onnx';
import { busyPolicyBundle } from '@drivesweep/testkit';
import { timedSweep } from './cluster.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OUT = join(ROOT, 'bench-out', 'pipeline-overhead');
const TARGET_MS = 100;
const DRIVES = 4;
const CAMERAS = [
  'camera_cross_left_120fov',
  'camera_front_wide_120fov',
  'camera_cross_right_120fov',
  'camera_front_tele_30fov',
];
const OFFSETS_US = [-300_000, -200_000, -100_000, 0];
const [HEIGHT, WIDTH] = [320, 576];
const PARAMETERS = { samples: 1, seed: 7, horizonSteps: 64, stepUs: 100_000 };

function writeBundle(folder, products) {
  const files = busyPolicyBundle({
    cameras: CAMERAS,
    offsetsUs: OFFSETS_US,
    height: HEIGHT,
    width: WIDTH,
    horizonSteps: 64,
    products,
  });
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}

const loadPolicy = async (folder) =>
  loadOnnxPolicy(await openBundle(openObjectStore(folder)), { provider: 'cpu', threads: 1 });

/** The frames of one window, as the engine would hand them over. */
function inputs(count) {
  const steps = Float64Array.from({ length: 16 }, (_, i) => i - 15);
  const zeros = new Float64Array(16);
  return Array.from({ length: count }, (_, i) => ({
    windowId: `bench@${i}`,
    history: { x: steps, y: zeros, z: zeros, yaw: zeros },
    v0Mps: 10,
    frames: new Uint8Array(CAMERAS.length * OFFSETS_US.length * 3 * HEIGHT * WIDTH).fill(i),
  }));
}

/** Windows per second of nothing but the policy. */
async function bareLoop(policy, runs) {
  const start = performance.now();
  for (const input of inputs(runs)) await policy.infer([input], PARAMETERS);
  return runs / ((performance.now() - start) / 1000);
}

/** How many products make a run last about TARGET_MS on this machine now. */
async function calibrate(log) {
  const msPerRun = async (products) => {
    const policy = await loadPolicy(writeBundle(join(OUT, `probe-${products}`), products));
    await bareLoop(policy, 3);
    const ms = 1000 / (await bareLoop(policy, 15));
    await policy.close();
    return ms;
  };
  const [without, with10] = [await msPerRun(0), await msPerRun(10)];
  const products = Math.max(0, Math.round(((TARGET_MS - without) / (with10 - without)) * 10));
  log(
    `a run costs ${without.toFixed(1)} ms and ${((with10 - without) / 10).toFixed(2)} ms a product: ${products} products`,
  );
  return products;
}

export async function benchPipelineOverhead({ log = () => {} } = {}) {
  rmSync(OUT, { recursive: true, force: true });
  const generated = spawnSync(
    process.execPath,
    [
      'packages/cli/bin/drivesweep.js',
      'drives',
      'generate',
      '--out',
      join(OUT, 'drives'),
      '--drives',
      String(DRIVES),
      '--seed',
      '1',
    ],
    { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (generated.status !== 0) throw new Error('drives generate failed');

  const folder = writeBundle(join(OUT, 'policy'), await calibrate(log));
  const policy = await loadPolicy(folder);
  await bareLoop(policy, 5);
  const before = await bareLoop(policy, 100);

  const { status, seconds, busy } = await timedSweep(join(OUT, 'store'), {
    name: 'pipeline-overhead',
    policy: folder,
    dataset: { layout: 'physicalai-av', uri: join(OUT, 'drives') },
    windows: { every_s: 0.1 },
  });

  const after = await bareLoop(policy, 100);
  await policy.close();
  const bare = (before + after) / 2;
  const sweep = status.counts.ok / seconds;
  const ratio = sweep / bare;
  const figures = {
    windows: status.counts.ok,
    seconds: Number(seconds.toFixed(2)),
    sweepWindowsPerS: Number(sweep.toFixed(3)),
    bareWindowsPerS: { before: Number(before.toFixed(3)), after: Number(after.toFixed(3)) },
    engineBusyRatio: busy,
  };
  log(JSON.stringify(figures));
  return {
    name: 'windows/s of a sweep over windows/s of a bare loop, and engine busy ratio',
    figures,
    ratio: Number(ratio.toFixed(3)),
    target: '>= 0.90, busy >= 0.95',
    pass: ratio >= 0.9 && busy >= 0.95 && status.counts.ok === status.counts.expected,
  };
}
