import { describe, expect, it } from 'vitest';
import { busyPolicyBundle, reasoningPolicyBundle } from '@drivesweep/testkit';
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

describe('policy.json of a policy that reasons', () => {
  type Json = Record<string, unknown>;
  const reasoningManifest = (): Json => {
    const files = reasoningPolicyBundle({
      cameras: ['front'],
      offsetsUs: [-100_000, 0],
      height: 64,
      width: 96,
      horizonSteps: 5,
      navigationTokens: 12,
    });
    return JSON.parse(new TextDecoder().decode(files.get('policy.json'))) as Json;
  };
  /** Changes one field, given by its path; undefined removes it. */
  const changed = (path: string, value: unknown): Json => {
    const manifest = reasoningManifest();
    const names = path.split('.');
    const last = names.pop() ?? '';
    const parent = names.reduce((object, name) => object[name] as Json, manifest);
    parent[last] = value;
    return JSON.parse(JSON.stringify(manifest)) as Json;
  };
  const issues = (manifest: Json) =>
    (bundleManifestSchema.safeParse(manifest).error?.issues ?? []).map(
      (issue) => `${issue.path.join('.')}: ${issue.message}`,
    );

  it('is accepted when nothing contradicts', () => {
    expect(issues(reasoningManifest())).toEqual([]);
  });

  it('may leave the prompt to the graph', () => {
    const manifest = changed('reasoning.prompt', null);
    delete (manifest['inputs'] as Json)['promptIds'];
    expect(issues(manifest)).toEqual([]);
  });

  it.each<[path: string, value: unknown, issue: string]>([
    ['reasoning.tokenizer', 'other.json', 'reasoning.tokenizer: not in the list of files'],
    ['inputs.uniforms', undefined, 'reasoning: needs inputs.uniforms, which decide the tokens'],
    ['inputs.promptIds', undefined, 'reasoning.prompt: given exactly when inputs.promptIds is'],
    ['reasoning.prompt', null, 'reasoning.prompt: given exactly when inputs.promptIds is'],
    ['traces', ['Stop'], 'reasoning: a policy has a closed list of "traces" or a text of its own'],
    ['reasoning', undefined, 'inputs.uniforms: there is no reasoning.decode to say how many'],
    ['inputs.noise', 'uniforms', 'inputs: two inputs have the same name'],
    [
      'reasoning.outputs.top',
      { k: 5, ids: 'top', logprobs: 'top' },
      'reasoning.outputs: tokens, logprobs, tokenCounts, top.ids and top.logprobs are five tensors',
    ],
    [
      'reasoning.outputs.logprobs',
      'tokens',
      'reasoning.outputs: tokens, logprobs and tokenCounts are three tensors',
    ],
    [
      'reasoning.prompt.segments.2.index',
      0,
      'reasoning.prompt.segments: images stand once each and in order: the cameras give 2, here are [0, 0]',
    ],
    [
      'reasoning.prompt.segments.4.steps',
      8,
      'reasoning.prompt.segments.4.steps: the policy is given 16 poses',
    ],
    [
      'reasoning.prompt.segments.4.max',
      [4, -4, 10],
      'reasoning.prompt.segments.4.max: not above min',
    ],
    [
      'reasoning.prompt.padId',
      400,
      'reasoning.prompt.segments.4.firstId: the id of empty slots is among the bins',
    ],
    ['reasoning.prompt.padId', 332, 'reasoning.prompt.segments.1.id: is the id of empty slots'],
    [
      'reasoning.prompt.length',
      60,
      'reasoning.prompt.length: less than the 64 ids of images, history and navigation alone',
    ],
    [
      'reasoning.prompt.segments.0',
      { kind: 'navigation', before: '', after: '', maxTokens: 1 },
      'reasoning.prompt.segments: a window has one navigation text',
    ],
    [
      'cameras.smartResize',
      { factor: 32, minPixels: 100, maxPixels: 3000 },
      'cameras.smartResize: never chooses 64x96: it would make 32x64 of it',
    ],
    [
      'cameras.smartResize',
      { factor: 32, minPixels: 100, maxPixels: 99 },
      'cameras.smartResize.minPixels: more than maxPixels',
    ],
  ])('contradicts itself when %s is %j', (path, value, issue) => {
    expect(issues(changed(path, value))).toContain(issue);
  });

  it('wants an input that tells the graph how many samples', () => {
    const manifest = changed('reasoning', undefined);
    manifest['inputs'] = { frames: 'frames' };
    expect(issues(manifest)).toEqual([
      'samples: only uniforms or noise can tell the graph how many samples: list one number',
    ]);
  });

  it.each([
    ['reasoning.decode.temperature', 0],
    ['reasoning.decode.topP', 1.1],
    ['reasoning.decode.endId', -1],
    ['reasoning.decode.maxTokens', 0],
    ['reasoning.prompt.segments', []],
    ['cameras.resize', 'lanczos'],
  ])('does not take %s = %j', (path, value) => {
    expect(issues(changed(path, value)).join()).toContain(path);
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
