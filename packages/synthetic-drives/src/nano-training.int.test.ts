import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

/**
 * Makes a `nano` of a handful of drives and a few steps. Needs the venv of `scripts/train-nano/main.mjs`, which takes
 * minutes to install.
 */
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PYTHON = join(ROOT, '.venv/train-nano/bin/python');
const SCRIPTS = join(ROOT, 'scripts/train-nano');
const RECIPE = join(SCRIPTS, 'recipe.json');
const SEED = '7';
const DRIVES = '14';

/** Says the scenario and weather of every drive that training is given. */
const TRAINED_ON = `
import json, sys
from pathlib import Path
sys.path.insert(0, ${JSON.stringify(SCRIPTS)})
from train import RECIPE
from windows import Windows
drives = Windows(Path(sys.argv[1]), RECIPE, ["train", "val", "test"], None, "trained").drives
print(json.dumps([[one.about["scenario"], one.about["weather"]] for one in drives]))
`;

const folder = mkdtempSync(join(tmpdir(), 'nano-training-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [data, trained] = [join(folder, 'data'), join(folder, 'trained')];

function run(program: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: ROOT,
    env: { ...process.env, NODE_OPTIONS: '', PYTHONDONTWRITEBYTECODE: '1' },
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return stdout;
}

/** The values that a loss had, in order. */
function lossesOf(name: string): number[] {
  const curve = readFileSync(join(trained, 'curve.json'), 'utf8');
  return [...curve.matchAll(new RegExp(`"${name}": ([0-9.]+)`, 'g'))].map(([, value]) =>
    Number(value),
  );
}

describe.skipIf(!existsSync(PYTHON))(
  'the training of nano (skipped without .venv/train-nano: run scripts/train-nano/main.mjs once)',
  () => {
    it('lowers its loss, and exports a graph that answers as PyTorch does', () => {
      const drawn = [DRIVES, SEED, '--recipe', RECIPE];
      run('node', join(ROOT, 'scripts/train-glance/dump.mjs'), data, '0', '1', ...drawn);
      run('node', join(SCRIPTS, 'facts.mjs'), join(data, 'facts.ndjson'), ...drawn);
      const steps = ['--steps', '16', '--tell-every', '4'];
      run(PYTHON, join(SCRIPTS, 'train.py'), data, trained, ...steps);
      const told = JSON.parse(run(PYTHON, '-c', TRAINED_ON, data)) as [string, string][];
      const pairs = told.map((pair) => pair.join(' in '));
      expect(pairs.length).toBeGreaterThan(4);
      const index = readFileSync(join(data, 'index-0.ndjson'), 'utf8');
      expect(index).toContain(
        '"scenario":"lane_change","variant":"blocked_lane","weather":"evening"',
      );
      expect(pairs).not.toContain('lane_change in evening');
      for (const name of ['trace', 'plan']) {
        const losses = lossesOf(name);
        expect(losses).toHaveLength(4);
        expect(losses.at(-1)).toBeLessThan(0.95 * (losses[0] ?? NaN));
      }

      const graph = join(trained, 'policy.onnx');
      run(PYTHON, join(SCRIPTS, 'export.py'), trained, graph);
      const held = run(PYTHON, join(SCRIPTS, 'parity.py'), trained, graph, data);
      expect(held).toContain('tokens are the same');
    }, 600_000);
  },
);
