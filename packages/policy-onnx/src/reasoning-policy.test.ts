import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InferParameters, Policy, PolicyInput, PolicySample } from '@drivesweep/contracts';
import { integrateUnicycle } from '@drivesweep/geometry';
import {
  reasoningPolicyBundle,
  remoteBundle,
  TINY_REASONING_IDS,
  TINY_REASONING_TOKENIZER,
} from '@drivesweep/testkit';
import type { ReasoningPolicyOptions } from '@drivesweep/testkit';
import { openBundle } from './bundle.ts';
import { loadOnnxPolicy } from './onnx-policy.ts';
import { openGraphHere } from './ort-graph.ts';
import { fillNormals, fillUniforms, streamKey } from './random-streams.ts';
import { openTokenizer } from './tokenizer.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drivesweep-reasoning-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const STEPS = 64;
const MAX_TOKENS = 24;
const SEED = 42;
const OPTIONS: ReasoningPolicyOptions = {
  cameras: ['front'],
  offsetsUs: [-100_000, 0],
  height: 8,
  width: 16,
  horizonSteps: STEPS,
  maxTokens: MAX_TOKENS,
  navigationTokens: 12,
};
const BYTES = 2 * 3 * 8 * 16;
/** 5 markers, 2 images of 2 ids, 48 of history. */
const PROMPT_IDS = 5 + 4 + 48;

async function withPolicy<T>(
  options: Partial<ReasoningPolicyOptions>,
  use: (policy: Policy) => Promise<T>,
): Promise<T> {
  const bundle = await openBundle(remoteBundle(reasoningPolicyBundle({ ...OPTIONS, ...options })));
  const policy = await loadOnnxPolicy(bundle, {
    provider: 'cpu',
    deviceId: 0,
    threads: 1,
    cacheDir: folder,
    openGraph: openGraphHere,
  });
  try {
    return await use(policy);
  } finally {
    await policy.close();
  }
}

const parametersFor = (samples: number): InferParameters => ({
  samples,
  seed: SEED,
  horizonSteps: STEPS,
  stepUs: 100_000,
});

function windowOf(windowId: string, changes: Partial<PolicyInput> & { pixel?: number } = {}) {
  const { pixel = 51, ...rest } = changes;
  const axis = (step: number) => Float64Array.from({ length: 16 }, (_, i) => step * (i - 15));
  const input: PolicyInput = {
    windowId,
    history: { x: axis(1), y: axis(0), z: axis(0), yaw: axis(0) },
    v0Mps: 10,
    frames: new Uint8Array(BYTES).fill(pixel),
    ...rest,
  };
  return input;
}

function uniformsOf(windowId: string, k: number): Float32Array {
  const into = new Float32Array(MAX_TOKENS);
  fillUniforms(streamKey(SEED, windowId), k, into);
  return into;
}

/** The ids that the docstring of reasoningPolicyBundle says. */
function tokensOf(windowId: string, k: number): number[] {
  const ids = [...uniformsOf(windowId, k)].map((u) =>
    u >= Math.fround(0.9)
      ? TINY_REASONING_IDS.end
      : u >= Math.fround(0.8)
        ? TINY_REASONING_IDS.traceEnd
        : 256 + Math.floor(64 * u),
  );
  const end = ids.indexOf(TINY_REASONING_IDS.end);
  return end < 0 ? ids : ids.slice(0, end + 1);
}

const TOKENIZER = openTokenizer(TINY_REASONING_TOKENIZER.bytes, 'tokenizer.json');

