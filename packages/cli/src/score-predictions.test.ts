import { describe, expect, it } from 'vitest';
import { recordLine } from './print-file-scores.ts';
import { readPredictionLine } from './prediction-line.ts';
import { createFileScorer } from './score-predictions.ts';

const steps = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

/** Ten metres a second straight on at 10 Hz; sample k is `lateralM[k]` beside the truth. */
function line(windowId: string, lateralM: readonly number[], changes: object = {}) {
  const zeros = (count: number) => steps(count).map(() => 0);
  return JSON.stringify({
    window_id: windowId,
    dt_s: 0.1,
    history: { x: steps(16).map((i) => i - 16), y: zeros(16), yaw: zeros(16) },
    future: { x: steps(64), y: zeros(64), yaw: zeros(64) },
    samples: lateralM.map((y) => ({ x: steps(64), y: steps(64).map(() => y), yaw: zeros(64) })),
    ...changes,
  });
}

function scoredLines(...lines: string[]) {
  const scorer = createFileScorer();
  const records = lines.map((text, i) => scorer.score(readPredictionLine(text, i + 1)));
  return { records, summary: scorer.summary() };
}

const metric = ({ metrics }: ReturnType<typeof scoredLines>['summary'], id: string) =>
  metrics.find((one) => one.id === id && one.slice === 'all');

describe('a file of predictions', () => {
  it('gets every metric by id, null where it does not apply', () => {
    const [record] = scoredLines(line('w', [3, 1])).records;
    if (record?.kind !== 'scored') throw new Error('not scored');
    expect(record.scores).toMatchObject({
      'ade_first@6.4s': 3,
      'min_ade_2@6.4s[full]': 1,
      'brier_min_fde_2@6.4s': null,
    });
  });

  it('is summed up with intervals by drive', () => {
    const windows = steps(6).map((i) => line(`d${i % 3}@${i}`, [i]));
    const { summary } = scoredLines(...windows);
    expect(summary.counts).toEqual({ expected: 6, ok: 6, error: 0, skipped: 0 });
    expect(summary.drives).toBe(3);
    expect(metric(summary, 'ade_first@6.4s')).toMatchObject({ mean: 3.5, n: 6, min: 1, max: 6 });
    expect(metric(summary, 'ade_first@6.4s')?.interval).toMatchObject({ clusters: 3 });
  });

  it('counts what could not be scored, says why, and bounds the mean by it', () => {
    const { records, summary } = scoredLines(
      line('a', [1]),
      line('b', [3], { future: { x: [1], y: [0], yaw: [0] } }),
      'no json',
    );
    expect(records[1]).toMatchObject({ kind: 'refused', windowId: 'b', code: 'PREDICTION_SHAPE' });
    expect(summary.errors).toEqual({ PREDICTION_INVALID: 1, PREDICTION_SHAPE: 1 });
    expect(metric(summary, 'miss_first@6.4s[2m]')).toMatchObject({
      mean: 0,
      n: 1,
      failed: 2,
      worstCase: { mean: 2 / 3, imputed: 1 },
    });
  });

  it('refuses a window that comes twice, and scores the first', () => {
    const { records, summary } = scoredLines(line('a', [1]), line('a', [5]));
    expect(records[1]).toMatchObject({ code: 'PREDICTION_DUPLICATE' });
    expect(metric(summary, 'ade_first@6.4s')).toMatchObject({ mean: 1, n: 1, failed: 1 });
  });

  it('may hold windows with other numbers of samples: ids say which is which', () => {
    const { summary } = scoredLines(line('a', [1]), line('b', [3, 5]));
    expect(metric(summary, 'ade_first@6.4s')).toMatchObject({ mean: 2, n: 2, undefined: 0 });
    expect(metric(summary, 'min_ade_2@6.4s[full]')).toMatchObject({
      mean: 3,
      n: 1,
      undefined: 1,
    });
  });

  it('refuses tracks that scoring cannot use, by name', () => {
    const box = { id: 'a', class: 'car', length: 4, width: 2, t_s: [0, 0], x: [9, 9] };
    const obstacles = [{ ...box, y: [0, 0], yaw: [0, 0] }];
    expect(scoredLines(line('w', [0], { obstacles })).records[0]).toMatchObject({
      code: 'PREDICTION_INVALID',
      message: 'obstacles[0].tS does not increase at index 1',
    });
  });

  it('judges what traces say, and shows where they say it', () => {
    const trace = 'Stop because the lead vehicle is stopped ahead';
    const plan = { x: steps(64), y: steps(64).map(() => 0), yaw: steps(64).map(() => 0), trace };
    const [record] = scoredLines(line('w', [], { samples: [plan] })).records;
    if (record?.kind !== 'scored') throw new Error('not scored');
    const verdict = record.judgement.verdicts.find(({ rule }) => rule === 'plan.stop');
    expect(verdict).toMatchObject({ outcome: 'contradicted', sample: 0, axis: 'longitudinal' });
    expect(trace.slice(verdict?.span?.start, verdict?.span?.end)).toBe('Stop');
    const printed = JSON.parse(recordLine(record)) as Record<string, unknown>;
    expect(Object.keys(printed)).toEqual([
      ...['line', 'window_id', 'status', 'samples', 'horizon_steps', 'dt_s'],
      ...['scores', 'traces', 'verdicts'],
    ]);
  });
});
