import { describe, expect, it } from 'vitest';
import { DrivesweepError } from '@drivesweep/contracts';
import type { Policy } from '@drivesweep/contracts';
import { createKinematicPolicy, kinematicPolicyRef } from '@drivesweep/policy-kinematic';
import { buildSpec, busyPolicyBundle, remoteBundle } from '@drivesweep/testkit';
import type { EngineSweep } from '../protocol.ts';
import { policyLoader, PolicyShelf } from './policy-shelf.ts';

const REF = kinematicPolicyRef('kinematic:constant-velocity');

function sweepWith(bundleSha256: string): EngineSweep {
  return buildSpec({ policy: { ...REF, bundleSha256 } });
}

/** A shelf that writes down what it loads and closes. */
function shelf(capacity: number) {
  const events: string[] = [];
  const load = ({ policy }: EngineSweep): Promise<Policy> => {
    events.push(`load ${policy.bundleSha256}`);
    if (policy.bundleSha256 === 'bad') return Promise.reject(new Error('bad'));
    const close = () => {
      events.push(`close ${policy.bundleSha256}`);
      return Promise.resolve();
    };
    return Promise.resolve({ ...createKinematicPolicy(REF), close });
  };
  return { events, policies: new PolicyShelf(load, capacity) };
}

describe('PolicyShelf', () => {
  it('loads a policy once for shards that come at the same time', async () => {
    const { events, policies } = shelf(1);
    const [a, b] = await Promise.all([
      policies.borrow(sweepWith('a')),
      policies.borrow(sweepWith('a')),
    ]);
    expect(a.policy).toBe(b.policy);
    expect(events).toEqual(['load a']);
  });

  it('closes the least recently used when there are too many, never one in use', async () => {
    const { events, policies } = shelf(1);
    const a = await policies.borrow(sweepWith('a'));
    const b = await policies.borrow(sweepWith('b'));
    expect(events).toEqual(['load a', 'load b']);
    a.release();
    await Promise.resolve();
    b.release();
    await policies.close();
    expect(events).toEqual(['load a', 'load b', 'close a', 'close b']);
  });

  it('makes room for a policy that the device has no memory for beside others', async () => {
    const events: string[] = [];
    let loaded = 0;
    const load = ({ policy: { bundleSha256: name } }: EngineSweep): Promise<Policy> => {
      events.push(`load ${name}`);
      if (loaded > 0) return Promise.reject(new DrivesweepError('POLICY_OUT_OF_MEMORY', name));
      loaded += 1;
      const close = () => {
        events.push(`close ${name}`);
        loaded -= 1;
        return Promise.resolve();
      };
      return Promise.resolve({ ...createKinematicPolicy(REF), close });
    };
    const policies = new PolicyShelf(load, 2);
    const a = await policies.borrow(sweepWith('a'));
    await expect(policies.borrow(sweepWith('b'))).rejects.toMatchObject({
      code: 'POLICY_OUT_OF_MEMORY',
    });
    a.release();
    await policies.borrow(sweepWith('b'));
    expect(events).toEqual(['load a', 'load b', 'load b', 'close a', 'load b']);
  });

  it('tries again to load what did not load', async () => {
    const { events, policies } = shelf(1);
    await expect(policies.borrow(sweepWith('bad'))).rejects.toThrow('bad');
    await expect(policies.borrow(sweepWith('bad'))).rejects.toThrow('bad');
    expect(events).toEqual(['load bad', 'load bad']);
  });
});

describe('policyLoader', () => {
  const files = busyPolicyBundle({
    cameras: ['front'],
    offsetsUs: [0],
    height: 8,
    width: 8,
    horizonSteps: 4,
  });
  const load = policyLoader(() => remoteBundle(files), {
    provider: 'cpu',
    deviceId: 0,
    threads: 1,
    cacheDir: 'unused',
  });

  it('makes kinematic policies itself', async () => {
    const policy = await load(buildSpec({ policy: REF }));
    expect(policy.ref.name).toBe('kinematic:constant-velocity');
  });

  it('refuses a bundle that is not the one that the sweep was made for', async () => {
    const policy = { ...REF, kind: 'onnx' as const, uri: 's3://policies/busy' };
    await expect(load(buildSpec({ policy }))).rejects.toMatchObject({
      code: 'BUNDLE_HASH_MISMATCH',
    });
  });
});
