import { describe, expect, it } from 'vitest';
import type { SweepState } from '@drivesweep/contracts';
import { buildStatus } from '@drivesweep/testkit';
import { ApiRefusal } from './coordinator-client.ts';
import { exitOfSweep, submitSweep, troubleOfSweep } from './run-sweeps.ts';
import { parseSweepFile } from './sweep-file.ts';

const loaded = parseSweepFile(
  'a.yaml',
  'name: a\npolicy: kinematic:constant-velocity\ndataset: {layout: comma2k19, uri: data}\nwindows: {every_s: 1}\n',
);

describe('submitting a sweep', () => {
  const submitted = async (created: boolean, state: SweepState) => {
    const resumed: string[] = [];
    await submitSweep(
      {
        submit: () => Promise.resolve({ sweepId: 'sw-1', created }),
        status: () => Promise.resolve(buildStatus({ state })),
        resume: (id) => {
          resumed.push(id);
          return Promise.resolve(buildStatus());
        },
      },
      loaded,
    );
    return resumed;
  };

  it.each(['cancelled', 'partial'] as const)('goes on with one that was %s', async (state) => {
    expect(await submitted(false, state)).toEqual(['sw-1']);
  });

  it.each(['running', 'complete'] as const)('leaves one that is %s alone', async (state) => {
    expect(await submitted(false, state)).toEqual([]);
  });

  it('tells what the coordinator finds wrong with the line in the file', async () => {
    const refusal = new ApiRefusal({
      code: 'DATASET_INVALID',
      message: 'refused',
      hint: null,
      issues: [{ path: ['dataset', 'uri'], message: 'holds no drive' }],
    });
    const client = {
      submit: () => Promise.reject(refusal),
      status: () => Promise.resolve(buildStatus()),
      resume: () => Promise.resolve(buildStatus()),
    };
    await expect(submitSweep(client, loaded)).rejects.toThrow(
      'a.yaml:3:30: dataset.uri: holds no drive',
    );
  });
});

describe('how a sweep ended', () => {
  it.each([
    ['complete', 0],
    ['refused', 2],
    ['partial', 3],
    ['cancelled', 1],
  ] as const)('%s is exit code %i', (state, code) => {
    expect(exitOfSweep(buildStatus({ state }))).toBe(code);
  });

  it('a sweep without a scorecard says why', () => {
    const refused = buildStatus({ state: 'refused', message: 'SWEEP_EMPTY: no window fits' });
    expect(troubleOfSweep(refused)).toMatchObject({
      code: 'SWEEP_EMPTY',
      message: 'comma was refused: no window fits',
    });
    expect(troubleOfSweep(buildStatus({ state: 'partial' }))).toBeNull();
  });
});
