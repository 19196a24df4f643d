// Submitting a sweep of 100,000 shards: does Redis grow with the sweep?
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { encodeTable } from '@drivesweep/parquet-io';
import { openCoordinator } from './coordinator-only.mjs';

const FOLDER = fileURLToPath(new URL('../../bench-out/redis-memory/', import.meta.url));
const FEATURES = `feature,directory,chunk_path,clip_files_in_zip
egomotion,labels/egomotion,labels/egomotion/egomotion.chunk_{chunk:04d}.zip,"{""egomotion"": ""{clip_id}.egomotion.parquet""}"
`;

/** A dataset that is only an index: planning windows at a given t0 opens no drive. */
export function writeIndex(folder, drives) {
  mkdirSync(folder, { recursive: true });
  const ids = Array.from({ length: drives }, (_, i) => `drive-${String(i).padStart(7, '0')}`);
  const columns = [
    { name: 'clip_id', type: 'string', values: ids },
    { name: 'clip_is_valid', type: 'boolean', values: ids.map(() => true) },
    { name: 'chunk', type: 'int64', values: ids.map((_, i) => Math.floor(i / 100)) },
    { name: 'split', type: 'string', values: ids.map(() => 'val') },
  ];
  writeFileSync(`${folder}/clip_index.parquet`, encodeTable(columns));
  writeFileSync(`${folder}/features.csv`, FEATURES);
}

/** `used_memory` of a Redis, in bytes, by its own protocol: a benchmark needs no client library. */
export function usedMemory(port) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('INFO memory\r\n'));
    let text = '';
    socket.on('error', reject).on('data', (chunk) => {
      text += chunk;
      const used = /used_memory:(\d+)/.exec(text);
      if (used) {
        socket.destroy();
        resolve(Number(used[1]));
      }
    });
  });
}

/** The largest memory of Redis while a sweep of so many one-window shards is planned and fed. */
async function peakOf(shards, log) {
  const folder = `${FOLDER}${shards}`;
  rmSync(folder, { recursive: true, force: true });
  writeIndex(`${folder}/drives`, shards);
  const coordinator = await openCoordinator(`${folder}/store`);
  try {
    const atRest = await usedMemory(coordinator.redisPort);
    const start = performance.now();
    const { sweepId } = await coordinator.submit({
      name: `redis-memory-${shards}`,
      policy: 'kinematic:constant-velocity',
      dataset: { layout: 'physicalai-av', uri: `${folder}/drives` },
      windows: { at_us: 5_100_000 },
    });
    let peak = atRest;
    let running = 0;
    // Two seconds of feeding after the plan is there: the window of work is full by then.
    while (running < 20) {
      peak = Math.max(peak, await usedMemory(coordinator.redisPort));
      const { state, shards: progress } = await coordinator.status(sweepId);
      if (state === 'running' && progress.total === shards) running += 1;
      await sleep(100);
    }
    const seconds = (performance.now() - start) / 1000 - 2;
    const grown = peak - atRest;
    log(
      `${shards} shards: planned and fed in ${seconds.toFixed(1)} s, Redis grew by ${grown} bytes`,
    );
    return { shards, seconds, redisGrowthBytes: grown, redisPeakBytes: peak };
  } finally {
    await coordinator.stop();
  }
}

export async function benchRedisMemory({ log = () => {} } = {}) {
  const small = await peakOf(1_000, log);
  const large = await peakOf(100_000, log);
  const ratio = large.redisPeakBytes / small.redisPeakBytes;
  return {
    name: 'peak Redis memory of a sweep of 100,000 shards over one of 1,000',
    figures: { small, large },
    ratio: Number(ratio.toFixed(3)),
    target: '<= 1.1',
    pass: ratio <= 1.1,
  };
}
