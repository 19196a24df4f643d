// What the pipeline costs around a policy that reasons: windows per second of a whole sweep with one worker, K = 6, over
// those of a bare loop around the same policy, in batches as large as the pipeline's, with the frames already in memory.
import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { timedSweep } from './cluster.mjs';
import {
  loadReasoningPolicy,
  reasoningBundle,
  reasoningModel,
  ROOT,
  rounded,
  windowsInMemory,
} from './reasoning-models.mjs';

const OUT = join(ROOT, 'bench-out', 'reasoning-pipeline');
const [DRIVES, EVERY_S, SAMPLES] = [4, 0.5, 6];
/** Each before and after the sweep. */
const BARE_BATCHES = 4;

/** Windows per second of nothing but the policy. */
async function bareLoop(policy) {
  const { maxBatch, horizonSteps, stepUs } = policy.needs;
  const windows = windowsInMemory(policy, maxBatch);
  const start = performance.now();
  for (let batch = 0; batch < BARE_BATCHES; batch++) {
    await policy.infer(windows, { samples: SAMPLES, seed: 7, horizonSteps, stepUs });
  }
  return (BARE_BATCHES * maxBatch) / ((performance.now() - start) / 1000);
}

/** Made once: they cost more than the measurement. */
function generateDrives() {
  const [drives, out] = [join(OUT, 'drives'), join(OUT, 'drives-in-the-making')];
  if (existsSync(drives)) return drives;
  rmSync(out, { recursive: true, force: true });
  const args = ['drives', 'generate', '--out', out, '--drives', String(DRIVES), '--seed', '1'];
  const cli = 'packages/cli/bin/drivesweep.js';
  const stdio = ['ignore', 'ignore', 'inherit'];
  const { status } = spawnSync(process.execPath, [cli, ...args], { cwd: ROOT, stdio });
  if (status !== 0) throw new Error('drives generate failed');
  renameSync(out, drives);
  return drives;
}

export async function benchReasoningPipeline({ log = () => {} } = {}) {
  rmSync(join(OUT, 'store'), { recursive: true, force: true });
  const drives = generateDrives();
  // The drives have 480x270 videos, the model sees 96x128: its own rule would refuse them, and what it would see does not
  // change how long it takes.
  const folder = reasoningBundle(reasoningModel('decode', log), {
    name: 'any-size',
    change: ({ cameras, ...manifest }) => ({
      ...manifest,
      cameras: { ...cameras, smartResize: undefined },
    }),
  });
  const policy = await loadReasoningPolicy(folder, 1);
  const before = await bareLoop(policy);
  log(`bare loop: ${rounded(before)} windows/s`);

  const { status, seconds, busy } = await timedSweep(join(OUT, 'store'), {
    name: 'reasoning-pipeline',
    policy: folder,
    dataset: { layout: 'physicalai-av', uri: drives },
    windows: { every_s: EVERY_S },
    samples: SAMPLES,
  });

  const after = await bareLoop(policy);
  await policy.close();
  const sweep = status.counts.ok / seconds;
  const ratio = rounded(sweep / ((before + after) / 2));
  const figures = {
    windows: status.counts.ok,
    samples: SAMPLES,
    seconds: rounded(seconds, 1),
    sweepWindowsPerS: rounded(sweep),
    bareWindowsPerS: { before: rounded(before), after: rounded(after) },
    engineBusyRatio: busy,
  };
  log(JSON.stringify(figures));
  return {
    name: 'windows/s of a sweep of a policy that reasons over windows/s of a bare loop',
    figures,
    ratio,
    target: '>= 0.90',
    pass: ratio >= 0.9 && status.counts.ok === status.counts.expected,
  };
}
