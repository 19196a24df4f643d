import type { OkPrediction, PartMetadata, Paths, PredictionRow } from '@drivesweep/contracts';
import { readScoredColumns } from './prediction-columns.ts';
import type { PredictionColumns, ScoredExtent } from './prediction-columns.ts';
import { rowAt } from './prediction-part.ts';
import type { RowPaths } from './prediction-part.ts';

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
      const paths = new PathReaders(columns);
      for (let row = 0; row < columns.rows; row++) yield rowAt(columns, paths, row);
    },
  };
}

/** The paths of a row; they hold until those of the next one are asked for. */
class PathReaders implements RowPaths {
  readonly #history: PathReader;
  readonly #future: PathReader;
  readonly #samples: PathReader[] = [];
  readonly #ofSamples: Paths;

  constructor({ history, future, samples }: PredictionColumns) {
    this.#history = new PathReader(history);
    this.#future = new PathReader(future);
    this.#ofSamples = samples.paths;
  }

  history(row: number): EgoPath {
    return this.#history.at(row);
  }

  future(row: number): EgoPath {
    return this.#future.at(row);
  }

  sample(i: number, k: number): EgoPath {
    const reader = (this.#samples[k] ??= new PathReader(this.#ofSamples));
    return reader.at(i);
  }
}

class PathReader {
  readonly #offsets: Int32Array;
  readonly #x: AxisReader;
  readonly #y: AxisReader;
  readonly #z: AxisReader;
  readonly #yaw: AxisReader;

  constructor({ offsets, x, y, z, yaw }: Paths) {
    this.#offsets = offsets;
    this.#x = new AxisReader(x);
    this.#y = new AxisReader(y);
    this.#z = new AxisReader(z);
    this.#yaw = new AxisReader(yaw);
  }

  at(i: number): EgoPath {
    const from = this.#offsets[i] ?? 0;
    const end = this.#offsets[i + 1] ?? 0;
    return {
      x: this.#x.cut(from, end),
      y: this.#y.cut(from, end),
      z: this.#z.cut(from, end),
      yaw: this.#yaw.cut(from, end),
    };
  }
}

class AxisReader {
  readonly #values: Float32Array;
  #axis = new Float64Array();

  constructor(values: Float32Array) {
    this.#values = values;
  }

  /** Nothing on an axis that was not read. */
  cut(from: number, end: number): Float64Array {
    const values = this.#values;
    if (values.length === 0) return this.#axis;
    const length = end - from;
    if (this.#axis.length !== length) this.#axis = new Float64Array(length);
    const axis = this.#axis;
    for (let t = 0; t < length; t++) axis[t] = values[from + t] ?? NaN;
    return axis;
  }
}
