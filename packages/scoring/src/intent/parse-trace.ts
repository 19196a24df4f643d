import { ClauseReader } from './clause-reader.ts';
import { lexicon, type Lexicon } from './lexicon.ts';
import { RepetitionFinder } from './repetition.ts';
import { spanOf, Tokenizer, type Tokens } from './tokens.ts';
import type { ParsedTrace, TraceRemark } from './trace.ts';
import { END, NUMBER } from './word-table.ts';

/**
 * What a trace says: decisions on both axes, causes, remarks, and the sentences that say none of what is known. Spans
 * are of `trace` as it is given. It reads any string in time linear in its length and never throws; what it does not
 * understand it does not guess. docs/intent.md says how it reads.
 */
export function parseTrace(trace: string): ParsedTrace {
  reader ??= new TraceReader(lexicon());
  return reader.read(trace);
}

let reader: TraceReader | null = null;

/** Reads one trace after the other in the same buffers. */
class TraceReader {
  readonly #lexicon: Lexicon;
  readonly #tokenizer: Tokenizer;
  readonly #repetitions = new RepetitionFinder();

  constructor(lex: Lexicon) {
    this.#lexicon = lex;
    this.#tokenizer = new Tokenizer(lex.words);
  }

  read(trace: string): ParsedTrace {
    const tokens = this.#tokenizer.cut(trace);
    const clauses = new ClauseReader(this.#lexicon, tokens);
    clauses.read();
    const { decisions, causes, remarks, unparsed } = clauses;
    this.#addRemarks(tokens, remarks);
    return { decisions, causes, remarks, unparsed };
  }

  /** Adds what is odd about the words to what they claim about the past, in the order of the text. */
  #addRemarks(tokens: Tokens, remarks: TraceRemark[]): void {
    const lex = this.#lexicon;
    const { ids, count } = tokens;
    for (let i = 0; i < count;) {
      const isFrame = lex.frames.has(ids[i] ?? END) && ids[i + 1] === NUMBER;
      const kind = isFrame ? 'future_words' : lex.remarks.match(tokens, i);
      if (kind === null) {
        i++;
        continue;
      }
      const end = isFrame ? i + 2 : lex.remarks.end;
      remarks.push({ kind, span: spanOf(tokens, i, end) });
      i = end;
    }
    const repetition = this.#repetitions.find(tokens);
    if (repetition) remarks.push({ kind: 'repetition', span: repetition });
    if (remarks.length > 1) remarks.sort((a, b) => a.span.start - b.span.start);
  }
}
