import { wrapAngle } from './angle.ts';
import { emptyEgoPath } from './ego-path.ts';
import { at } from './numbers.ts';
import { polynomialWeights } from './savitzky-golay.ts';
import type { EgoPath, Vec3 } from './types.ts';

/**
 * Turns a path into tokens, one per axis and step: the step from pose to pose, the first from the origin, cut into
 * equal bins. Source: NVlabs/alpamayo@1cba38c:src/alpamayo_r1/models/delta_tokenizer.py.
 */
export interface DeltaTokenizer {
  readonly bins: number;
  readonly minM: Vec3;
  readonly maxM: Vec3;
  /**
   * Whether a fourth token per step carries the turn, in bins over [-pi, pi].
   * none              three tokens per step, as released
   * counterclockwise  the yaw of this project: encoding and decoding give it back
   * alpamayo-negated  as upstream, which reads yaw off the transposed rotation: a round trip flips its sign
   */
  readonly yaw: 'none' | 'counterclockwise' | 'alpamayo-negated';
}

/** The history tokenizer of nvidia/Alpamayo-R1-10B: 16 poses are 48 tokens. */
export const ALPAMAYO_R1_HISTORY_TOKENS: DeltaTokenizer = {
  bins: 1000,
  minM: [-4, -4, -10],
  maxM: [4, 4, 10],
  yaw: 'none',
};

/** Window and order of the polynomial that the heading is read off when no token carries it. */
const TANGENT = { window: 10, order: 3, derivative: 1 } as const;

/**
 * Tokens of a path: x, y, z and perhaps yaw of the first step, then of the second ...; each in 0 ... bins - 1.
 * Steps beyond the range get the outermost bin, and so does the first one for a history that is more than 4 m long.
 * @throws RangeError for a path that is not finite
 */
export function encodeDeltas(path: EgoPath, tokenizer: DeltaTokenizer): Int32Array {
  const { minM, maxM, yaw } = tokenizer;
  const steps = path.x.length;
  const width = yaw === 'none' ? 3 : 4;
  const tokens = new Int32Array(steps * width);
  const axes = [path.x, path.y, path.z] as const;
  const sign = yaw === 'alpamayo-negated' ? -1 : 1;
  for (let t = 0; t < steps; t++) {
    axes.forEach((values, axis) => {
      const step = at(values, t) - (t === 0 ? 0 : at(values, t - 1));
      tokens[t * width + axis] = binOf(step, minM[axis] ?? NaN, maxM[axis] ?? NaN, tokenizer);
    });
    if (width === 4) {
      const turn = wrapAngle(at(path.yaw, t) - (t === 0 ? 0 : at(path.yaw, t - 1)));
      tokens[t * width + 3] = binOf(sign * turn, -Math.PI, Math.PI, tokenizer);
    }
  }
  return tokens;
}

/**
 * The path that tokens stand for: the sum of the middles of their bins. Without yaw tokens the heading is the tangent
 * of the cubic that fits the 10 poses around each pose best.
 * @throws RangeError for tokens that are not whole steps, are no bins, or are fewer than 4 steps without yaw tokens
 */
export function decodeDeltas(tokens: ArrayLike<number>, tokenizer: DeltaTokenizer): EgoPath {
  const { bins, minM, maxM, yaw } = tokenizer;
  const width = yaw === 'none' ? 3 : 4;
  if (tokens.length % width !== 0) {
    throw new RangeError(`tokens come in groups of ${width}, got ${tokens.length}`);
  }
  const path = emptyEgoPath(tokens.length / width);
  const sum = [0, 0, 0, 0];
  const low = [...minM, -Math.PI];
  const high = [...maxM, Math.PI];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] ?? NaN;
    if (!Number.isInteger(token) || token < 0 || token >= bins) {
      throw new RangeError(`token ${i} is ${token}, but bins are 0 ... ${bins - 1}`);
    }
    const axis = i % width;
    const from = low[axis] ?? NaN;
    const to = high[axis] ?? NaN;
    sum[axis] = (sum[axis] ?? NaN) + (token / (bins - 1)) * (to - from) + from;
    if (axis !== width - 1) continue;
    const t = (i - axis) / width;
    const [x = NaN, y = NaN, z = NaN, turned = NaN] = sum;
    [path.x[t], path.y[t], path.z[t], path.yaw[t]] = [x, y, z, wrapAngle(turned)];
  }
  return yaw === 'none' ? { ...path, yaw: tangents(path) } : path;
}

function binOf(value: number, min: number, max: number, { bins }: DeltaTokenizer): number {
  const bin = roundHalfToEven(((value - min) / (max - min)) * (bins - 1));
  if (Number.isNaN(bin)) throw new RangeError('a path that is not finite has no tokens');
  return Math.min(Math.max(bin, 0), bins - 1);
}

/** As PyTorch rounds; `Math.round` takes halves up. */
function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

function tangents({ x, y }: EgoPath): Float64Array {
  const steps = x.length;
  const window = Math.min(TANGENT.window, steps);
  const weights = Array.from({ length: window }, (_, position) =>
    polynomialWeights({ ...TANGENT, window }, position),
  );
  return x.map((_, t) => {
    const first = Math.max(0, Math.min(t - TANGENT.window / 2, steps - window));
    let dx = 0;
    let dy = 0;
    weights[t - first]?.forEach((weight, i) => {
      dx += weight * at(x, first + i);
      dy += weight * at(y, first + i);
    });
    return Math.atan2(dy, dx);
  });
}
