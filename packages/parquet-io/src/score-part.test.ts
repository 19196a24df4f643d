import { describe, expect, it } from 'vitest';
import { SCORE_SCHEMA_VERSION } from '@drivesweep/contracts';
import type { ScoreRow } from '@drivesweep/contracts';
import { encodePredictionPart } from './prediction-part.ts';
import { decodeScorePart, encodeScorePart } from './score-part.ts';
import { METADATA } from './test-rows.ts';

const METRICS = ['ade_first@6.4s', 'min_ade_6@3.0s[full]', 'miss@2m'];
const SCORES = { ...METADATA, schemaVersion: SCORE_SCHEMA_VERSION };

const ok: ScoreRow = {
  windowId: 'drive-a@1600000',
  driveId: 'drive-a',
  t0Us: 1_600_000,
  facts: { country: 'DE' },
  status: 'ok',
  code: null,
  values: [0.1, null, 0],
};
const failed: ScoreRow = {
  windowId: 'drive-b@none',
  driveId: 'drive-b',
  t0Us: null,
  facts: {},
  status: 'skipped',
  code: 'DRIVE_MARKED_INVALID',
  values: [],
};

describe('a score part', () => {
  it('gives back every value, as float64, and tells null from zero', () => {
    const rows = [ok, failed, { ...ok, values: [null, 1 / 3, null] }];
    expect(decodeScorePart(encodeScorePart(rows, METRICS, SCORES))).toEqual({
      metadata: SCORES,
      metricIds: METRICS,
      rows,
    });
  });

  it('may hold no window that was scored, no metric, or no row', () => {
    expect(decodeScorePart(encodeScorePart([failed], METRICS, SCORES)).rows).toEqual([failed]);
    const none = { ...ok, values: [] };
    expect(decodeScorePart(encodeScorePart([none], [], SCORES)).rows).toEqual([none]);
    expect(decodeScorePart(encodeScorePart([], METRICS, SCORES))).toEqual({
      metadata: SCORES,
      metricIds: METRICS,
      rows: [],
    });
  });

  it('refuses values that are not aligned with the metrics', () => {
    expect(() => encodeScorePart([{ ...ok, values: [1] }], METRICS, SCORES)).toThrow(
      /drive-a@1600000 \(ok\) has 1 values, not 3/,
    );
  });

  it('refuses a metric that is called like another column', () => {
    expect(() => encodeScorePart([], ['status'], SCORES)).toThrow(/two columns are called status/);
    expect(() => encodeScorePart([], ['a', 'a'], SCORES)).toThrow(/two columns are called a/);
  });

  it('is not read from a prediction part', () => {
    expect(() => decodeScorePart(encodePredictionPart([], METADATA))).toThrow(
      expect.objectContaining({
        code: 'SCHEMA_UNSUPPORTED',
        message: 'part is predictions/1, expected scores/1',
      }),
    );
  });
});
