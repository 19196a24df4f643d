import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { scorecardSchema } from '@drivesweep/contracts';

/** Of drives that nobody trained on, whether a policy that looks knows more than one that only remembers. */
const SEED = '977';
const CHOICE = '{every_s: 0.5}';
const folder = mkdtempSync(join(tmpdir(), 'drivesweep-looking-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url));

function drivesweep(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [fromHere('../bin/drivesweep.js'), ...args],
    {
      cwd: folder,
      env: { ...process.env, NODE_OPTIONS: '' },
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    },
  );
  expect(status, stderr).toBe(0);
  return stdout;
}

function sweepFile(name: string, policy: string): string {
  const dataset = '{layout: physicalai-av, uri: drives}';
  const text = `name: ${name}\npolicy: ${policy}\ndataset: ${dataset}\nwindows: ${CHOICE}\n`;
  writeFileSync(join(folder, `${name}.yaml`), text);
  return `${name}.yaml`;
}

describe('the synthetic drives', () => {
  it('reward looking: glance is at most 0.7 times as far off as constant velocity', () => {
    const scenarios = ['lead_stop', 'traffic_light', 'curve', 'pedestrian'];
    const made = ['--drives', '4', '--seed', SEED, '--camera', 'camera_front_wide_120fov'];
    drivesweep(
      'drives',
      'generate',
      '--out',
      'drives',
      ...made,
      '--duration',
      '12',
      '--scenario',
      ...scenarios,
    );
    const files = [
      sweepFile('looks', fromHere('../../../policies/glance')),
      sweepFile('remembers', 'kinematic:constant-velocity'),
    ];
    const store = ['--store', 'store'];
    drivesweep('run', ...files, ...store, '--workers', '2');
    const [looks = NaN, remembers = NaN] = ['looks', 'remembers'].map((name) => {
      const report = drivesweep('report', name, ...store, '--json');
      const { counts, metrics } = scorecardSchema.parse(JSON.parse(report));
      expect(counts).toEqual({ expected: 36, ok: 36, error: 0, skipped: 0, missing: 0 });
      return (
        metrics.find(({ id, slice }) => id === 'ade_first@6.4s' && slice === 'all')?.mean ?? NaN
      );
    });
    expect(looks).toBeLessThan(0.7 * remembers);
  });
});
