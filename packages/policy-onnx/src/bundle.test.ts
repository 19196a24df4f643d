import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { busyPolicyBundle, localBundle, remoteBundle } from '@drivesweep/testkit';
import type { BundleFiles } from '@drivesweep/testkit';
import { bundleNeeds, bundleRef, checkPath, openBundle, requireLicence } from './bundle.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drivesweep-bundle-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const OPTIONS = {
  cameras: ['front'],
  offsetsUs: [-100_000, 0],
  height: 8,
  width: 16,
  horizonSteps: 5,
};

/** The files of a good bundle with policy.json changed as a text. */
function bundleWith(change: (policy: string) => string): BundleFiles {
  const files = busyPolicyBundle(OPTIONS);
  const policy = new TextDecoder().decode(files.get('policy.json'));
  return files.set('policy.json', new TextEncoder().encode(change(policy)));
}

const open = (files: BundleFiles) => openBundle(remoteBundle(files));

describe('openBundle', () => {
  it('reads what a policy needs', async () => {
    const { manifest } = await open(busyPolicyBundle({ ...OPTIONS, maxBatch: 4 }));
    expect(bundleNeeds(manifest)).toEqual({
      cameras: {
        names: ['front'],
        offsetsUs: [-100_000, 0],
        format: { height: 8, width: 16, colour: 'rgb', resize: 'bilinear' },
      },
      historySteps: 16,
      horizonSteps: 5,
      stepUs: 100_000,
      samples: [1],
      maxBatch: 4,
      rowsIndependent: false,
    });
  });

  it('does not read the graph', async () => {
    const store = remoteBundle(busyPolicyBundle(OPTIONS));
    await openBundle(store);
    const read = store.calls.filter((call) => call.op === 'get').map((call) => call.key);
    expect(read).toEqual(['policy.json']);
  });

  it('says when there is no bundle', async () => {
    await expect(open(new Map())).rejects.toMatchObject({ code: 'POLICY_NOT_FOUND' });
  });

  it('names the fields that are wrong', async () => {
    const files = bundleWith((policy) => policy.replace('"opset": 17', '"opset": "17"'));
    const error = {
      code: 'BUNDLE_INVALID',
      message: expect.stringContaining('runtime.opset:') as string,
    };
    await expect(open(files)).rejects.toMatchObject(error);
  });

  it('says when policy.json is no JSON', async () => {
    await expect(open(bundleWith((policy) => policy.slice(1)))).rejects.toMatchObject({
      code: 'BUNDLE_INVALID',
    });
  });

  it('misses a file', async () => {
    const files = busyPolicyBundle(OPTIONS);
    files.delete('LICENSE');
    await expect(open(files)).rejects.toMatchObject({
      code: 'BUNDLE_FILE_MISSING',
      message: expect.stringContaining('LICENSE') as string,
    });
  });

  it('sees by its size that a file was copied in part', async () => {
    const files = busyPolicyBundle(OPTIONS);
    files.set('LICENSE', new Uint8Array(3));
    await expect(open(files)).rejects.toMatchObject({ code: 'BUNDLE_HASH_MISMATCH' });
  });

  it.each(['../LICENSE', '/etc/passwd', 'a//b', './LICENSE', 'C:/x', 'a\\\\b'])(
    'refuses the path %s',
    async (path) => {
      const files = bundleWith((policy) => policy.replace('"LICENSE"', `"${path}"`));
      await expect(open(files)).rejects.toMatchObject({ code: 'BUNDLE_PATH_UNSAFE' });
    },
  );

  it('refuses a link that leaves the folder', async () => {
    const store = await localBundle(busyPolicyBundle(OPTIONS), folder);
    const outside = await mkdtemp(join(tmpdir(), 'drivesweep-outside-'));
    await writeFile(join(outside, 'LICENSE'), 'x');
    await rm(join(folder, 'LICENSE'));
    await symlink(join(outside, 'LICENSE'), join(folder, 'LICENSE'));
    await expect(openBundle(store)).rejects.toMatchObject({ code: 'BUNDLE_PATH_UNSAFE' });
    await rm(outside, { recursive: true });
  });
});

describe('checkPath', () => {
  it('lets a plain path through', () => {
    expect(() => checkPath('graphs/policy.onnx')).not.toThrow();
  });
});

describe('bundleRef', () => {
  it('is the same wherever the bundle lies and however policy.json is laid out', async () => {
    const spaced = await open(busyPolicyBundle(OPTIONS));
    const compact = await open(bundleWith((policy) => JSON.stringify(JSON.parse(policy))));
    const refs = [bundleRef(spaced, 's3://a/b'), bundleRef(compact, '/elsewhere')];
    expect(refs[0]?.bundleSha256).toBe(refs[1]?.bundleSha256);
    expect(refs[0]).toMatchObject({ kind: 'onnx', name: 'busy', version: '1.0.0' });
  });

  it('changes with any field and with any file', async () => {
    const bundles = await Promise.all([
      open(busyPolicyBundle(OPTIONS)),
      open(busyPolicyBundle({ ...OPTIONS, products: 1 })),
      open(bundleWith((policy) => policy.replace('"bilinear"', '"area"'))),
    ]);
    const hashes = bundles.map((bundle) => bundleRef(bundle, 'x').bundleSha256);
    expect(new Set(hashes).size).toBe(3);
  });
});

describe('requireLicence', () => {
  it('wants acceptance by the id of the licence', async () => {
    const { manifest } = await open(
      bundleWith((policy) => policy.replace('"mustAccept": false', '"mustAccept": true')),
    );
    expect(() => requireLicence(manifest, ['MIT'])).toThrow('CC0-1.0');
    expect(() => requireLicence(manifest, ['CC0-1.0'])).not.toThrow();
  });
});
