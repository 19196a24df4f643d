import type { Lists, StoredWindows } from '@drivesweep/contracts';
import { ALPAMAYO_R1_ACTIONS } from '@drivesweep/geometry';
import { describe, expect, it } from 'vitest';
import { teacherRows } from './teacher-row.ts';
import { createWindowsMaker } from './teacher-windows.ts';
import type { ChosenWindows } from './teacher-windows.ts';

const STEPS = 3;
const PARAMETERS = { samples: 2, horizonSteps: STEPS, stepS: 0.5 };

function listsOf<T extends Uint8Array | Float32Array | Int32Array>(
  lists: readonly (readonly number[] | null)[],
  make: (values: readonly number[]) => T,
): Lists<T> {
  const offsets = new Int32Array(lists.length + 1);
  lists.forEach((list, i) => (offsets[i + 1] = (offsets[i] ?? 0) + (list?.length ?? 0)));
  const valid = lists.includes(null)
    ? Uint8Array.from(lists, (list) => (list === null ? 0 : 1))
    : undefined;
  return { offsets, values: make(lists.flatMap((list) => list ?? [])), valid };
}

const floatLists = (lists: readonly (readonly number[] | null)[]) =>
  listsOf(lists, (values) => Float32Array.from(values));
const textLists = (texts: readonly (string | null)[]) =>
  listsOf(
    texts.map((text) => (text === null ? null : [...new TextEncoder().encode(text)])),
    (values) => Uint8Array.from(values),
  );

function pathsOf(xs: readonly (readonly number[])[]) {
  const { offsets, values } = floatLists(xs);
  const flat = new Float32Array(values.length);
  return { offsets, x: values, y: flat, z: flat, yaw: flat };
}

/** Two windows of two samples each; sample 3 has no actions and says nothing. At 10 m/s, 5 m per step. */
const PART: StoredWindows = {
  rows: 2,
  windowId: ['d@0', 'd@1'],
  driveId: ['d', 'd'],
  t0Us: Float64Array.of(0, 1),
  status: ['ok', 'ok'],
  v0Mps: Float64Array.of(10, 10),
  facts: [{ scenario: 'curve' }, {}],
  history: pathsOf([[0], [0]]),
  future: pathsOf([
    [5, 10, 15],
    [5, 10, 15],
  ]),
  sampleOffsets: Int32Array.of(0, 2, 4),
  samples: {
    paths: pathsOf([
      [5, 10, 15],
      [6, 12, 18],
      [5, 11, 15],
      [5, 10, 15],
    ]),
    accel: floatLists([[1, 2, 3], [4, 5, 6], [7, 8, 9], null]),
    curvature: floatLists([[0, 0, 0], [0, 0, 0], [0, 0, 0], null]),
    trace: textLists(['Halt', 'Geh über', 'Los', null]),
    tokenIds: listsOf([[1], [2, 3], null, null], (values) => Int32Array.from(values)),
    logprobs: floatLists([[-1], [-2, -3], null, null]),
    topTokens: {
      k: Int32Array.of(2, 0, 0, 0),
      ids: listsOf([[1, 8], null, null, null], (values) => Int32Array.from(values)),
      logprobs: floatLists([[-1, -2], null, null, null]),
    },
    finishReason: textLists(['stop', 'stop', 'truncated', null]),
    probability: Float64Array.of(0.5, NaN, NaN, NaN),
  },
};

const chosen = (
  rows: readonly number[],
  samples: readonly (readonly number[])[],
): ChosenWindows => ({
  from: PART,
  rows,
  samples,
  facts: rows.map((row) => PART.facts[row] ?? {}),
  navigation: rows.map(() => null),
  scores: [{ values: Float64Array.of(1, 2), valid: Uint8Array.of(1, 0) }],
  wholeAt: () => {
    throw new Error('nobody asked for reasons');
  },
});

const make = createWindowsMaker({ parameters: PARAMETERS, normalisation: null, reasons: null });
const rowsOf = (...some: ChosenWindows[]) => teacherRows(make(some, 'train'));

describe('windows of an export', () => {
  it('hold the samples that are kept, with their place among the K', () => {
    const [first, second] = rowsOf(chosen([0, 1], [[1], [0, 1]]));
    expect(first?.samples.map(({ index, trace }) => [index, trace])).toEqual([[1, 'Geh über']]);
    expect(second?.samples.map(({ index, trace }) => [index, trace])).toEqual([
      [0, 'Los'],
      [1, null],
    ]);
    expect(Array.from(first?.samples[0]?.tokenIds ?? [])).toEqual([2, 3]);
    expect(second?.samples[0]?.tokenIds).toBeNull();
    expect(first?.samples[0]?.probability).toBeNull();
  });

  it('hold the most likely tokens where the teacher told them', () => {
    const samples = rowsOf(chosen([0], [[0, 1]]))[0]?.samples;
    expect(samples?.[0]?.topTokens).toEqual({
      k: 2,
      ids: Int32Array.of(1, 8),
      logprobs: Float32Array.of(-1, -2),
    });
    expect(samples?.[1]?.topTokens).toBeNull();
  });

  it('are the same whether they come in one piece or in two', () => {
    expect(rowsOf(chosen([0, 1], [[0, 1], [1]]))).toEqual(
      rowsOf(chosen([0], [[0, 1]]), chosen([1], [[1]])),
    );
  });

  it('say how far a sample is from what was driven', () => {
    const [window] = rowsOf(chosen([0], [[0, 1]]));
    // 0 m; 1, 2 and 3 m ahead.
    expect(window?.samples.map(({ adeM, fdeM }) => [adeM, fdeM])).toEqual([
      [0, 0],
      [2, 3],
    ]);
  });

  it('have actions from the path where the policy gave none, and normalised ones beside them', () => {
    const samples = rowsOf(chosen([1], [[0, 1]]))[0]?.samples;
    expect(samples?.map(({ actionsFrom }) => actionsFrom)).toEqual(['policy', 'path']);
    expect(Array.from(samples?.[0]?.accel ?? [])).toEqual([7, 8, 9]);
    expect(samples?.[1]?.accel[0]).toBeCloseTo(0, 2);
    const { accelMean, accelStd } = ALPAMAYO_R1_ACTIONS;
    expect(samples?.[0]?.accelNormalised[1]).toBeCloseTo((8 - accelMean) / accelStd, 4);
    expect(samples?.[1]?.accelNormalised.length).toBe(STEPS);
  });

  it('have null where a score does not apply', () => {
    const scores = rowsOf(chosen([0, 1], [[0], [0]])).map((row) => row.scores);
    expect(scores).toEqual([[1], [null]]);
  });

  it('may be none, or have no samples', () => {
    expect(rowsOf()).toEqual([]);
    const bare = rowsOf(chosen([0, 1], [[], []]));
    expect(bare.map(({ windowId, samples }) => [windowId, samples])).toEqual([
      ['d@0', []],
      ['d@1', []],
    ]);
  });
});
