import type { Tokens } from './tokens.ts';
import { END, COMMA, COLON } from './tokens.ts';
import type { TextSpan } from './trace.ts';

/** Words of the run that is looked for again. */
const RUN = 4;
/** A run of words that stands this often is no figure of speech. */
const OFTEN = 3;
/** A sentence of fewer words may come twice: "Stop." */
const SENTENCE_WORDS = 3;

/**
 * Where a trace begins to say the same again: a sentence that came before, or four words in a row that stand three
 * times. The span reaches from the first such repetition to the last. Null where there is none.
 */
export function findRepetition(tokens: Tokens): TextSpan | null {
  const { ids, hashes, starts, ends } = tokens;
  const words: number[] = [];
  const seen = new Set<number>();
  let start = -1;
  let end = -1;
  const mark = (from: number, to: number): void => {
    if (start < 0 || (starts[from] ?? 0) < start) start = starts[from] ?? 0;
    end = Math.max(end, ends[to] ?? 0);
  };

  let sentence = 0;
  let sentenceFrom = 0;
  for (let i = 0; i <= ids.length; i++) {
    const id = ids[i] ?? END;
    if (id === END) {
      const length = words.length - sentenceFrom;
      if (length >= SENTENCE_WORDS) {
        if (seen.has(sentence)) mark(words[sentenceFrom] ?? 0, i - 1);
        seen.add(sentence);
      }
      sentence = 0;
      sentenceFrom = words.length;
    } else if (id !== COMMA && id !== COLON) {
      sentence = (Math.imul(sentence, 0x01000193) ^ (hashes[i] ?? 0)) | 0;
      words.push(i);
    }
  }

  // Three runs of four words, overlapping as much as they can, need six words.
  if (words.length >= RUN + OFTEN - 1) {
    const runs = runsOf(words, hashes);
    if (mayRepeat(runs)) {
      const times = new Map<number, number>();
      for (const [w, run] of runs.entries()) {
        const count = (times.get(run) ?? 0) + 1;
        times.set(run, count);
        if (count >= OFTEN) mark(words[w] ?? 0, words[w + RUN - 1] ?? 0);
      }
    }
  }
  return start < 0 ? null : { start, end };
}

function runsOf(words: readonly number[], hashes: readonly number[]): number[] {
  const runs: number[] = [];
  for (let w = 0; w + RUN <= words.length; w++) {
    let run = 0;
    for (let k = w; k < w + RUN; k++) {
      run = (Math.imul(run, 0x01000193) ^ (hashes[words[k] ?? 0] ?? 0)) | 0;
    }
    runs.push(run);
  }
  return runs;
}

/** Up to here, looking for a second one is cheaper than counting. */
const FEW = 40;
const BUCKETS = 256;

/** Cheap, and never misses a repetition; nearly every trace ends here. */
function mayRepeat(runs: readonly number[]): boolean {
  if (runs.length < FEW) return runs.some((run, w) => runs.indexOf(run, w + 1) > 0);
  const counts = new Uint16Array(BUCKETS);
  for (const run of runs) {
    const bucket = (run ^ (run >>> 11) ^ (run >>> 21)) & (BUCKETS - 1);
    const count = (counts[bucket] ?? 0) + 1;
    if (count >= OFTEN) return true;
    counts[bucket] = count;
  }
  return false;
}
