/** One run of the decoder: from a key frame on, in order, until the last wanted frame. */
export interface DecodeSegment {
  /** 0, or the key frame to seek to. */
  readonly startFrame: number;
  /** Strictly increasing, all at or after `startFrame`. */
  readonly frameIndices: readonly number[];
}

/** Seconds of work: of one more process, and of decoding one frame. */
export interface DecodeCosts {
  readonly startS: number;
  readonly frameS: number;
}

/**
 * The cheapest way to decode the wanted frames.
 *
 * Between two neighbouring wanted frames a < b the decoder either runs on (b - a frames), or a new one starts at
 * the last key frame k <= b (b - k + 1 frames and a start). No choice changes what another one costs, so the best
 * choice at each gap is the best plan: dense frames become one pass, far ones a seek each.
 *
 * `keyFrameIndices` ascends; frame 0 always counts as one. Wanted indices outside [0, frameCount) are a fault of
 * the caller: RangeError.
 */
export function planDecode(
  wantedIndices: readonly number[],
  keyFrameIndices: readonly number[],
  frameCount: number,
  costs: DecodeCosts,
): DecodeSegment[] {
  const segments: { startFrame: number; frameIndices: number[] }[] = [];
  let key = 0;
  let nextKey = 0;
  let last = -1;
  for (const wanted of wantedIndices) {
    if (!Number.isInteger(wanted) || wanted <= last || wanted >= frameCount) {
      throw new RangeError(`frame ${wanted} after ${last} of ${frameCount}`);
    }
    for (; (keyFrameIndices[nextKey] ?? Infinity) <= wanted; nextKey += 1) {
      key = keyFrameIndices[nextKey] ?? key;
    }
    const runOnS = (wanted - last) * costs.frameS;
    const restartS = costs.startS + (wanted - key + 1) * costs.frameS;
    const current = segments.at(-1);
    if (current && runOnS <= restartS) current.frameIndices.push(wanted);
    else segments.push({ startFrame: key, frameIndices: [wanted] });
    last = wanted;
  }
  return segments;
}
