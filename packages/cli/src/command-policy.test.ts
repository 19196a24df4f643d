import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { busyPolicyBundle, localBundle, reasoningPolicyBundle } from '@drivesweep/testkit';
import type { BundleFiles } from '@drivesweep/testkit';
import { createProgram } from './program.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drivesweep-inspect-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const SHAPE = { cameras: ['front'], offsetsUs: [0], height: 8, width: 16, horizonSteps: 4 };

function inspected(traces?: readonly string[]): Promise<string> {
  const files = busyPolicyBundle({ ...SHAPE, ...(traces ? { traces } : {}) });
  return printed(files, 'inspect');
}

/** What a command says of a bundle. */
async function printed(files: BundleFiles, ...command: string[]): Promise<string> {
  await localBundle(files, folder);
  const results: string[] = [];
  const program = createProgram({
    console: {
      result: (text) => results.push(text),
      say: () => undefined,
      draw: () => undefined,
      interactive: false,
      width: 80,
    },
    env: {},
    end: () => undefined,
  });
  await program.parseAsync(['node', 'drivesweep', 'policy', ...command, folder]);
  return results.join('\n');
}

describe('policy inspect', () => {
  it('says how many sentences a policy chooses from', async () => {
    expect(await inspected(['Stop', 'Yield'])).toMatch(/^traces +a closed list of 2 sentences$/m);
  });

  it('says how much a policy may write of its own', async () => {
    const about = await printed(reasoningPolicyBundle(SHAPE), 'inspect');
    expect(about).toMatch(/^traces +its own, up to 24 tokens$/m);
  });

  it('says nothing of sentences where there are none', async () => {
    expect(await inspected()).not.toContain('traces');
  });
});

describe('policy verify', () => {
  it('looks at the tokenizer of a policy that writes a text', async () => {
    const report = await printed(reasoningPolicyBundle(SHAPE), 'verify');
    expect(report).toMatch(/^ {2}tokenizer {2}passed {2}a prompt of 55 ids$/m);
    expect(report).toMatch(/^ {2}graph {6}passed {2}4 inputs and 4 outputs as declared/m);
  });

  it('runs on the provider that is asked for, or says that the policy does not', async () => {
    const report = await printed(reasoningPolicyBundle(SHAPE), 'verify', '--provider', 'webgpu');
    expect(report).toContain('[PROVIDER_UNAVAILABLE] policy pondering runs on cpu, not on webgpu');
  });
});
