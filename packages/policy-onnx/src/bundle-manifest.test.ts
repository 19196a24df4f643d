import { describe, expect, it } from 'vitest';
import { busyPolicyBundle } from '@drivesweep/testkit';
import { bundleJsonSchema, bundleManifestSchema } from './bundle-manifest.ts';
import type { BundleManifestInput } from './bundle-manifest.ts';
import { frameOffsetsUs } from './manifest-cameras.ts';

function manifest(): BundleManifestInput & { cameras: object } {
  const files = busyPolicyBundle({
    cameras: ['front', 'left'],
    offsetsUs: [-100_000, 0],
    height: 8,
    width: 16,
    horizonSteps: 5,
  });
  return JSON.parse(new TextDecoder().decode(files.get('policy.json'))) as ReturnType<
    typeof manifest
  >;
}

function issuesOf(changes: object): string[] {
  const result = bundleManifestSchema.safeParse({ ...manifest(), ...changes });
  return (result.error?.issues ?? []).map((i) => `${i.path.join('.')}: ${i.message}`);
}

describe('policy.json', () => {
  it('is accepted when nothing contradicts', () => {
    expect(issuesOf({})).toEqual([]);
  });

  it('names a field that it does not know', () => {
    expect(issuesOf({ licences: [] }).join()).toContain('licences');
  });

  it('refuses a frame from the future', () => {
    const cameras = { ...manifest().cameras, frames: { offsetsUs: [0, 100_000] } };
    expect(issuesOf({ cameras }).join()).toContain('would show the future');
  });

  it('refuses frames that are out of order', () => {
    const cameras = { ...manifest().cameras, frames: { offsetsUs: [0, -100_000] } };
    expect(issuesOf({ cameras })).toEqual(['cameras.frames: times do not strictly ascend']);
  });

  it('refuses a crop that reaches outside the image', () => {
    const cameras = { ...manifest().cameras, crop: { top: 4, left: 0, height: 5, width: 16 } };
    expect(issuesOf({ cameras })).toEqual(['cameras.crop: reaches outside 8x16']);
  });

  it('refuses to normalise bytes', () => {
    const cameras = { ...manifest().cameras, mean: [0.5] };
    expect(issuesOf({ cameras }).join()).toContain('need float32');
  });

  it('wants every file that it names in its list', () => {
    expect(issuesOf({ graph: 'other.onnx' })).toEqual(['graph: not in the list of files']);
    const golden = { file: 'g.json', tolerances: { xyzM: 1, yawRad: 1 } };
    expect(issuesOf({ golden })).toEqual(['golden.file: not in the list of files']);
  });

  it('wants cameras exactly when the graph takes frames', () => {
    expect(issuesOf({ cameras: null }).join()).toContain('named exactly when there are cameras');
  });

  it('takes a closed list of 1 to 4,096 sentences', () => {
    const numbered = Array.from({ length: 4096 }, (_, i) => `sentence ${i}`);
    expect(issuesOf({ traces: numbered })).toEqual([]);
    expect(issuesOf({ traces: ['x'.repeat(400)] })).toEqual([]);
    expect(issuesOf({ traces: [...numbered, 'one more'] })).toHaveLength(1);
    expect(issuesOf({ traces: [] })).toHaveLength(1);
    expect(issuesOf({ traces: ['x'.repeat(401)] })).toHaveLength(1);
    expect(issuesOf({ traces: [' '] })).toEqual(['traces.0: expected a sentence']);
    expect(issuesOf({ traces: ['Stop', 'Stop'] })).toEqual(['traces: a sentence is listed twice']);
  });

  it('has a JSON Schema for editors', () => {
    expect(bundleJsonSchema()).toMatchObject({ type: 'object', additionalProperties: false });
  });
});

describe('frameOffsetsUs', () => {
  it('counts back from t0', () => {
    const { cameras } = bundleManifestSchema.parse({
      ...manifest(),
      cameras: { ...manifest().cameras, frames: { count: 4, hz: 10 } },
    });
    expect(cameras && frameOffsetsUs(cameras)).toEqual([-300_000, -200_000, -100_000, 0]);
  });
});
