import { describe, expect, it } from 'vitest';
import { PREDICTION_SCHEMA_VERSION } from '@drivesweep/contracts';
import type { OkPrediction, PolicySample, PredictionRow } from '@drivesweep/contracts';
import { structListColumn } from './arrow-data.ts';
import { writeFile } from './parquet-file.ts';
import { metadataToWrite } from './part-metadata.ts';
import { openPartWindows, WHOLE_PART } from './part-windows.ts';
import { decodePredictionPart, encodePredictionPart } from './prediction-part.ts';
import { predictionColumns, sampleMembers } from './prediction-rows.ts';
import { decodeScoredPredictions } from './scored-predictions.ts';
import { failedRow, METADATA, okRow, SAMPLE, SILENT, WITHOUT_TOKENS } from './test-rows.ts';
import { topTokensAt } from './top-tokens.ts';

const rowWith = (windowId: string, ...samples: Partial<PolicySample>[]): OkPrediction => ({
  ...okRow(windowId, 0),
  samples: samples.map((changes) => ({ ...SAMPLE, ...changes })),
});

/** A part as it was written before there were most likely tokens. */
function oldPart(rows: readonly PredictionRow[]): Uint8Array {
  const lists = rows.map((row) =>
    row.status === 'ok' ? row.samples.map((sample, index) => ({ sample, index })) : null,
  );
  const members = sampleMembers(lists.flatMap((list) => list ?? [])).filter(
    ({ field: { name } }) => !name.startsWith('top_'),
  );
  const columns = predictionColumns(rows).map((column) =>
    column.field.name === 'samples' ? structListColumn('samples', lists, members, true) : column,
  );
  return writeFile(columns, rows.length, metadataToWrite(METADATA, PREDICTION_SCHEMA_VERSION));
}

describe('the most likely tokens in a part', () => {
  const rows = [
    rowWith('a', {}, { topTokens: null }, WITHOUT_TOKENS),
    failedRow('b'),
    rowWith('c', SILENT, {}),
  ];
  const part = encodePredictionPart(rows, METADATA);

  it('come back sample by sample, and tell none from those of an empty text', () => {
    expect(decodePredictionPart(part).rows).toEqual(rows);
  });

  it('lie there to be passed on without copies', async () => {
    const { samples, sampleOffsets } = await openPartWindows(part, WHOLE_PART);
    const first = sampleOffsets[2] ?? NaN;
    expect(topTokensAt(samples.topTokens, first)).toBeNull();
    expect(topTokensAt(samples.topTokens, first + 1)).toEqual({
      k: 2,
      ids: SAMPLE.topTokens?.ids,
      logprobs: Float32Array.from(SAMPLE.topTokens?.logprobs ?? []),
    });
  });

  it('are not read for scores', async () => {
    const scored = await decodeScoredPredictions(part);
    const [first] = [...scored];
    if (first?.status !== 'ok') throw new Error('the row was ok');
    expect(first.samples.map(({ topTokens }) => topTokens)).toEqual([null, null, null]);
  });

  it.each<[what: string, change: Partial<PolicySample>]>([
    ['without a text', { tokenIds: null }],
    ['of another text', { tokenIds: Int32Array.of(1) }],
    [
      'whose log-probabilities are fewer',
      {
        topTokens: { k: 1, ids: Int32Array.of(1, 2, 3), logprobs: Float64Array.of(-1, -2) },
      },
    ],
    [
      'of which there are none',
      { topTokens: { k: 0, ids: new Int32Array(), logprobs: new Float64Array() } },
    ],
  ])('are refused %s', (_what, change) => {
    expect(() => encodePredictionPart([rowWith('w7', {}, change)], METADATA)).toThrow(
      /^window w7: sample 1 has not \d most likely tokens for each token$/,
    );
  });

  it('are damaged when there are not k of both for each token', () => {
    const columns = {
      k: Int32Array.of(2),
      ids: { offsets: Int32Array.of(0, 4), values: Int32Array.of(1, 2, 3, 4), valid: undefined },
      logprobs: { offsets: Int32Array.of(0, 2), values: Float32Array.of(-1, -2), valid: undefined },
    };
    expect(() => topTokensAt(columns, 0)).toThrow(
      expect.objectContaining({
        code: 'PART_CORRUPT',
        message: 'sample 0 has 4 and 2 most likely tokens, 2 each',
      }),
    );
  });
});

describe('a part from before there were most likely tokens', () => {
  it('reads as one whose policy offered none', async () => {
    const rows = [okRow('w0', 2), failedRow('w1'), okRow('w2', 1)];
    const silent = (row: PredictionRow): PredictionRow =>
      row.status === 'ok'
        ? { ...row, samples: row.samples.map((sample) => ({ ...sample, topTokens: null })) }
        : row;
    expect(decodePredictionPart(oldPart(rows)).rows).toEqual(rows.map(silent));
    const { samples } = await openPartWindows(oldPart(rows), WHOLE_PART);
    expect(topTokensAt(samples.topTokens, 0)).toBeNull();
  });
});
