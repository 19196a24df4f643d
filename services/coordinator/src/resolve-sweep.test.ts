import { describe, expect, it } from 'vitest';
import { sweepFileSchema } from '@drivesweep/contracts';
import type { ObjectStore, SweepFileInput } from '@drivesweep/contracts';
import type { BundleManifestInput } from '@drivesweep/policy-onnx';
import {
  buildPhysicalAi,
  busyPolicyBundle,
  MemoryObjectStore,
  remoteBundle,
} from '@drivesweep/testkit';
import { resolveSweep, windowChoiceOf } from './resolve-sweep.ts';

const dataset = new MemoryObjectStore();
const drives = ['a', 'b'].map((driveId) => ({ driveId, chunk: 0, egomotionUs: null }));
for (const [key, bytes] of buildPhysicalAi(drives)) dataset.objects.set(key, bytes);

const smallest: SweepFileInput = {
  name: 'test',
  policy: 'kinematic:constant-velocity',
  dataset: { layout: 'physicalai-av', uri: '/dataset' },
  windows: { every_s: 0.5 },
};

/** Stores by the URI under which they are asked for. */
function resolve(changes: Partial<SweepFileInput> = {}, stores: Record<string, ObjectStore> = {}) {
  return resolveSweep(sweepFileSchema.parse({ ...smallest, ...changes }), openFrom(stores));
}

const openFrom = (stores: Record<string, ObjectStore>) => (uri: string) =>
  stores[uri] ?? (uri === '/dataset' ? dataset : new MemoryObjectStore());

function lists(content: string) {
  const store = new MemoryObjectStore();
  store.objects.set('windows.csv', new TextEncoder().encode(content));
  return { '/lists/': store };
}

function bundle(licence: object = {}) {
  const files = busyPolicyBundle({
    cameras: ['camera_front_wide_120fov'],
    offsetsUs: [0],
    height: 8,
    width: 8,
    horizonSteps: 64,
  });
  const manifest: unknown = JSON.parse(new TextDecoder().decode(files.get('policy.json')));
  const changed = { ...(manifest as object), licence: { ...licenceOf, ...licence } };
  files.set('policy.json', new TextEncoder().encode(JSON.stringify(changed)));
  return { 's3://models/busy': remoteBundle(files) };
}
/** A bundle whose prompt has room for where to go; only its policy.json is read. */
function takingNavigation() {
  const store = bundle()['s3://models/busy'];
  const manifest = JSON.parse(
    new TextDecoder().decode(store.objects.get('policy.json')),
  ) as BundleManifestInput;
  const tokenizer = { path: 'tokenizer.json', sha256: '0'.repeat(64), bytes: 0 };
  const told: BundleManifestInput = {
    ...manifest,
    files: [...manifest.files, tokenizer],
    inputs: { ...manifest.inputs, promptIds: 'prompt_ids', uniforms: 'uniforms' },
    reasoning: {
      tokenizer: tokenizer.path,
      decode: { maxTokens: 4, temperature: 0.6, topP: 0.98, endId: 9 },
      trace: { startId: null, endId: 8 },
      outputs: { tokens: 'tokens', logprobs: 'logprobs', tokenCounts: 'token_counts' },
      prompt: {
        length: 5,
        padId: 0,
        segments: [
          { kind: 'image', index: 0, id: 1, tokens: 1 },
          { kind: 'navigation', before: '', after: '', maxTokens: 4 },
        ],
      },
    },
  };
  store.objects.set('policy.json', new TextEncoder().encode(JSON.stringify(told)));
  store.objects.set(tokenizer.path, new Uint8Array());
  return { 's3://models/told': store };
}

const licenceOf = { id: 'LicenseRef-nc', url: null, commercialUse: false, mustAccept: false };

