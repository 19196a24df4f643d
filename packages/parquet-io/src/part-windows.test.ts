import { describe, expect, it } from 'vitest';
import { PREDICTION_SCHEMA_VERSION, SCORE_SCHEMA_VERSION } from '@drivesweep/contracts';
import { listAt } from './optional-lists.ts';
import { openPartWindows, WHOLE_PART } from './part-windows.ts';
import { encodePredictionPart } from './prediction-part.ts';
import { readScoreColumns } from './score-columns.ts';
import { encodeScorePart } from './score-part.ts';
import { failedRow, METADATA, OBSTACLE, okRow, SAMPLE } from './test-rows.ts';

const silent = { accel: null, curvature: null, tokenIds: null, logprobs: null, topTokens: null };
/** Two samples, a failure, and one sample that says something else. */
const ROWS = [
  { ...okRow('w0', 0), samples: [SAMPLE, { ...SAMPLE, ...silent, trace: null }] },
  failedRow('w1'),
  { ...okRow('w2', 0), obstacles: [OBSTACLE], samples: [{ ...SAMPLE, trace: 'hält an' }] },
];
const PART = encodePredictionPart(ROWS, METADATA);
const NOTHING = { samples: [], history: false, surroundings: false };

const textAt = (lists: Parameters<typeof listAt<Uint8Array>>[0], i: number) => {
  const bytes = listAt(lists, i);
  return bytes && new TextDecoder().decode(bytes);
};

describe('the windows of a part by columns', () => {
  it('are what was written, lists end to end and texts in UTF-8', async () => {
    const windows = await openPartWindows(PART, WHOLE_PART);
    expect(windows.windowId).toEqual(['w0', 'w1', 'w2']);
    expect(windows.status).toEqual(['ok', 'error', 'ok']);
    expect([...windows.sampleOffsets]).toEqual([0, 2, 2, 3]);
    const { paths, trace, tokenIds, accel } = windows.samples;
    expect([...paths.x.subarray(paths.offsets[2], paths.offsets[3])]).toEqual([...SAMPLE.x]);
    expect([0, 1, 2].map((i) => textAt(trace, i))).toEqual([SAMPLE.trace, null, 'hält an']);
    expect(listAt(tokenIds, 2)).toEqual(SAMPLE.tokenIds);
    expect(listAt(accel, 1)).toBeNull();
    expect(windows.obstaclesAt(2)).toEqual([OBSTACLE]);
    expect(windows.obstaclesAt(1)).toBeNull();
  });

  it('know how many samples there are when no column of samples is read', async () => {
    const windows = await openPartWindows(PART, NOTHING);
    expect([...windows.sampleOffsets]).toEqual([0, 2, 2, 3]);
    expect([...windows.samples.probability]).toEqual([0.1, 0.1, 0.1]);
    const whole = await openPartWindows(PART, WHOLE_PART);
    expect(windows.future).toEqual(whole.future);
  });

  it('are empty or null where they were not read', async () => {
    const { samples, history, obstaclesAt, egoBoxAt } = await openPartWindows(PART, {
      ...NOTHING,
      samples: ['x', 'y', 'token_ids'],
    });
    expect(samples.paths.x.length).toBe(9);
    expect(samples.paths.yaw.length).toBe(0);
    expect(history.x.length).toBe(0);
    expect(listAt(samples.tokenIds, 0)).toEqual(SAMPLE.tokenIds);
    expect(listAt(samples.trace, 0)).toBeNull();
    expect(listAt(samples.topTokens.ids, 0)).toBeNull();
    expect([obstaclesAt(2), egoBoxAt(2)]).toEqual([null, null]);
  });

  it('of another version are refused', async () => {
    const scores = encodeScorePart([], [], { ...METADATA, schemaVersion: SCORE_SCHEMA_VERSION });
    await expect(openPartWindows(scores, WHOLE_PART)).rejects.toMatchObject({
      code: 'SCHEMA_UNSUPPORTED',
      message: expect.stringContaining(PREDICTION_SCHEMA_VERSION) as string,
    });
  });
});

describe('scores by columns', () => {
  const metadata = { ...METADATA, schemaVersion: SCORE_SCHEMA_VERSION };
  const row = { windowId: 'w', driveId: 'd', t0Us: 0, status: 'ok' as const, code: null };
  const part = encodeScorePart(
    [
      { ...row, facts: { country: 'DE' }, values: [1, null] },
      { ...row, facts: {}, values: [2, 3] },
    ],
    ['ade@6.4s', 'miss@6.4s[2m]'],
    metadata,
  );

  it('are those that were asked for, in that order, and tell null from zero', () => {
    const { facts, scores } = readScoreColumns(part, ['miss@6.4s[2m]', 'ade@6.4s']);
    expect(facts).toEqual([{ country: 'DE' }, {}]);
    expect(scores.map(({ valid }) => valid && [...valid])).toEqual([[0, 1], undefined]);
    expect(scores[0]?.values[1]).toBe(3);
    expect([...(scores[1]?.values ?? [])]).toEqual([1, 2]);
  });

  it('are not there when they were not written', () => {
    expect(() => readScoreColumns(part, ['fde@6.4s'])).toThrow(
      expect.objectContaining({ code: 'PART_CORRUPT' }),
    );
  });
});
