import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PolicyInput, PolicySample } from '@drivesweep/contracts';
import { bundleOf, reasoningPolicyBundle, remoteBundle } from '@drivesweep/testkit';
import type { BundleFiles } from '@drivesweep/testkit';
import { openBundle } from './bundle.ts';
import {
  compareWithGolden,
  decodeGoldenCase,
  encodeGoldenCase,
  GOLDEN_WINDOW_ID,
} from './golden.ts';
import { loadOnnxPolicy } from './onnx-policy.ts';
import { openGraphHere } from './ort-graph.ts';
import { verifyBundle } from './verify.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drivesweep-verify-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const FRAMES = new Uint8Array(2 * 3 * 8 * 16).fill(51);
const PARAMETERS = { samples: 6, seed: 6, horizonSteps: 4, stepUs: 100_000 };
const TOLERANCES = { xyzM: 1e-4, yawRad: 1e-4, logprob: 1e-5 };
const loadOptions = () => ({
  provider: 'cpu' as const,
  deviceId: 0,
  threads: 1,
  cacheDir: folder,
  openGraph: openGraphHere,
});

const ZEROS = new Float64Array(16);
const WINDOW: PolicyInput = {
  windowId: GOLDEN_WINDOW_ID,
  history: { x: ZEROS, y: ZEROS, z: ZEROS, yaw: ZEROS },
  v0Mps: 10,
  frames: FRAMES,
  navigation: 'Turn left',
};

const plain = (options: { readonly topTokens?: number } = {}): BundleFiles =>
  reasoningPolicyBundle({
    ...options,
    cameras: ['front'],
    offsetsUs: [-100_000, 0],
    height: 8,
    width: 16,
    horizonSteps: 4,
    navigationTokens: 12,
  });

type Json = Record<string, unknown>;

/** The bundle with other files and another policy.json. */
function changed(files: BundleFiles, change: (policy: Json) => Json): BundleFiles {
  const policy = JSON.parse(new TextDecoder().decode(files.get('policy.json'))) as Json;
  files.delete('policy.json');
  return bundleOf(change(policy), files);
}

/** What the bundle itself answers to the golden window. */
async function answersOf(files: BundleFiles): Promise<PolicySample[]> {
  const policy = await loadOnnxPolicy(await openBundle(remoteBundle(files)), loadOptions());
  try {
    // The frames may be taken over by the run.
    const [samples = []] = await policy.infer([{ ...WINDOW, frames: FRAMES.slice() }], PARAMETERS);
    return samples;
  } finally {
    await policy.close();
  }
}

/** A bundle with a golden case in which `change` was made to the first of the answers. */
async function withGolden(
  change: (sample: PolicySample) => PolicySample,
  options: { readonly topTokens?: number } = {},
): Promise<BundleFiles> {
  const files = plain(options);
  const [first, ...others] = await answersOf(plain(options));
  if (!first) throw new Error('the policy did not answer');
  files.set('golden/frames.u8', FRAMES);
  files.set(
    'golden/case.json',
    encodeGoldenCase(WINDOW, PARAMETERS, [change(first), ...others], 'golden/frames.u8'),
  );
  const golden = { file: 'golden/case.json', tolerances: TOLERANCES };
  return changed(files, (policy) => ({ ...policy, golden }));
}

async function verified(files: BundleFiles) {
  const options = { ...loadOptions(), acceptLicences: [], runGolden: true };
  const { ok, checks } = await verifyBundle(await openBundle(remoteBundle(files)), options);
  return { ok, of: new Map(checks.map((check) => [check.check, check])) };
}

