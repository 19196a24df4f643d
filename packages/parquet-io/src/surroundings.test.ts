import { describe, expect, it } from 'vitest';
import { PREDICTION_SCHEMA_VERSION } from '@drivesweep/contracts';
import type { OkPrediction, PredictionRow } from '@drivesweep/contracts';
import { writeFile } from './parquet-file.ts';
import { metadataToWrite } from './part-metadata.ts';
import { readPredictionColumns } from './prediction-columns.ts';
import { decodePredictionPart, encodePredictionPart } from './prediction-part.ts';
import { predictionColumns } from './prediction-rows.ts';
import { EGO_BOX, failedRow, METADATA, OBSTACLE, okRow } from './test-rows.ts';

const roundTrip = (rows: PredictionRow[]) =>
  decodePredictionPart(encodePredictionPart(rows, METADATA)).rows;

const withObstacles = (windowId: string, obstacles: OkPrediction['obstacles']): OkPrediction => ({
  ...okRow(windowId, 1),
  obstacles,
});

/** A part as it was written before obstacles and the vehicle came. */
function oldPart(rows: readonly PredictionRow[]): Uint8Array {
  const columns = predictionColumns(rows).filter(
    ({ field: { name } }) => !/^obst|^ego_/.test(name),
  );
  const metadata = metadataToWrite(METADATA, PREDICTION_SCHEMA_VERSION);
  return writeFile(columns, rows.length, metadata);
}

describe('obstacles in a part', () => {
  it('tell no labels from nobody near, and a track from one without boxes', () => {
    const none = new Float64Array();
    const rows = [
      withObstacles('unlabelled', null),
      withObstacles('nobody', []),
      withObstacles('somebody', [OBSTACLE, { ...OBSTACLE, tS: none, x: none, y: none, yaw: none }]),
      failedRow('failed'),
    ];
    expect(roundTrip(rows)).toEqual(rows);
  });

  it('keep their times to the microsecond', () => {
    const tS = Float64Array.from([-2_000_001, -1, 0, 333_333, 7_400_000], (tUs) => tUs / 1e6);
    const steady = { x: tS.map(() => 1), y: tS.map(() => 2), yaw: tS.map(() => 0) };
    const [read] = roundTrip([withObstacles('w', [{ ...OBSTACLE, ...steady, tS }])]);
    if (read?.status !== 'ok') throw new Error('the row was ok');
    expect(read.obstacles?.[0]?.tS).toEqual(tS);
  });

  it('lie end to end when they are read by columns', () => {
    const rows = [withObstacles('a', [OBSTACLE]), failedRow('b'), okRow('c', 1)];
    const { obstacles, egoBox } = readPredictionColumns(encodePredictionPart(rows, METADATA));
    expect([...obstacles.offsets]).toEqual([0, 1, 1, 3]);
    expect([...(obstacles.valid ?? [])]).toEqual([1, 0, 1]);
    expect(obstacles.trackId).toEqual(['17', '17', '4']);
    expect([...obstacles.boxOffsets]).toEqual([0, 4, 8, 12]);
    expect([...obstacles.tUs.subarray(4, 8)]).toEqual([-2_087_000, -1_987_000, 1, 7_300_000]);
    expect(obstacles.x[11]).toBe(100.25);
    expect([...egoBox.lengthM]).toEqual([EGO_BOX.lengthM, NaN, EGO_BOX.lengthM]);
  });

  it.each([
    ['lists of unequal length', { yaw: Float64Array.of(0) }, 'has lists of unequal length'],
    ['a time that does not fit', { tS: Float64Array.of(-1, 0, 1, 2148) }, 'half an hour from t0'],
  ])('are refused with %s', (_, change, message) => {
    const row = withObstacles('w7', [{ ...OBSTACLE, ...change }]);
    expect(() => encodePredictionPart([row], METADATA)).toThrow(
      expect.objectContaining({
        code: 'INTERNAL',
        message: expect.stringMatching(`window w7: obstacle 17 .*${message}`) as string,
      }),
    );
  });
});

describe('the size of the vehicle in a part', () => {
  it('is null where it is not known, row by row', () => {
    const rows = [okRow('a', 1), { ...okRow('b', 1), egoBox: null }, okRow('c', 1)];
    expect(roundTrip(rows)).toEqual(rows);
  });
});

describe('a part from before there were obstacles', () => {
  it('reads as before, and nothing is known of them', () => {
    const rows = [okRow('w0', 2), failedRow('w1'), okRow('w2', 1)];
    expect(decodePredictionPart(oldPart(rows)).rows).toEqual(
      rows.map((row) => (row.status === 'ok' ? { ...row, obstacles: null, egoBox: null } : row)),
    );
  });

  it('by columns too', () => {
    const { obstacles, egoBox } = readPredictionColumns(oldPart([okRow('w0', 1), okRow('w1', 1)]));
    expect([...(obstacles.valid ?? [])]).toEqual([0, 0]);
    expect([...obstacles.offsets]).toEqual([0, 0, 0]);
    expect([...egoBox.widthM]).toEqual([NaN, NaN]);
  });
});
