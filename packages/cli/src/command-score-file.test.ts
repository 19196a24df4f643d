import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PREDICTION_SCHEMA_VERSION } from '@drivesweep/contracts';
import type { PredictionRow } from '@drivesweep/contracts';
import { encodePredictionPart } from '@drivesweep/parquet-io';
import { createWindowScorer } from '@drivesweep/scoring';
import { buildOkPrediction } from '@drivesweep/testkit';
import type { Console } from './console.ts';
import { createProgram } from './program.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'score-file-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function scoreFile(...args: string[]) {
  const results: string[] = [];
  const said: string[] = [];
  let exit: number | undefined;
  const console: Console = {
    result: (text) => results.push(text),
    say: (text) => said.push(text),
    draw: () => undefined,
    interactive: false,
    width: 100,
  };
  const program = createProgram({ console, env: {}, end: (code) => (exit = code) });
  await program.parseAsync(['score-file', ...args], { from: 'user' });
  return { results, said: said.join('\n'), exit };
}

const GOOD = {
  window_id: 'd@1',
  dt_s: 0.5,
  history: { x: [-15, -10, -5, 0], y: [0, 0, 0, 0], yaw: [0, 0, 0, 0] },
  future: { x: [5, 10], y: [0, 0], yaw: [0, 0] },
  samples: [{ x: [5, 10], y: [1, 1], yaw: [0, 0] }],
};

async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const failed: PredictionRow = {
  status: 'error',
  windowId: 'drive@7',
  driveId: 'drive',
  t0Us: 7,
  facts: {},
  code: 'CAMERA_MISSING',
  message: 'no camera',
};

async function partOf(rows: PredictionRow[], stepUs?: number): Promise<string> {
  const metadata = {
    schemaVersion: PREDICTION_SCHEMA_VERSION,
    sweepId: 'sw-0000000000000000',
    shardId: '0000000000000000',
    bundleSha256: '0'.repeat(64),
    provider: 'none',
    stepUs,
    software: {},
  };
  return fileOf('part.parquet', encodePredictionPart(rows, metadata));
}

describe('drivesweep score-file', () => {
  it('prints a table, the mistakes line by line, and ends with 3 when some windows have no score', async () => {
    const lines = [JSON.stringify(GOOD), '', '{"window_id": "d@2", "dt_s": 0}', 'nothing'];
    const { results, said, exit } = await scoreFile(
      await fileOf('mixed.jsonl', lines.join('\r\n')),
    );
    expect(results.join('\n')).toContain('windows 3: 1 scored, 2 errors, 0 skipped');
    expect(results.join('\n')).toMatch(/ade_first@1\.0s +m +1\.000/);
    expect(said).toContain('line 3 (d@2): error[PREDICTION_INVALID]: dt_s');
    expect(said).toContain('line 4: error[PREDICTION_INVALID]: not JSON');
    expect(exit).toBe(3);
  });

  it('prints one line of JSON per window and then the summary', async () => {
    const lines = [JSON.stringify(GOOD), 'nothing'].join('\n');
    const { results, exit } = await scoreFile(await fileOf('json.jsonl', lines), '--json');
    const parsed = results.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(parsed[0]).toMatchObject({ line: 1, status: 'ok', scores: { 'ade_first@1.0s': 1 } });
    expect(parsed[1]).toMatchObject({ line: 2, error: { code: 'PREDICTION_INVALID' } });
    expect(parsed[2]).toMatchObject({ summary: { counts: { expected: 2, ok: 1, error: 1 } } });
    expect(exit).toBe(3);
  });

  it('gives a part of ours the scores that its sweep has', async () => {
    const row = buildOkPrediction(1_000_000, { lateralM: 1.25 });
    const steps = row.future.x.length;
    const path = await partOf([row, failed], 100_000);
    const { results } = await scoreFile(path, '--json');
    const [first, second] = results.map((line) => JSON.parse(line) as Record<string, unknown>);
    const scorer = createWindowScorer({
      samples: row.samples.length,
      horizonSteps: steps,
      stepS: 0.1,
    });
    const expected = scorer.score(row);
    scorer.metrics.forEach(({ id }, i) => {
      const value = expected[i] ?? NaN;
      const found = (first?.['scores'] as Record<string, number | null>)[id];
      if (Number.isNaN(value)) expect(found, id).toBeNull();
      else expect(found, id).toBeCloseTo(value, 5);
    });
    expect(second).toMatchObject({ window_id: 'drive@7', error: { code: 'CAMERA_MISSING' } });
  });

  it('asks for the step of a Parquet file that does not say', async () => {
    const path = await partOf([buildOkPrediction(1_000_000)]);
    await expect(scoreFile(path)).rejects.toMatchObject({
      code: 'USAGE',
      hint: 'say it in seconds: --step-s 0.1',
    });
    expect((await scoreFile(path, '--step-s', '0.1')).exit).toBe(0);
    const other = await partOf([buildOkPrediction(1_000_000)], 100_000);
    await expect(scoreFile(other, '--step-s', '0.2')).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('says when there is nothing to score', async () => {
    const { said, exit } = await scoreFile(await fileOf('empty.jsonl', '\n'));
    expect(said).toContain('holds no window');
    expect(exit).toBe(2);
    await expect(scoreFile(join(folder, 'absent.jsonl'))).rejects.toThrow('there is no such file');
    await expect(scoreFile(folder)).rejects.toThrow('not a file');
  });
});
