// Recorded drives for the storm: egomotion only, so that a shard costs milliseconds and the time goes into the pipeline.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildPhysicalAi, everyUs } from '@drivesweep/testkit';

const DRIVE_S = 20;
const POSE_US = 100_000;

/** t0 from 2 s to 13 s: 16 poses of history before, 6.4 s of future after. */
const FIRST_US = 2_000_000;
const LAST_US = 13_000_000;

/** Windows of one shard: a storm is about many shards, not about long ones. */
const WINDOWS = 24;

/** Writes a dataset of so many drives, each of them one shard, unless it is there. */
export function writeDrives(folder, count) {
  if (existsSync(join(folder, 'clip_index.parquet'))) return;
  const drives = Array.from({ length: count }, (_, i) => ({
    driveId: `drive-${String(i).padStart(5, '0')}`,
    chunk: Math.floor(i / 50),
    egomotionUs: everyUs(POSE_US, DRIVE_S * 1_000_000),
  }));
  for (const [path, bytes] of buildPhysicalAi(drives, { cameraFolder: null, revision: null })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

/** The sweep over all of them. */
export function sweepOf(folder, name) {
  const stepUs = Math.floor((LAST_US - FIRST_US) / WINDOWS);
  return {
    name,
    policy: 'kinematic:constant-turn-rate',
    dataset: { layout: 'physicalai-av', uri: folder },
    windows: { at_us: Array.from({ length: WINDOWS }, (_, i) => FIRST_US + i * stepUs) },
    samples: 1,
    seed: 7,
  };
}
