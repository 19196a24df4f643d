import type {
  TeacherRow,
  TeacherSample,
  TeacherWindows,
  TopTokenLists,
} from '@drivesweep/contracts';
import { listAt, pathAt, textsOf } from './stored-values.ts';

/** Windows of an export one by one, for layouts that are not made of columns. */
export function teacherRows(windows: TeacherWindows): TeacherRow[] {
  const sampleAt = samplesOf(windows);
  return Array.from({ length: windows.rows }, (_, row): TeacherRow => {
    const first = windows.sampleOffsets[row] ?? 0;
    const count = (windows.sampleOffsets[row + 1] ?? 0) - first;
    return {
      windowId: windows.windowId[row] ?? '',
      driveId: windows.driveId[row] ?? '',
      t0Us: windows.t0Us[row] ?? NaN,
      split: windows.split,
      v0Mps: windows.v0Mps[row] ?? NaN,
      history: pathAt(windows.history, row),
      future: pathAt(windows.future, row),
      facts: windows.facts[row] ?? {},
      navigation: windows.navigation[row] ?? null,
      samples: Array.from({ length: count }, (_, k) => sampleAt(first + k)),
      scores: windows.scores.map(({ values, valid }) =>
        valid?.[row] === 0 ? null : (values[row] ?? null),
      ),
    };
  });
}

function samplesOf({ samples }: TeacherWindows): (i: number) => TeacherSample {
  const traces = textsOf(samples.trace);
  const finishReasons = textsOf(samples.finishReason);
  const { accel, curvature } = samples;
  const none = new Float32Array();
  return (i) => {
    const probability = samples.probability[i] ?? NaN;
    return {
      index: samples.index[i] ?? 0,
      ...pathAt(samples.paths, i),
      accel: listAt(accel, i) ?? none,
      curvature: listAt(curvature, i) ?? none,
      actionsFrom: samples.actionsFrom[i] ?? 'policy',
      accelNormalised: listAt({ ...accel, values: samples.accelNormalised }, i) ?? none,
      curvatureNormalised: listAt({ ...curvature, values: samples.curvatureNormalised }, i) ?? none,
      trace: traces[i] ?? null,
      tokenIds: listAt(samples.tokenIds, i),
      logprobs: listAt(samples.logprobs, i),
      topTokens: topTokensAt(samples.topTokens, i),
      finishReason: finishReasons[i] ?? null,
      probability: Number.isNaN(probability) ? null : probability,
      adeM: samples.adeM[i] ?? NaN,
      fdeM: samples.fdeM[i] ?? NaN,
      reasons: samples.reasons?.[i] ?? null,
    };
  };
}

function topTokensAt({ k, ...lists }: TopTokenLists, i: number): TeacherSample['topTokens'] {
  const ids = listAt(lists.ids, i);
  const logprobs = listAt(lists.logprobs, i);
  return ids && logprobs && { k: k[i] ?? 0, ids, logprobs };
}
