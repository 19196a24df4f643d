import type { OkPrediction, PartMetadata, PredictionRow } from '@drivesweep/contracts';
import { readScoredColumns } from './prediction-columns.ts';
import type { PathColumns, ScoredExtent } from './prediction-columns.ts';
import { rowAt } from './prediction-part.ts';

type EgoPath = OkPrediction['history'];

/** The rows of a part, to be gone through once, one at a time. */
export interface ScoredPredictions {
  readonly metadata: PartMetadata;
  readonly rows: number;
  /**
   * The paths of a row are overwritten by the next one: what is kept of it must be copied. Making arrays for every
   * path took half of the time of reading, and most of that of collecting garbage.
   */
  [Symbol.iterator](): Iterator<PredictionRow, void>;
}

/**
 * Reads a part for its scores, which look at neither actions nor tokens: accel, curvature, token ids, log-probabilities
 * and finish reasons are null. Everything else, and the errors, as `decodePredictionPart`.
 */
export async function decodeScoredPredictions(
  bytes: Uint8Array,
  extent: ScoredExtent = {},
): Promise<ScoredPredictions> {
  const columns = await readScoredColumns(bytes, extent);
  return {
    metadata: columns.metadata,
    rows: columns.rows,
    *[Symbol.iterator]() {
      const ofSamples: PathReader[] = [];
      const paths = {
        history: pathReader(columns.history),
        future: pathReader(columns.future),
        sample: (i: number, k: number) => (ofSamples[k] ??= pathReader(columns.samples.paths))(i),
      };
      for (let row = 0; row < columns.rows; row++) yield rowAt(columns, paths, row);
    },
  };
}

/** Gives path i; its arrays hold until the next call. */
type PathReader = (i: number) => EgoPath;

function pathReader({ offsets, x, y, z, yaw }: PathColumns): PathReader {
  const reader = { x: axisReader(x), y: axisReader(y), z: axisReader(z), yaw: axisReader(yaw) };
  return (i) => {
    const from = offsets[i] ?? 0;
    const end = offsets[i + 1] ?? 0;
    return {
      x: reader.x(from, end),
      y: reader.y(from, end),
      z: reader.z(from, end),
      yaw: reader.yaw(from, end),
    };
  };
}

function axisReader(values: Float32Array): (from: number, end: number) => Float64Array {
  let axis = new Float64Array();
  if (values.length === 0) return () => axis;
  return (from, end) => {
    const length = end - from;
    if (axis.length !== length) axis = new Float64Array(length);
    for (let t = 0; t < length; t++) axis[t] = values[from + t] ?? NaN;
    return axis;
  };
}
