import { readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openObjectStore } from '@drivesweep/object-store';
import { openBundle, verifyBundle } from '@drivesweep/policy-onnx';
import { parseTrace } from '@drivesweep/scoring';

const FOLDER = fileURLToPath(new URL('../../../policies/nano', import.meta.url));
const MOST_BYTES = 12e6;

it('ships a nano that can be used, and answers its golden case', async () => {
  const bundle = await openBundle(openObjectStore(FOLDER, {}));
  const options = { provider: 'cpu', deviceId: 0, threads: 1, cacheDir: tmpdir() } as const;
  const report = await verifyBundle(bundle, { ...options, acceptLicences: [], runGolden: true });
  expect(report.checks.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
  expect(report.ok).toBe(true);
});

it('ships a nano that is small', () => {
  const files = ['policy.onnx', 'golden/case0.frames.u8', 'golden/case0.json'];
  const bytes = files.reduce((sum, file) => sum + statSync(`${FOLDER}/${file}`).size, 0);
  expect(bytes).toBeLessThan(MOST_BYTES);
});

it('says what the parser of traces understands', () => {
  const golden = readFileSync(`${FOLDER}/golden/case0.json`, 'utf8');
  const said = [...golden.matchAll(/"trace": "([^"]+)"/g)].map(([, trace]) => trace ?? '');
  expect(said).toHaveLength(6);
  for (const trace of said) expect(parseTrace(trace).decisions.length, trace).toBeGreaterThan(0);
});
