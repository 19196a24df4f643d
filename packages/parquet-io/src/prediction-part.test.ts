import { describe, expect, it } from 'vitest';
import { PREDICTION_SCHEMA_VERSION } from '@drivesweep/contracts';
import type { PredictionRow } from '@drivesweep/contracts';
import { encodeTable } from './encode-table.ts';
import { readPredictionColumns } from './prediction-columns.ts';
import { decodePredictionPart, encodePredictionPart } from './prediction-part.ts';
import { METADATA, okRow, failedRow, SAMPLE, SILENT, WITHOUT_TOKENS } from './test-rows.ts';

const roundTrip = (rows: PredictionRow[]) =>
  decodePredictionPart(encodePredictionPart(rows, METADATA));

describe('a prediction part', () => {
  it.each([1, 6])('gives back every value of rows with %d samples', (samples) => {
    const rows = [okRow('w0', samples), failedRow('w1'), okRow('w2', samples)];
    expect(roundTrip(rows)).toEqual({ metadata: METADATA, rows });
  });

  it('keeps a window without a time, an empty trace and a trace in any script', () => {
    const traces = ['', 'bremst für 🚸, 因为前车减速', 'stop\n"red"\u0000'];
    const row: PredictionRow = {
      ...okRow('w0', 0),
      t0Us: null,
      samples: traces.map((trace) => ({ ...SAMPLE, trace })),
    };
    expect(roundTrip([row]).rows).toEqual([row]);
  });

  it('tells null from empty in every list of a sample', () => {
    const empty = new Float64Array();
    const rows: PredictionRow[] = [
      {
        ...okRow('w0', 0),
        samples: [
          { ...SAMPLE, accel: empty, curvature: null, logprobs: empty, ...SILENT },
          { ...SAMPLE, accel: null, curvature: empty, logprobs: null, ...WITHOUT_TOKENS },
        ],
      },
    ];
    expect(roundTrip(rows).rows).toEqual(rows);
  });

  it('may hold no window that was answered', () => {
    const rows = [failedRow('w0'), failedRow('w1')];
    expect(roundTrip(rows).rows).toEqual(rows);
  });

  it('may hold no row at all', () => {
    expect(roundTrip([]).rows).toEqual([]);
  });

  it('comes back right when it is read in more than one piece', () => {
    // Pieces and row groups are of 32,768 rows.
    const rows = Array.from({ length: 33_000 }, (_, i): PredictionRow => {
      if (i % 3 === 1) return failedRow(`w${i}`);
      return { ...okRow(`w${i}`, 1 + (i % 2)), v0Mps: i, facts: { n: `${i}` } };
    });
    const read = roundTrip(rows).rows;
    expect(read.length).toBe(rows.length);
    for (const i of [0, 1, 32_767, 32_768, 32_769, 32_999]) {
      expect(read[i]).toEqual(rows[i]);
    }
  });

  it('stores paths as float32 and nothing else so', () => {
    const row: PredictionRow = {
      ...okRow('w0', 0),
      v0Mps: 0.1,
      samples: [{ ...SAMPLE, x: Float64Array.of(0.1), probability: 0.1, accel: null }].map(
        (sample) => ({
          ...sample,
          y: Float64Array.of(0),
          z: Float64Array.of(0),
          yaw: Float64Array.of(0),
        }),
      ),
    };
    const [read] = roundTrip([row]).rows;
    if (read?.status !== 'ok') throw new Error('the row was ok');
    expect(read.v0Mps).toBe(0.1);
    expect(read.samples[0]?.probability).toBe(0.1);
    expect(read.samples[0]?.x).toEqual(Float64Array.of(Math.fround(0.1)));
  });

  it('is the same bytes for the same rows', () => {
    const once = () => encodePredictionPart([okRow('w0', 2), failedRow('w1')], METADATA);
    expect(once()).toEqual(once());
  });

  it('refuses to write a path whose lists differ in length', () => {
    const row = { ...okRow('w7', 1), samples: [{ ...SAMPLE, yaw: Float64Array.of(0) }] };
    expect(() => encodePredictionPart([row], METADATA)).toThrow(
      /window w7: sample 0 has lists of unequal length/,
    );
  });
});

describe('readPredictionColumns', () => {
  it('lays the samples of all windows end to end', () => {
    const rows = [okRow('w0', 2), failedRow('w1'), okRow('w2', 1)];
    const columns = readPredictionColumns(encodePredictionPart(rows, METADATA));
    expect(columns.status).toEqual(['ok', 'error', 'ok']);
    expect([...columns.sampleOffsets]).toEqual([0, 2, 2, 3]);
    expect([...columns.samples.paths.offsets]).toEqual([0, 3, 6, 9]);
    expect([...columns.history.offsets]).toEqual([0, 2, 2, 4]);
    expect([...columns.samples.paths.x.subarray(6, 9)]).toEqual([...SAMPLE.x]);
    expect([...columns.t0Us]).toEqual([1_600_000, NaN, 1_600_000]);
    expect(columns.v0Mps[1]).toBeNaN();
  });
});

describe('bytes that are no prediction part', () => {
  const part = encodePredictionPart([okRow('w0', 6), failedRow('w1')], METADATA);

  it.each([
    ['nothing', new Uint8Array()],
    ['rubbish', Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251)],
    ['half a part', part.subarray(0, part.length >> 1)],
    ['a part without its start', part.subarray(1000)],
  ])('%s: PART_CORRUPT', (_, bytes) => {
    expect(() => decodePredictionPart(bytes)).toThrow(
      expect.objectContaining({ code: 'PART_CORRUPT' }),
    );
  });

  it('of another version: SCHEMA_UNSUPPORTED, with both versions', () => {
    const text = new TextDecoder('latin1').decode(part);
    const at = text.indexOf(PREDICTION_SCHEMA_VERSION);
    const newer = part.slice();
    newer.set(new TextEncoder().encode('predictions/9'), at);
    expect(() => decodePredictionPart(newer)).toThrow(
      expect.objectContaining({
        code: 'SCHEMA_UNSUPPORTED',
        message: 'part is predictions/9, expected predictions/1',
      }),
    );
  });

  it('of another origin: SCHEMA_UNSUPPORTED', () => {
    const foreign = encodeTable([{ name: 'window_id', type: 'string', values: ['w'] }]);
    expect(() => decodePredictionPart(foreign)).toThrow(
      expect.objectContaining({ code: 'SCHEMA_UNSUPPORTED' }),
    );
  });

  it('with any one byte changed: rows or one of our errors, never a panic', () => {
    const codes = new Set<string>();
    for (let at = 0; at < part.length; at += 11) {
      const changed = part.slice();
      changed[at] = (changed[at] ?? 0) ^ 0xff;
      try {
        decodePredictionPart(changed);
      } catch (thrown) {
        expect(thrown).toHaveProperty('name', 'DrivesweepError');
        codes.add((thrown as { code: string }).code);
      }
    }
    expect(codes.has('PART_CORRUPT')).toBe(true);
    expect(decodePredictionPart(part).rows.length).toBe(2);
  });
});