describe('resolveSweep', () => {
  it('makes a spec with everything that decides the numbers', async () => {
    const spec = await resolve();
    expect(spec).toMatchObject({
      policy: { kind: 'kinematic', name: 'kinematic:constant-velocity', uri: null },
      dataset: { layout: 'physicalai-av', uri: '/dataset', revision: '26.03' },
      drives: { split: null, ids: null, limit: null },
      windows: { kind: 'every', everyUs: 500_000 },
      historySteps: 16,
      horizonSteps: 64,
      stepUs: 100_000,
      errorBudget: null,
    });
    expect(spec.sweepId).toMatch(/^sw-[0-9a-f]{16}$/);
  });

  it('is the same sweep under another name, and whatever the order of ids, splits and times', async () => {
    const one = await resolve({ drives: { ids: ['a', 'b'] }, windows: { at_us: [3, 1, 3] } });
    const two = await resolve({
      name: 'other',
      drives: { ids: ['b', 'a', 'a'] },
      windows: { at_us: [1, 3] },
    });
    expect(two.sweepId).toBe(one.sweepId);
    expect((await resolve({ seed: 1 })).sweepId).not.toBe((await resolve()).sweepId);
  });

  it.each([
    [{ policy: 'models/x' }, ['policy']],
    [{ dataset: { layout: 'physicalai-av', uri: 'data' } }, ['dataset', 'uri']],
    [{ windows: { list: 'windows.csv' } }, ['windows', 'list']],
  ] as const)('refuses a relative path: %j', async (changes, path) => {
    await expect(resolve(changes)).rejects.toMatchObject({
      code: 'SWEEP_FILE_INVALID',
      issues: [{ path }],
    });
  });

  it('refuses a policy that does not exist', async () => {
    await expect(resolve({ policy: 'kinematic:constant-speed' })).rejects.toMatchObject({
      code: 'POLICY_NOT_FOUND',
    });
    await expect(resolve({ policy: 's3://models/none' })).rejects.toMatchObject({
      code: 'POLICY_NOT_FOUND',
    });
  });

  it('refuses a history that is too short for the policy, and names the field', async () => {
    const sweep = { policy: 'kinematic:constant-turn-rate', history_steps: 5 };
    await expect(resolve(sweep)).rejects.toMatchObject({
      code: 'SWEEP_FILE_INVALID',
      issues: [
        { path: ['history_steps'], message: expect.stringContaining('at least 6') as string },
      ],
    });
  });

  it('refuses a dataset without the layout', async () => {
    const elsewhere = { layout: 'physicalai-av', uri: '/empty' } as const;
    await expect(resolve({ dataset: elsewhere })).rejects.toMatchObject({
      code: 'DATASET_INVALID',
    });
  });

  it('refuses a selection without a drive', async () => {
    await expect(resolve({ drives: { split: 'train' } })).rejects.toMatchObject({
      code: 'SWEEP_EMPTY',
    });
  });

  it('takes a bundle that offers what is asked, by its hash', async () => {
    const spec = await resolve({ policy: 's3://models/busy' }, bundle());
    expect(spec.policy).toMatchObject({ kind: 'onnx', name: 'busy', uri: 's3://models/busy' });
  });

  it.each([
    [{ samples: 6 }, 'samples'],
    [{ horizon_steps: 32 }, 'horizon_steps'],
    [{ history_steps: 8 }, 'history_steps'],
    [{ rate_hz: 5 }, 'rate_hz'],
  ])('refuses %j, which the bundle does not offer', async (changes, field) => {
    const sweep = { policy: 's3://models/busy', ...changes };
    await expect(resolve(sweep, bundle())).rejects.toMatchObject({
      code: 'SWEEP_FILE_INVALID',
      issues: [{ path: [field] }],
    });
  });

  it('refuses a bundle whose licence was not accepted, and takes it once it was', async () => {
    const sweep = { policy: 's3://models/busy' };
    const stores = bundle({ mustAccept: true });
    await expect(resolve(sweep, stores)).rejects.toMatchObject({ code: 'LICENCE_NOT_ACCEPTED' });
    const accepted = { ...sweep, accept_licences: ['LicenseRef-nc'] };
    expect((await resolve(accepted, stores)).policy.name).toBe('busy');
  });
});

describe('a list of windows', () => {
  const listed = { windows: { list: '/lists/windows.csv' } };

  it('is read again for planning, by drive', async () => {
    const stores = lists('drive_id,t0_us\nb,2\na,1\nb,1\n');
    const choice = await windowChoiceOf(await resolve(listed, stores), openFrom(stores));
    expect(choice).toEqual({
      kind: 'list',
      windowsByDrive: new Map([
        [
          'b',
          new Map([
            [1, null],
            [2, null],
          ]),
        ],
        ['a', new Map([[1, null]])],
      ]),
    });
  });

  it('that was changed since is refused', async () => {
    const spec = await resolve(listed, lists('drive_id,t0_us\na,1\n'));
    await expect(
      windowChoiceOf(spec, openFrom(lists('drive_id,t0_us\na,2\n'))),
    ).rejects.toMatchObject({ code: 'LIST_INVALID' });
  });

  it('that is empty or missing is refused', async () => {
    await expect(resolve(listed, lists('drive_id,t0_us\n'))).rejects.toMatchObject({
      code: 'SWEEP_EMPTY',
    });
    await expect(resolve(listed)).rejects.toMatchObject({ code: 'LIST_INVALID' });
  });
});

describe('navigation', () => {
  const listed = { windows: { list: '/lists/windows.csv' } };
  const told = lists('drive_id,t0_us,navigation\na,1,turn left\n');

  it('belongs to the identity of the sweep', async () => {
    const policy = 's3://models/told';
    const stores = takingNavigation();
    const none = await resolve({ policy }, stores);
    const left = await resolve({ policy, navigation: 'turn left' }, stores);
    const right = await resolve({ policy, navigation: 'turn right' }, stores);
    expect(new Set([none.sweepId, left.sweepId, right.sweepId]).size).toBe(3);
    expect(left.navigation).toBe('turn left');
    expect(none).not.toHaveProperty('navigation');
  });

  it.each([
    ['of the sweep', { navigation: 'turn left' }, {}, ['navigation']],
    ['of the list', listed, told, ['windows', 'list']],
  ])('%s is refused by a policy that takes none', async (_, changes, stores, path) => {
    for (const policy of ['kinematic:constant-velocity', 's3://models/busy']) {
      await expect(
        resolve({ ...changes, policy }, { ...stores, ...bundle() }),
      ).rejects.toMatchObject({ code: 'SWEEP_FILE_INVALID', issues: [{ path }] });
    }
  });

  it('of the list goes to the windows that have one', async () => {
    const stores = { ...told, ...takingNavigation() };
    const spec = await resolve({ ...listed, policy: 's3://models/told' }, stores);
    expect(await windowChoiceOf(spec, openFrom(stores))).toEqual({
      kind: 'list',
      windowsByDrive: new Map([['a', new Map([[1, 'turn left']])]]),
    });
  });
});
