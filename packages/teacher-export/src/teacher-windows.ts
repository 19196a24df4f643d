import { ALPAMAYO_R1_ACTIONS, createUnicycleInverse } from '@drivesweep/geometry';
import type { ActionNormalisation } from '@drivesweep/geometry';
import type {
  DriveFacts,
  Lists,
  ScoreColumn,
  StoredSamples,
  StoredWindows,
  TeacherReasons,
  TeacherSamples,
  TeacherWindows,
  TopTokenLists,
} from '@drivesweep/contracts';
import type { ScoringParameters, WindowToScore } from '@drivesweep/scoring';
import { gatherLists, gatherNumbers, gatherPaths, gatherValid } from './gather.ts';
import type { Chosen } from './gather.ts';
import { pathError } from './path-error.ts';
import type { ReasonsReader } from './reasons.ts';
import { pathAt, widePathAt } from './stored-values.ts';

/** Windows of one part that are exported, and what is known of them beside the part. */
export interface ChosenWindows {
  readonly from: StoredWindows;
  /** Rows of the part, ascending. */
  readonly rows: readonly number[];
  /** For each of `rows` which of its K samples are exported, ascending. */
  readonly samples: readonly (readonly number[])[];
  /** For each of `rows`. */
  readonly facts: readonly DriveFacts[];
  readonly navigation: readonly (string | null)[];
  /** The scores of all rows of the part, one column per metric; empty when the recipe leaves scores out. */
  readonly scores: readonly ScoreColumn[];
  /** A row of the part in double precision, for judging reasons. */
  readonly wholeAt: (row: number) => WindowToScore;
}

/** Puts chosen windows of several parts together as they are exported. */
export type WindowsMaker = (chosen: readonly ChosenWindows[], split: string) => TeacherWindows;

export interface WindowsMakerOptions {
  readonly parameters: ScoringParameters;
  /** Null for the constants of the released Alpamayo-R1. */
  readonly normalisation: ActionNormalisation | null;
  /** Null when the recipe leaves reasons out. */
  readonly reasons: ReasonsReader | null;
}

export function createWindowsMaker(options: WindowsMakerOptions): WindowsMaker {
  const { horizonSteps } = options.parameters;
  const fillActions = createActionFiller(options.parameters);
  const normalisation = options.normalisation ?? ALPAMAYO_R1_ACTIONS;

  return (chosen, split) => {
    const rowsOf = <T>(of: (windows: StoredWindows) => T): Chosen<T>[] =>
      chosen.map(({ from, rows }) => ({ from: of(from), places: rows }));
    const future = gatherPaths(rowsOf((windows) => windows.future));
    const v0Mps = gatherNumbers(rowsOf(({ v0Mps: values }) => values));
    const sampleOffsets = offsetsOf(chosen.flatMap(({ samples }) => samples));
    const stored = fillActions(gatherSamples(chosen), sampleOffsets, v0Mps);
    const { accelMean, accelStd, curvatureMean, curvatureStd } = normalisation;
    const samples: TeacherSamples = {
      ...stored,
      index: Int32Array.from(chosen.flatMap((one) => one.samples.flat())),
      accelNormalised: normalised(stored.accel.values, accelMean, accelStd),
      curvatureNormalised: normalised(stored.curvature.values, curvatureMean, curvatureStd),
      ...errorsOf(stored.paths, future, sampleOffsets, horizonSteps),
      reasons: options.reasons && reasonsOf(chosen, options.reasons),
    };
    return {
      split,
      rows: v0Mps.length,
      windowId: textsOf(rowsOf(({ windowId }) => windowId)),
      driveId: textsOf(rowsOf(({ driveId }) => driveId)),
      t0Us: gatherNumbers(rowsOf(({ t0Us }) => t0Us)),
      v0Mps,
      history: gatherPaths(rowsOf(({ history }) => history)),
      future,
      facts: chosen.flatMap(({ facts }) => facts),
      navigation: chosen.flatMap(({ navigation }) => navigation),
      sampleOffsets,
      samples,
      scores: gatherScores(chosen, v0Mps.length),
    };
  };
}

function textsOf(chosen: readonly Chosen<readonly string[]>[]): string[] {
  return chosen.flatMap(({ from, places }) => Array.from(places, (place) => from[place] ?? ''));
}

function offsetsOf(lists: readonly (readonly unknown[])[]): Int32Array {
  const offsets = new Int32Array(lists.length + 1);
  lists.forEach(({ length }, i) => (offsets[i + 1] = (offsets[i] ?? 0) + length));
  return offsets;
}

function gatherSamples(chosen: readonly ChosenWindows[]): StoredSamples {
  const places = chosen.map(({ from, rows, samples }) =>
    rows.flatMap((row, i) => {
      const first = from.sampleOffsets[row] ?? 0;
      return (samples[i] ?? []).map((k) => first + k);
    }),
  );
  const of = <T>(column: (samples: StoredSamples) => T): Chosen<T>[] =>
    chosen.map(({ from }, i) => ({ from: column(from.samples), places: places[i] ?? [] }));
  const floats = (length: number) => new Float32Array(length);
  const bytes = (length: number) => new Uint8Array(length);
  return {
    paths: gatherPaths(of(({ paths }) => paths)),
    accel: gatherLists(
      of(({ accel }) => accel),
      floats,
    ),
    curvature: gatherLists(
      of(({ curvature }) => curvature),
      floats,
    ),
    trace: gatherLists(
      of(({ trace }) => trace),
      bytes,
    ),
    tokenIds: gatherLists(
      of(({ tokenIds }) => tokenIds),
      (length) => new Int32Array(length),
    ),
    logprobs: gatherLists(
      of(({ logprobs }) => logprobs),
      floats,
    ),
    topTokens: gatherTopTokens(of(({ topTokens }) => topTokens)),
    finishReason: gatherLists(
      of(({ finishReason }) => finishReason),
      bytes,
    ),
    probability: gatherNumbers(of(({ probability }) => probability)),
  };
}

