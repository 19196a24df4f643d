import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asDrivesweepError } from '@drivesweep/contracts';
import { openObjectStore } from '@drivesweep/object-store';
import { buildSpec } from '@drivesweep/testkit';
import { EXIT, exitCodeOf } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import { createProgram } from './program.ts';
import { putScoredSweep, windowOf } from './test-scored-sweep.ts';

const folder = mkdtempSync(join(tmpdir(), 'drivesweep-compare-'));
const released = buildSpec({ name: 'released' });
const candidate = buildSpec({ name: 'candidate', seed: 8 });
const worse = buildSpec({ name: 'worse', seed: 9 });
const six = buildSpec({ name: 'six', samples: 6 });

/** Eight drives of five windows; the candidate is 0.2 m nearer in the slow ones, and 1 m farther in the others. */
function drives(slowM: number, fastM: number) {
  return Array.from({ length: 8 }, (_, d) => ({
    drive: `d${d}`,
    rows: [1, 2, 3, 4, 5].map((s) => {
      const slow = d < 4;
      const facts = { speed: slow ? 'slow' : 'fast', drive: `d${d}` };
      return windowOf(`d${d}`, s * 1_000_000, { lateralM: slow ? slowM : fastM, facts });
    }),
  }));
}

beforeAll(async () => {
  const store = openObjectStore(folder);
  await putScoredSweep(store, released, drives(1, 1));
  await putScoredSweep(store, candidate, drives(0.8, 2));
  await putScoredSweep(store, worse, drives(1.5, 1.5));
  await putScoredSweep(store, six, []);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function type(...words: string[]) {
  const results: string[] = [];
  const said: string[] = [];
  let code: ExitCode | undefined;
  const program = createProgram({
    console: {
      result: (text) => results.push(text),
      say: (text) => said.push(text),
      draw: () => undefined,
      interactive: false,
      width: 80,
    },
    env: { DRIVESWEEP_STORE: folder },
    end: (ended) => (code = ended),
  });
  try {
    await program.parseAsync(['node', 'drivesweep', 'compare', ...words]);
  } catch (thrown) {
    const error = asDrivesweepError(thrown);
    return { text: error.message, hint: error.hint, said, code: exitCodeOf(error.code) };
  }
  return { text: results.join('\n'), said, code };
}

const ONLY_ADE = ['--metric', 'ade_first@0.4s'];

describe('drivesweep compare', () => {
  it('prints the verdict in words, then the figures that it rests on', async () => {
    const { text, code } = await type('released', 'candidate', ...ONLY_ADE);
    const lines = text.split('\n');
    expect(code).toBe(EXIT.complete);
    expect(lines).toContain('windows ok       40                                      40');
    // Sums by drive are four times -1 and four times +5, in total 16: as far are only those flips that turn all four
    // of 5 the same way, 2 * 16 of 256.
    expect(lines).toContain(
      'No difference shown: ade_first@0.4s 1.400 m against 1.000 m, difference +0.400 m (+40.0 %) [-0.050, +0.850], ' +
        'p = 0.125, B better in 20 of 40 windows; only 8 drives, so the interval is not to be trusted',
    );
    expect(text).toContain('too small to test (under 30 windows or 2 drives): drive=d0 (5)');
    expect(text).toContain('lost most    d4@1000000');
  });

  it('prints the same as one JSON document', async () => {
    const { text } = await type('released', 'candidate', ...ONLY_ADE, '--json');
    expect(JSON.parse(text)).toMatchObject({
      schema: 'comparison/1',
      primary: 'ade_first@0.4s',
      verdict: 'no_difference_shown',
    });
  });

  it('writes a page with the windows that moved most, drawn for both', async () => {
    const path = join(folder, 'comparison.html');
    const { said, code } = await type('released', 'candidate', ...ONLY_ADE, '--html', path);
    expect(code).toBe(EXIT.complete);
    expect(said).toEqual([`page of the comparison: ${path}`]);
    const page = readFileSync(path, 'utf8');
    expect(page).toContain('p = 0.125, B better in 20 of 40 windows');
    // Four that B lost, four that it won, each drawn as A and as B answered it.
    expect(page.split('<article').length - 1).toBe(8);
    const nowhere = await type('released', 'candidate', '--html', join(folder, 'no', 'where.html'));
    expect(nowhere.code).toBe(EXIT.badInput);
    expect(nowhere.text).toContain('--html: cannot write');
  });

  it('ends with 4 when a gate fails, and names it and its figures', async () => {
    const gates = ['--fail-if', 'ade worse by 60%', '--fail-if', 'ade worse by 0.4 m'];
    const { text, said, code } = await type('released', 'worse', ...ONLY_ADE, ...gates);
    const figures =
      'ade_first@0.4s 1.500 m against 1.000 m, difference +0.500 m (+50.0 %) [+0.500, +0.500], allowed';
    expect(code).toBe(EXIT.gate);
    expect(text).toContain(`gate "ade worse by 60%" passed: ${figures} 60 % = 0.600 m`);
    expect(text).toContain(`gate "ade worse by 0.4 m" failed: ${figures} 0.400 m`);
    expect(said).toEqual([]);
    const json = await type('released', 'worse', ...ONLY_ADE, ...gates, '--json');
    expect(json.said).toEqual([`gate "ade worse by 0.4 m" failed: ${figures} 0.400 m`]);
  });

  it('ends with 0 when B is worse on average and it is not shown', async () => {
    const gate = ['--fail-if', 'ade worse'];
    const { text, code } = await type('released', 'candidate', ...ONLY_ADE, ...gate);
    expect(text).toContain('gate "ade worse" passed: ade_first@0.4s 1.400 m against 1.000 m');
    expect(code).toBe(EXIT.complete);
  });

  it.each([
    [['released', 'six'], EXIT.badInput, 'samples (K): 1 in A, 6 in B'],
    [['released', 'nobody'], EXIT.badInput, 'there is no sweep nobody here'],
    [['released', 'nobody', '--fail-if', 'ade better'], EXIT.badInput, 'cannot read "ade better"'],
    [['released', 'candidate', '--seed', 'x'], EXIT.badInput, '--seed: expected a whole number'],
  ])('%j ends with %i', async (words, code, message) => {
    const refused = await type(...words);
    expect(refused.code).toBe(code);
    expect(refused.text).toContain(message);
  });
});
