import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PolicyInput, PolicySample } from '@drivesweep/contracts';
import { bundleOf, busyPolicyBundle, remoteBundle } from '@drivesweep/testkit';
import type { BundleFiles } from '@drivesweep/testkit';
import { openBundle } from './bundle.ts';
import { encodeGoldenCase } from './golden.ts';
import { openGraphHere } from './ort-graph.ts';
import { verifyBundle } from './verify.ts';
import type { VerifyOptions } from './verify.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drivesweep-verify-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const FRAMES = new Uint8Array(2 * 3 * 8 * 16).fill(51);
const GOLDEN = { file: 'golden/case.json', tolerances: { xyzM: 1e-5, yawRad: 1e-5 } };

/** v0 = 10 m/s and pixels of 51 = 255 / 5: x = 10 t, y = t / 5, yaw = y / 100. */
function expectedSample(): PolicySample {
  const t = [0.1, 0.2];
  return {
    x: Float64Array.from(t, (s) => 10 * s),
    y: Float64Array.from(t, (s) => 0.2 * s),
    z: new Float64Array(2),
    yaw: Float64Array.from(t, (s) => 0.002 * s),
    accel: null,
    curvature: null,
    trace: null,
    tokenIds: null,
    logprobs: null,
    topTokens: null,
    finishReason: null,
    probability: null,
  };
}

function bundleWith(
  sample: PolicySample,
  changes: object = {},
  traces?: readonly string[],
): BundleFiles {
  const files = busyPolicyBundle({
    cameras: ['front'],
    offsetsUs: [-100_000, 0],
    height: 8,
    width: 16,
    horizonSteps: 2,
    ...(traces ? { traces } : {}),
  });
  const policy = JSON.parse(new TextDecoder().decode(files.get('policy.json'))) as object;
  files.delete('policy.json');
  const zeros = new Float64Array(16);
  const input: PolicyInput = {
    windowId: 'golden',
    history: { x: zeros, y: zeros, z: zeros, yaw: zeros },
    v0Mps: 10,
    frames: FRAMES,
  };
  const parameters = { samples: 1, seed: 0, horizonSteps: 2, stepUs: 100_000 };
  files.set('golden/frames.u8', FRAMES);
  files.set('golden/case.json', encodeGoldenCase(input, parameters, [sample], 'golden/frames.u8'));
  return bundleOf({ ...policy, golden: GOLDEN, ...changes }, files);
}

async function outcomes(files: BundleFiles, options: Partial<VerifyOptions> = {}) {
  const report = await verifyBundle(await openBundle(remoteBundle(files)), {
    acceptLicences: [],
    runGolden: true,
    provider: 'cpu',
    deviceId: 0,
    threads: 1,
    cacheDir: folder,
    openGraph: openGraphHere,
    ...options,
  });
  const checks = report.checks.map((c) => [c.check, c.code ?? c.outcome]);
  return { ok: report.ok, checks: Object.fromEntries(checks) as Record<string, string> };
}

describe('verifyBundle', () => {
  it('passes a good bundle with all five checks', async () => {
    expect(await outcomes(bundleWith(expectedSample()))).toEqual({
      ok: true,
      checks: {
        licence: 'passed',
        files: 'passed',
        provider: 'passed',
        graph: 'passed',
        golden: 'passed',
      },
    });
  });

  it('finds an answer that is off by more than the tolerance', async () => {
    const sample = expectedSample();
    sample.y[1] = 0.04 + 2e-5;
    const { ok, checks } = await outcomes(bundleWith(sample));
    expect(ok).toBe(false);
    expect(checks['golden']).toBe('BUNDLE_GOLDEN_MISMATCH');
  });

  it('wants the golden sentence word for word', async () => {
    const eleven = Array.from({ length: 11 }, (_, i) => `sentence ${i}`);
    const said = (trace: string | null, list = eleven) =>
      outcomes(bundleWith({ ...expectedSample(), trace }, {}, list));
    expect((await said('sentence 10')).ok).toBe(true);
    const mismatch = { golden: 'BUNDLE_GOLDEN_MISMATCH' };
    expect((await said('sentence 1')).checks).toMatchObject(mismatch);
    expect((await said(null)).checks).toMatchObject(mismatch);
    const tooShort = eleven.slice(0, 10);
    expect((await said('sentence 10', tooShort)).checks).toMatchObject(mismatch);
  });

  it('does not take an expected answer of other length', async () => {
    const sample = { ...expectedSample(), x: new Float64Array(0) };
    expect((await outcomes(bundleWith(sample))).checks['golden']).toBe('BUNDLE_GOLDEN_MISMATCH');
  });

  it('wants the licence accepted, and goes on to the other checks', async () => {
    const licence = { id: 'LicenseRef-NC', url: null, commercialUse: false, mustAccept: true };
    const files = bundleWith(expectedSample(), { licence });
    const { checks } = await outcomes(files);
    expect(checks).toMatchObject({ licence: 'LICENCE_NOT_ACCEPTED', golden: 'passed' });
    expect((await outcomes(files, { acceptLicences: ['LicenseRef-NC'] })).ok).toBe(true);
  });

  it('finds a changed file and then runs nothing', async () => {
    const files = bundleWith(expectedSample());
    files.set(
      'golden/frames.u8',
      FRAMES.map((byte) => byte + 1),
    );
    expect((await outcomes(files)).checks).toMatchObject({
      files: 'BUNDLE_HASH_MISMATCH',
      graph: 'skipped',
      golden: 'skipped',
    });
  });

  it('finds a graph that differs from policy.json', async () => {
    const files = bundleWith(expectedSample(), { inputs: { frames: 'frames' } });
    expect((await outcomes(files)).checks).toMatchObject({
      graph: 'BUNDLE_GRAPH_MISMATCH',
      golden: 'skipped',
    });
  });

  it('runs the golden case only when asked', async () => {
    const files = bundleWith(expectedSample());
    expect((await outcomes(files, { runGolden: false })).checks['golden']).toBe('skipped');
  });
});