function gatherTopTokens(chosen: readonly Chosen<TopTokenLists>[]): TopTokenLists {
  const of = <T>(column: (lists: TopTokenLists) => T): Chosen<T>[] =>
    chosen.map(({ from, places }) => ({ from: column(from), places }));
  const k = chosen.flatMap(({ from, places }) => Array.from(places, (i) => from.k[i] ?? 0));
  return {
    k: Int32Array.from(k),
    ids: gatherLists(
      of(({ ids }) => ids),
      (length) => new Int32Array(length),
    ),
    logprobs: gatherLists(
      of(({ logprobs }) => logprobs),
      (length) => new Float32Array(length),
    ),
  };
}

type WithActions = StoredSamples & Pick<TeacherSamples, 'actionsFrom'>;

/** Gives actions to samples without: those that the path takes, by the inverse of the unicycle. */
function createActionFiller({ horizonSteps, stepS }: ScoringParameters) {
  let inverse: ReturnType<typeof createUnicycleInverse> | undefined;
  return (samples: StoredSamples, sampleOffsets: Int32Array, v0Mps: Float64Array): WithActions => {
    const { accel, curvature, paths } = samples;
    const count = paths.offsets.length - 1;
    const lacks = (i: number) => accel.valid?.[i] === 0 || curvature.valid?.[i] === 0;
    const actionsFrom = Array.from({ length: count }, (_, i) =>
      lacks(i) ? ('path' as const) : ('policy' as const),
    );
    if (!actionsFrom.includes('path')) return { ...samples, actionsFrom };
    const found = Array.from(v0Mps, (v0, row) => ({ v0, row })).flatMap(({ v0, row }) => {
      const first = sampleOffsets[row] ?? 0;
      return Array.from({ length: (sampleOffsets[row + 1] ?? 0) - first }, (_, k) => {
        if (!lacks(first + k)) return null;
        inverse ??= createUnicycleInverse(horizonSteps, stepS);
        const { accel: a, curvature: c } = inverse(widePathAt(paths, first + k), v0);
        return { accel: Float32Array.from(a), curvature: Float32Array.from(c) };
      });
    });
    return {
      ...samples,
      accel: filledIn(accel, (i) => found[i]?.accel),
      curvature: filledIn(curvature, (i) => found[i]?.curvature),
      actionsFrom,
    };
  };
}

function filledIn(
  lists: Lists<Float32Array>,
  otherAt: (i: number) => Float32Array | undefined,
): Lists<Float32Array> {
  const { offsets, values } = lists;
  const each = Array.from({ length: offsets.length - 1 }, (_, i) => {
    return otherAt(i) ?? values.subarray(offsets[i] ?? 0, offsets[i + 1] ?? 0);
  });
  const filled = new Float32Array(each.reduce((sum, { length }) => sum + length, 0));
  const ends = new Int32Array(offsets.length);
  each.forEach((list, i) => {
    filled.set(list, ends[i] ?? 0);
    ends[i + 1] = (ends[i] ?? 0) + list.length;
  });
  return { offsets: ends, values: filled, valid: undefined };
}

/** (value - mean) / std, in single precision as it is stored. */
function normalised(values: Float32Array, mean: number, std: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = ((values[i] ?? NaN) - mean) / std;
  return out;
}

function errorsOf(
  paths: StoredSamples['paths'],
  future: StoredWindows['future'],
  sampleOffsets: Int32Array,
  steps: number,
): Pick<TeacherSamples, 'adeM' | 'fdeM'> {
  const count = paths.offsets.length - 1;
  const adeM = new Float64Array(count);
  const fdeM = new Float64Array(count);
  for (let row = 0; row + 1 < sampleOffsets.length; row++) {
    const driven = pathAt(future, row);
    for (let i = sampleOffsets[row] ?? 0; i < (sampleOffsets[row + 1] ?? 0); i++) {
      const error = pathError(pathAt(paths, i), driven, steps);
      adeM[i] = error.adeM;
      fdeM[i] = error.fdeM;
    }
  }
  return { adeM, fdeM };
}

function reasonsOf(chosen: readonly ChosenWindows[], read: ReasonsReader): TeacherReasons[] {
  return chosen.flatMap(({ rows, samples, wholeAt }) =>
    rows.flatMap((row, i) => (samples[i] ?? []).map(read(wholeAt(row)))),
  );
}

function gatherScores(chosen: readonly ChosenWindows[], rows: number): ScoreColumn[] {
  const metrics = chosen[0]?.scores.length ?? 0;
  return Array.from({ length: metrics }, (_, m): ScoreColumn => {
    const of = <T>(column: (scores: ScoreColumn | undefined) => T): Chosen<T>[] =>
      chosen.map(({ scores, rows: places }) => ({ from: column(scores[m]), places }));
    return {
      values: gatherNumbers(of((scores) => scores?.values ?? new Float64Array())),
      valid: gatherValid(
        of((scores) => scores?.valid),
        rows,
      ),
    };
  });
}
