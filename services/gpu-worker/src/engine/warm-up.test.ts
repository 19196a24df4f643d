import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bundleOf, remoteBundle } from '@drivesweep/testkit';
import type { BundleFiles } from '@drivesweep/testkit';
import { warmUp } from './warm-up.ts';

const GLANCE = new URL('../../../../policies/glance/', import.meta.url);
const manifestSchema = z.looseObject({ files: z.array(z.object({ path: z.string() })) });
const goldenSchema = z.looseObject({
  expected: z.array(z.looseObject({ x: z.array(z.number()) })),
});

let cacheDir: string;
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'drivesweep-warm-'));
});
afterEach(() => rm(cacheDir, { recursive: true, force: true }));

const options = () => ({ provider: 'cpu' as const, deviceId: 0, threads: 1, cacheDir });
const read = (path: string): Uint8Array => readFileSync(new URL(path, GLANCE));

/** The policy of this repository, with hashes that fit what `change` did to its files and its manifest. */
function glance(change: (files: BundleFiles, manifest: Record<string, unknown>) => void) {
  const manifest = manifestSchema.parse(JSON.parse(Buffer.from(read('policy.json')).toString()));
  const files: BundleFiles = new Map(manifest.files.map(({ path }) => [path, read(path)]));
  change(files, manifest);
  return remoteBundle(bundleOf(manifest, files));
}

describe('warmUp', () => {
  it('passes a bundle that answers its golden case', async () => {
    await expect(
      warmUp(
        glance(() => undefined),
        options(),
      ),
    ).resolves.toBeUndefined();
  });

  it('refuses one that answers something else, so that the worker never becomes ready', async () => {
    const store = glance((files) => {
      const file = files.get('golden/case0.json');
      const golden = goldenSchema.parse(JSON.parse(Buffer.from(file ?? []).toString()));
      for (const sample of golden.expected) sample.x = sample.x.map((x) => x + 0.5);
      files.set('golden/case0.json', Buffer.from(JSON.stringify(golden)));
    });
    await expect(warmUp(store, options())).rejects.toMatchObject({
      code: 'BUNDLE_GOLDEN_MISMATCH',
    });
  });

  it('refuses one with weights that were changed on the way', async () => {
    const store = glance(() => undefined);
    const graph = Uint8Array.from(store.objects.get('policy.onnx') ?? []);
    graph[1000] = (graph[1000] ?? 0) ^ 1;
    store.objects.set('policy.onnx', graph);
    await expect(warmUp(store, options())).rejects.toMatchObject({ code: 'BUNDLE_HASH_MISMATCH' });
  });

  it('refuses one without a golden case, because nothing would tell whether it works', async () => {
    const store = glance((_files, manifest) => void (manifest['golden'] = null));
    await expect(warmUp(store, options())).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
  });
});
