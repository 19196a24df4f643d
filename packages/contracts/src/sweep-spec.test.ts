import { describe, expect, it } from 'vitest';
import { SWEEP_ID, sweepIdOf } from './sweep-spec.ts';
import type { SweepSpec } from './sweep-spec.ts';

const spec: Omit<SweepSpec, 'sweepId'> = {
  schema: 'sweep/1',
  name: 'a',
  policy: {
    kind: 'kinematic',
    name: 'kinematic:constant-velocity',
    version: '1',
    uri: null,
    bundleSha256: 'a'.repeat(64),
  },
  dataset: { layout: 'comma2k19', uri: '/data', revision: null, fingerprint: 'b'.repeat(64) },
  drives: { split: null, ids: null, limit: null },
  windows: { kind: 'every', everyUs: 100_000 },
  samples: 1,
  seed: 7,
  historySteps: 16,
  horizonSteps: 64,
  stepUs: 100_000,
  preprocessing: 'preprocessing/1',
  errorBudget: null,
  acceptLicences: [],
};

describe('sweepIdOf', () => {
  it('is a short hash', () => {
    expect(sweepIdOf(spec)).toMatch(SWEEP_ID);
  });

  it('of a sweep without navigation is what it was before there was navigation', () => {
    expect(sweepIdOf(spec)).toBe('sw-05817878796955b9');
  });

  it.each<[string, Partial<typeof spec>]>([
    ['name', { name: 'b' }],
    ['place of the dataset', { dataset: { ...spec.dataset, uri: 's3://bucket/data' } }],
    ['error budget', { errorBudget: { fraction: 0.1, count: null } }],
    ['accepted licences', { acceptLicences: ['MIT'] }],
  ])('does not depend on the %s, which changes no number', (_, change) => {
    expect(sweepIdOf({ ...spec, ...change })).toBe(sweepIdOf(spec));
  });

  it.each<[string, Partial<typeof spec>]>([
    ['policy', { policy: { ...spec.policy, bundleSha256: 'c'.repeat(64) } }],
    ['content of the dataset', { dataset: { ...spec.dataset, fingerprint: 'c'.repeat(64) } }],
    ['revision', { dataset: { ...spec.dataset, revision: '26.03' } }],
    ['drives', { drives: { ...spec.drives, limit: 5 } }],
    ['windows', { windows: { kind: 'every', everyUs: 200_000 } }],
    ['navigation text', { navigation: 'turn left' }],
    ['samples', { samples: 6 }],
    ['seed', { seed: 8 }],
    ['history', { historySteps: 17 }],
    ['horizon', { horizonSteps: 30 }],
    ['step', { stepUs: 50_000 }],
    ['preprocessing', { preprocessing: 'preprocessing/2' }],
  ])('changes with the %s', (_, change) => {
    expect(sweepIdOf({ ...spec, ...change })).not.toBe(sweepIdOf(spec));
  });
});
