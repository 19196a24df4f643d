/**
 * Says to ffmpeg's `select` filter which frames are worth scaling.
 *
 * The expression may let more frames through than are wanted (never fewer): every frame that comes out carries
 * its time, so the decoder drops the rest. It speaks of `pts` in microseconds.
 */
export interface FrameSelection {
  readonly expression: string;
  /** How many frames at or after the first wanted one and up to the last wanted one pass. */
  readonly passing: number;
}

/** Frames first, first + step, ... last. */
interface Progression {
  readonly first: number;
  readonly last: number;
  readonly step: number;
}

/** Evaluating a term costs far less than a microsecond; a frame costs milliseconds. */
const MAX_TERMS = 256;

/** `ptsUs` is the time of every frame of the media, strictly increasing; `wanted` strictly increasing indices. */
export function selectFrames(ptsUs: Float64Array, wanted: readonly number[]): FrameSelection {
  const exact = progressionsOf(wanted).flatMap((run) => {
    const term = termOf(ptsUs, run);
    return isExact(ptsUs, run, term) ? [{ run, term }] : singlesOf(ptsUs, run);
  });
  const chosen =
    exact.length <= MAX_TERMS
      ? exact
      : coverOf(wanted, MAX_TERMS).map((run) => ({ run, term: termOf(ptsUs, run) }));
  return {
    expression: chosen.map(({ term }) => term.expression).join('+'),
    passing: chosen.reduce((n, { run }) => n + countOf(run), 0),
  };
}

/** Splits ascending indices into arithmetic progressions: greedy, a pair only where nothing follows it. */
export function progressionsOf(wanted: readonly number[]): Progression[] {
  const runs: Progression[] = [];
  for (let i = 0; i < wanted.length;) {
    const first = wanted[i] ?? 0;
    const step = (wanted[i + 1] ?? first + 1) - first;
    let end = i + 1;
    while (end < wanted.length && wanted[end] === first + step * (end - i)) end += 1;
    // Two frames with another step after them: the second one may begin a longer run.
    if (end - i === 2 && end < wanted.length) end = i + 1;
    runs.push({ first, step, last: first + step * (end - i - 1) });
    i = end;
  }
  return runs;
}

/** At most `limit` step-1 ranges that hold every wanted frame, with the widest gaps left out. */
export function coverOf(wanted: readonly number[], limit: number): Progression[] {
  const widest = wanted
    .slice(1)
    .map((index, i) => ({ at: i + 1, gap: index - (wanted[i] ?? 0) }))
    .sort((a, b) => b.gap - a.gap)
    .slice(0, limit - 1);
  const starts = [0, ...widest.map(({ at }) => at).sort((a, b) => a - b)];
  return starts.map((start, s) => ({
    first: wanted[start] ?? 0,
    last: wanted[(starts[s + 1] ?? wanted.length) - 1] ?? 0,
    step: 1,
  }));
}

const countOf = (run: Progression) => (run.last - run.first) / run.step + 1;

interface Term {
  readonly expression: string;
  readonly passes: (ptsUs: number) => boolean;
}

/** A progression of indices as a rule about times, with a quarter of a frame as margin. */
function termOf(ptsUs: Float64Array, { first, last, step }: Progression): Term {
  const at = (index: number) => ptsUs[index] ?? NaN;
  const margin = Math.max(1, Math.floor(Math.min(gapAt(ptsUs, first), gapAt(ptsUs, last)) / 4));
  const from = at(first) - margin;
  const to = at(last) + margin;
  const range = `between(pts,${from},${to})`;
  const inRange = (t: number) => t >= from && t <= to;
  if (step === 1 || first === last) return { expression: range, passes: inRange };
  const period = (at(last) - at(first)) / ((last - first) / step);
  const width = 2 * margin;
  return {
    expression: `${range}*lte(mod(pts-(${from}),${period}),${width})`,
    passes: (t) => inRange(t) && t - from - Math.floor((t - from) / period) * period <= width,
  };
}

/** True when, over the range of the run, the term lets through the frames of the run and no others. */
function isExact(ptsUs: Float64Array, run: Progression, term: Term): boolean {
  for (let i = run.first; i <= run.last; i += 1) {
    if (term.passes(ptsUs[i] ?? NaN) !== ((i - run.first) % run.step === 0)) return false;
  }
  return true;
}

function singlesOf(ptsUs: Float64Array, run: Progression) {
  return Array.from({ length: countOf(run) }, (_, i) => {
    const index = run.first + i * run.step;
    const single = { first: index, last: index, step: 1 };
    return { run: single, term: termOf(ptsUs, single) };
  });
}

/** The smaller distance from a frame to its neighbours. */
function gapAt(ptsUs: Float64Array, index: number): number {
  const t = ptsUs[index] ?? NaN;
  const before = t - (ptsUs[index - 1] ?? -Infinity);
  const after = (ptsUs[index + 1] ?? Infinity) - t;
  const gap = Math.min(before, after);
  return Number.isFinite(gap) ? gap : 4;
}