describe('a policy that reasons', () => {
  it('writes the tokens that its uniforms decide, for each window and sample', async () => {
    const windows = ['a', 'b', 'c'].map((id) => windowOf(id));
    const answers = await withPolicy({}, (policy) => policy.infer(windows, parametersFor(6)));
    expect(answers.map((samples) => samples.length)).toEqual([6, 6, 6]);
    answers.forEach((samples, b) => {
      samples.forEach((sample, k) => {
        const { windowId } = windows[b] ?? { windowId: '' };
        const ids = tokensOf(windowId, k);
        expect([...(sample.tokenIds ?? [])]).toEqual(ids);
        const traceEnd = ids.indexOf(TINY_REASONING_IDS.traceEnd);
        const words = traceEnd < 0 ? ids : ids.slice(0, traceEnd);
        expect(sample.trace).toBe(TOKENIZER.decode(words));
        const stopped = ids.at(-1) === TINY_REASONING_IDS.end;
        expect(sample.finishReason).toBe(stopped ? 'stop' : 'truncated');
        const logprobs = [...uniformsOf(windowId, k)].slice(0, ids.length).map((u) => -u);
        expect([...(sample.logprobs ?? [])]).toEqual(logprobs);
      });
    });
  });

  it('says which tokens were most likely, of each window and sample to the end of its text', async () => {
    const windows = ['a', 'b', 'c'].map((id) => windowOf(id));
    const answers = await withPolicy({ topTokens: 3 }, (policy) =>
      policy.infer(windows, parametersFor(6)),
    );
    answers.forEach((samples, b) => {
      samples.forEach(({ tokenIds, logprobs, topTokens }, k) => {
        const { windowId } = windows[b] ?? { windowId: '' };
        const drawn = tokensOf(windowId, k);
        expect([...(tokenIds ?? [])]).toEqual(drawn);
        expect(topTokens?.k).toBe(3);
        expect([...(topTokens?.ids ?? [])]).toEqual(drawn.flatMap((id) => [0, 1, id]));
        const thirds = [...(logprobs ?? [])].flatMap((u) =>
          [1 / 3, 2 / 3, 1].map((share) => Math.fround(u * Math.fround(share))),
        );
        expect([...(topTokens?.logprobs ?? [])]).toEqual(thirds);
      });
    });
  });

  it('acts by its noise, its frames and its prompt, in m/s^2 and 1/m', async () => {
    const answers = await withPolicy({}, (policy) =>
      policy.infer([windowOf('a', { pixel: 51 })], parametersFor(6)),
    );
    const noise = new Float32Array(2 * STEPS);
    fillNormals(streamKey(SEED, 'a'), 3, noise);
    const sample = answers[0]?.[3];
    // Pixels of 51 are a fifth of 255: m / (1 - m) is a quarter.
    expect(sample?.accel?.[0]).toBeCloseTo(((noise[0] ?? NaN) / 10 + 0.25) * 2 + 0.5, 5);
    expect(sample?.curvature?.[0]).toBeCloseTo((((noise[1] ?? NaN) + PROMPT_IDS) / 1000) * 0.5, 6);
  });

  it('gives sample 0 of 1 as sample 0 of 6, bit by bit', async () => {
    const [one, six] = await withPolicy({}, async (policy) => [
      await policy.infer([windowOf('a')], parametersFor(1)),
      await policy.infer([windowOf('a')], parametersFor(6)),
    ]);
    expect(one[0]).toHaveLength(1);
    expect(one[0]?.[0]).toEqual(six[0]?.[0]);
  });

  it('answers a window the same alone, in a batch, and in another place of it', async () => {
    const windows = () => [
      windowOf('a'),
      windowOf('b', { pixel: 7, navigation: 'Turn left' }),
      windowOf('c', { pixel: 99, v0Mps: 3 }),
    ];
    const [alone, together, reversed] = await withPolicy({}, async (policy) => [
      (
        await Promise.all(windows().map((window) => policy.infer([window], parametersFor(6))))
      ).flat(),
      await policy.infer(windows(), parametersFor(6)),
      await policy.infer(windows().reverse(), parametersFor(6)),
    ]);
    expect(together).toEqual(alone);
    expect(reversed).toEqual([...alone].reverse());
  });

  it('is given where to go, for the window that it is said of', async () => {
    const answers = await withPolicy({}, (policy) =>
      policy.infer(
        [windowOf('a', { navigation: 'Turn left' }), windowOf('b', { navigation: null })],
        parametersFor(1),
      ),
    );
    const noiseOf = (windowId: string) => {
      const noise = new Float32Array(2);
      fillNormals(streamKey(SEED, windowId), 0, noise);
      return noise[1] ?? NaN;
    };
    const promptIds = answers.map(([sample], b) =>
      Math.round(2000 * (sample?.curvature?.[0] ?? NaN) - noiseOf(b === 0 ? 'a' : 'b')),
    );
    const spoken = TOKENIZER.encode('Turn left').length + 2;
    expect(promptIds).toEqual([PROMPT_IDS + spoken, PROMPT_IDS]);
  });

  it('says how many samples it gives, and that it reads navigation texts', async () => {
    const needs = await withPolicy({}, (policy) => Promise.resolve(policy.needs));
    expect(needs).toMatchObject({ samples: [1, 6], navigation: true, rowsIndependent: true });
  });
});

describe('stored actions', () => {
  it('give the stored path again within 0.1 mm, though parts hold float32', async () => {
    const answers = await withPolicy({}, (policy) =>
      policy.infer([windowOf('a', { v0Mps: 33.3 })], parametersFor(6)),
    );
    const worst = (answers[0] ?? []).flatMap((sample) => {
      const stored = (values: Float64Array | null) => Float64Array.from(values ?? [], Math.fround);
      const again = integrateUnicycle({
        accel: stored(sample.accel),
        curvature: stored(sample.curvature),
        v0Mps: Math.fround(33.3),
        stepS: 0.1,
      });
      return (['x', 'y'] as const).map((axis) =>
        Math.max(
          ...again[axis].map((value, t) => Math.abs(value - Math.fround(sample[axis][t] ?? NaN))),
        ),
      );
    });
    expect(worst).toHaveLength(12);
    expect(Math.max(...worst)).toBeLessThan(1e-4);
  });
});

describe('a window that goes wrong', () => {
  const problemsOf = (answers: readonly PolicySample[][] | undefined) =>
    answers?.map((samples) => samples.map((sample) => sample.problem?.code ?? null));

  it('takes no other along: its navigation text is too long', async () => {
    const navigation = 'Turn left onto Main Street in 40m, then right';
    const [answers, fine] = await withPolicy({}, async (policy) => [
      await policy.infer([windowOf('a', { navigation }), windowOf('b')], parametersFor(1)),
      await policy.infer([windowOf('b')], parametersFor(1)),
    ]);
    expect(problemsOf(answers)).toEqual([['NAVIGATION_TOO_LONG'], [null]]);
    expect(answers[0]?.[0]?.problem?.message).toContain('navigation of a takes');
    expect(answers[1]).toEqual(fine[0]);
  });

  it('hands on what is not finite: white frames', async () => {
    const answers = await withPolicy({}, (policy) =>
      policy.infer([windowOf('a', { pixel: 255 }), windowOf('b')], parametersFor(1)),
    );
    expect(answers[0]?.[0]?.accel?.every(Number.isFinite)).toBe(false);
    expect(answers[1]?.[0]?.x.every(Number.isFinite)).toBe(true);
  });

  it('says of tokens that no vocabulary has that they cannot be believed', async () => {
    const answers = await withPolicy({ firstWordId: 900_000 }, (policy) =>
      policy.infer([windowOf('a')], parametersFor(6)),
    );
    expect(problemsOf(answers)?.[0]).toContain('POLICY_OUTPUT_RANGE');
    expect(answers[0]?.every(({ problem, trace }) => (problem ? trace === null : true))).toBe(true);
  });
});
