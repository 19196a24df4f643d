import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { busyPolicyBundle, localBundle } from '@drivesweep/testkit';
import { createProgram } from './program.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drivesweep-inspect-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function inspected(traces?: readonly string[]): Promise<string> {
  const shape = { cameras: ['front'], offsetsUs: [0], height: 8, width: 16, horizonSteps: 4 };
  await localBundle(busyPolicyBundle({ ...shape, ...(traces ? { traces } : {}) }), folder);
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
  await program.parseAsync(['node', 'drivesweep', 'policy', 'inspect', folder]);
  return results.join('\n');
}

describe('policy inspect', () => {
  it('says how many sentences a policy chooses from', async () => {
    expect(await inspected(['Stop', 'Yield'])).toMatch(/^traces +a closed list of 2 sentences$/m);
  });

  it('says nothing of sentences where there are none', async () => {
    expect(await inspected()).not.toContain('traces');
  });
});
