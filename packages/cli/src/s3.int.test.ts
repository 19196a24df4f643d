import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { scorecardSchema } from '@drivesweep/contracts';
import { hasS3Server, startS3Server } from '../../../scripts/s3-server.mjs';

/** A bucket holds everything: the drives that are read, the parts, the scorecard. A policy that looks is swept over them. */
const installed = hasS3Server();
if (!installed) {
  process.stderr.write('S3 sweep skipped: run node scripts/s3-server.mjs install\n');
}
const server = installed ? await startS3Server() : null;
const folder = mkdtempSync(join(tmpdir(), 'drivesweep-s3-'));
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server?.stop();
});

const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url));

function drivesweep(...args: string[]) {
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    DRIVESWEEP_S3_ENDPOINT: server?.endpoint,
    DRIVESWEEP_S3_PATH_STYLE: 'true',
    AWS_ACCESS_KEY_ID: server?.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server?.secretAccessKey,
  };
  return spawnSync(process.execPath, [fromHere('../bin/drivesweep.js'), ...args], {
    cwd: folder,
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
}

describe.skipIf(!server)('a sweep whose drives and parts lie in S3', () => {
  it('ends complete, and its scorecard can be read and made again from the bucket', () => {
    const bucket = `s3://${server?.bucket ?? ''}`;
    const camera = ['--camera', 'camera_front_wide_120fov', '--duration', '9'];
    const made = drivesweep(
      'drives',
      'generate',
      '--out',
      `${bucket}/drives`,
      '--drives',
      '2',
      ...camera,
    );
    expect(made.status, made.stderr).toBe(0);

    const policy = fromHere('../../../policies/glance');
    const dataset = `{layout: physicalai-av, uri: "${bucket}/drives"}`;
    const file = `name: on-s3\npolicy: ${policy}\ndataset: ${dataset}\nwindows: {every_s: 0.5}\n`;
    writeFileSync(join(folder, 'on-s3.yaml'), file);
    const store = ['--store', `${bucket}/store`, '--json'];
    const swept = drivesweep('run', 'on-s3.yaml', '--workers', '2', ...store);
    expect(swept.status, swept.stderr).toBe(0);
    const card = scorecardSchema.parse(JSON.parse(swept.stdout));
    expect(card.counts).toEqual({ expected: 6, ok: 6, error: 0, skipped: 0, missing: 0 });

    expect(drivesweep('report', 'on-s3', ...store).stdout).toBe(swept.stdout);
    expect(drivesweep('score', card.sweep.id, ...store).stdout).toBe(swept.stdout);
  });
});