describe('verifying a policy that reasons', () => {
  it('passes when tokens, traces, log-probabilities and paths come out again', async () => {
    const { ok, of } = await verified(await withGolden((sample) => sample));
    expect(ok).toBe(true);
    expect([...of.keys()]).toEqual([
      'licence',
      'files',
      'tokenizer',
      'provider',
      'graph',
      'golden',
    ]);
    expect(of.get('tokenizer')?.message).toBe('a prompt of 69 ids');
    expect(of.get('golden')?.message).toMatch(
      /^off by at most \S+ m and \S+ rad, 0\.0e\+0 in log-probability; all \d+ tokens as expected$/,
    );
  });

  it.each<[what: string, change: (sample: PolicySample) => PolicySample, message: RegExp]>([
    [
      'a token',
      (sample) => ({ ...sample, tokenIds: sample.tokenIds?.with(1, 3) ?? null }),
      /sample 0: token 1 is \d+, expected 3/,
    ],
    [
      'fewer tokens',
      (sample) => ({ ...sample, tokenIds: sample.tokenIds?.slice(0, 2) ?? null }),
      /sample 0: \d+ tokens, expected 2/,
    ],
    ['a trace', (sample) => ({ ...sample, trace: 'Stop' }), /sample 0: says ".*", expected "Stop"/],
    [
      'an ending',
      (sample) => ({
        ...sample,
        finishReason: sample.finishReason === 'stop' ? 'truncated' : 'stop',
      }),
      /sample 0: the text ended by \w+, expected \w+/,
    ],
    [
      'a log-probability',
      (sample) => ({ ...sample, logprobs: sample.logprobs?.map((value) => value - 1e-3) ?? null }),
      /log-probabilities off by up to 0\.00\d+; allowed are 0\.00001/,
    ],
    [
      'a place',
      (sample) => ({ ...sample, x: sample.x.map((value) => value + 1e-3) }),
      /off by up to 0\.00\d+ m and/,
    ],
  ])('finds that the makers got %s otherwise', async (_what, change, message) => {
    const { of } = await verified(await withGolden(change));
    expect(of.get('golden')).toMatchObject({ outcome: 'failed', code: 'BUNDLE_GOLDEN_MISMATCH' });
    expect(of.get('golden')?.message).toMatch(message);
  });

  it('holds the most likely tokens against those that were drawn', async () => {
    const { ok, of } = await verified(await withGolden((sample) => sample, { topTokens: 3 }));
    expect(ok).toBe(true);
    expect(of.get('graph')?.message).toContain('4 inputs and 6 outputs as declared');
    expect(of.get('golden')?.message).toMatch(
      /all \d+ tokens as expected, among the 3 most likely where they must be$/,
    );

    const samples = await answersOf(plain({ topTokens: 3 }));
    const golden = decodeGoldenCase(encodeGoldenCase(WINDOW, PARAMETERS, samples, null), 'case');
    const tempered = samples.map((sample) => ({
      ...sample,
      topTokens: sample.topTokens && {
        ...sample.topTokens,
        logprobs: sample.topTokens.logprobs.map((value) => value / 2),
      },
    }));
    expect(() => compareWithGolden(golden, tempered, TOLERANCES)).toThrow(
      /golden case: sample 0: token 0 has log-probability -\S+, among the 3 most likely -0\.\d+/,
    );
  });

  it('runs nothing when the prompt does not come out as policy.json says', async () => {
    const files = changed(plain(), (policy) => {
      const reasoning = policy['reasoning'] as { prompt: Json };
      reasoning.prompt['length'] = 70;
      return policy;
    });
    const { ok, of } = await verified(files);
    expect(ok).toBe(false);
    expect(of.get('tokenizer')).toMatchObject({
      code: 'BUNDLE_TOKENIZER_MISMATCH',
      message: 'tokenizer of the bundle: the prompt has 69 ids, policy.json says 70',
    });
    expect(of.get('graph')?.outcome).toBe('skipped');
  });

  it('names a token that marks a place in the text and is in no vocabulary', async () => {
    const files = changed(plain(), (policy) => {
      const reasoning = policy['reasoning'] as { decode: Json };
      reasoning.decode['endId'] = 155_681;
      return policy;
    });
    const { of } = await verified(files);
    expect(of.get('tokenizer')?.message).toBe(
      'tokenizer/tokenizer.json does not have token 155681, which marks a place in the text',
    );
  });

  it('compares the most likely tokens of policy.json with the graph', async () => {
    const files = changed(plain({ topTokens: 3 }), (policy) => {
      const { outputs } = policy['reasoning'] as { outputs: { top: Json } };
      outputs.top['k'] = 4;
      return policy;
    });
    const { of } = await verified(files);
    expect(of.get('graph')).toMatchObject({ code: 'BUNDLE_GRAPH_MISMATCH' });
    expect(of.get('graph')?.message).toContain(
      'output top_ids has shape [B, K, 24, 3], policy.json says [B, K, 24, 4]',
    );
  });

  it.each<[what: string, change: (policy: Json) => void, message: string]>([
    [
      'fewer uniforms',
      (policy) => {
        (policy['reasoning'] as { decode: Json }).decode['maxTokens'] = 20;
      },
      'input uniforms has shape [B, K, 24], policy.json says [B, K, 20]',
    ],
    [
      'another number of steps',
      (policy) => {
        policy['horizon'] = { steps: 5, stepUs: 100_000 };
      },
      'input noise has shape [B, K, 4, 2], policy.json says [B, K, 5, 2]',
    ],
    [
      'an output that is not there',
      (policy) => {
        (policy['reasoning'] as { outputs: Json }).outputs['logprobs'] = 'scores';
      },
      'the graph has no output scores; it has actions, tokens, logprobs, token_counts',
    ],
  ])('compares policy.json with the graph: %s', async (_what, change, message) => {
    const files = changed(plain(), (policy) => {
      change(policy);
      return policy;
    });
    const { of } = await verified(files);
    expect(of.get('graph')).toMatchObject({ code: 'BUNDLE_GRAPH_MISMATCH' });
    expect(of.get('graph')?.message).toContain(message);
  });
});
