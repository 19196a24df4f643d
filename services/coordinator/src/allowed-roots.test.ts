import { describe, expect, it } from 'vitest';
import { sweepFileSchema } from '@drivesweep/contracts';
import { openObjectStore, restrictToRoots } from '@drivesweep/object-store';
import { resolveSweep } from './resolve-sweep.ts';

const openStore = restrictToRoots(['/srv/data', 's3://fleet/data'], openObjectStore);

const file = (changes: object) =>
  sweepFileSchema.parse({
    name: 'hostile',
    policy: 'kinematic:constant-velocity',
    dataset: { layout: 'comma2k19', uri: '/srv/data/comma' },
    windows: { every_s: 1 },
    ...changes,
  });

describe('a sweep file that names places outside the allowed roots', () => {
  it.each([
    ['as policy', { policy: '/etc' }],
    ['as policy in a bucket', { policy: 's3://fleet/secrets' }],
    ['as dataset', { dataset: { layout: 'comma2k19', uri: '/srv/data/../../etc' } }],
    ['as dataset by URI', { dataset: { layout: 'comma2k19', uri: 'file:///srv/data/%2e%2e' } }],
    ['as list', { windows: { list: '/etc/passwd.csv' } }],
    ['as list beside a root', { windows: { list: '/srv/data-private/windows.csv' } }],
  ])('is refused before anything is read: %s', async (_what, changes) => {
    await expect(resolveSweep(file(changes), openStore)).rejects.toMatchObject({
      code: 'URI_NOT_ALLOWED',
    });
  });
});
