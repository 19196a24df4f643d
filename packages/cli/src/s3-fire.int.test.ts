import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { scorecardSchema } from '@drivesweep/contracts';
import { openObjectStore } from '@drivesweep/object-store';
import { createRandom } from '@drivesweep/scoring';
import { buildPhysicalAi, everyUs, startFaultyProxy } from '@drivesweep/testkit';
import { hasS3Server, startS3Server } from '../../../scripts/s3-server.mjs';

/** The same sweep over the same drives in one bucket, asked directly and through a proxy that fails every fifth request. */
const installed = hasS3Server();
if (!installed) {
  process.stderr.write('S3 under fire skipped: run node scripts/s3-server.mjs install\n');
}
const server = installed ? await startS3Server() : null;
const folder = mkdtempSync(join(tmpdir(), 'drivesweep-s3-fire-'));
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server?.stop();
});

const DRIVES = 30;
const CLI = fileURLToPath(new URL('../bin/drivesweep.js', import.meta.url));
const credentials = {
  accessKeyId: server?.accessKeyId ?? '',
  secretAccessKey: server?.secretAccessKey ?? '',
};

async function sweep(endpoint: string, store: string) {
  const args = ['run', 'fire.yaml', '--workers', '2', '--store', store, '--json'];
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      DRIVESWEEP_S3_ENDPOINT: endpoint,
      DRIVESWEEP_S3_PATH_STYLE: 'true',
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
  });
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  expect(child.exitCode, stderr).toBe(0);
  return stdout;
}

describe.skipIf(!server)('a store that fails a fifth of its requests', () => {
  it('changes nothing: every window once, the same scorecard', { timeout: 300_000 }, async () => {
    const endpoint = server?.endpoint ?? '';
    const bucket = `s3://${server?.bucket ?? ''}`;
    const drives = Array.from({ length: DRIVES }, (_, i) => ({
      driveId: `drive-${i}`,
      chunk: Math.floor(i / 10),
      egomotionUs: everyUs(100_000, 20_000_000),
    }));
    const source = openObjectStore(`${bucket}/drives`, { s3: { endpoint, credentials } });
    const files = buildPhysicalAi(drives, { cameraFolder: null, revision: null });
    for (const [path, bytes] of files) await source.put(path, bytes);
    writeFileSync(
      join(folder, 'fire.yaml'),
      `name: fire\npolicy: kinematic:constant-turn-rate\nwindows: {every_s: 1}\n` +
        `dataset: {layout: physicalai-av, uri: "${bucket}/drives"}\n`,
    );
    const calm = await sweep(endpoint, `${bucket}/calm`);
    const { counts } = scorecardSchema.parse(JSON.parse(calm));
    expect(counts.ok).toBe(counts.expected);

    const { uint32 } = createRandom(11);
    const random = () => uint32() / 2 ** 32;
    const proxy = await startFaultyProxy({ upstream: endpoint, share: 0.2, random });
    try {
      expect(await sweep(proxy.endpoint, `${bucket}/fire`)).toBe(calm);
      const faults = Object.values(proxy.faults());
      expect(Math.min(...faults), JSON.stringify(proxy.faults())).toBeGreaterThan(0);
      const hit = faults.reduce((sum, times) => sum + times, 0);
      process.stderr.write(
        `${hit} of ${proxy.requests()} requests failed: ${JSON.stringify(proxy.faults())}\n`,
      );
      expect(hit / proxy.requests()).toBeGreaterThan(0.15);
    } finally {
      await proxy.stop();
    }
  });
});
