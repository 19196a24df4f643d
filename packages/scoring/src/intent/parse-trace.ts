import { ClauseReader } from './clause-reader.ts';
import { lexicon, type Lexicon } from './lexicon.ts';
import { findRepetition } from './repetition.ts';
import { END, NUMBER, tokenize, type Tokens } from './tokens.ts';
import type { ParsedTrace, TraceRemark } from './trace.ts';

/**
 * What a trace says: decisions on both axes, causes, remarks, and the sentences that say none of what is known. Spans
 * are of `trace` as it is given. It reads any string in time linear in its length and never throws; what it does not
 * understand it does not guess. docs/intent.md says how it reads.
 */
export function parseTrace(trace: string): ParsedTrace {
  const lex = lexicon();
  const tokens = tokenize(trace, lex.words);
  const reader = new ClauseReader(lex, tokens);
  reader.read();
  const { decisions, causes, unparsed } = reader;
  return { decisions, causes, remarks: remarksOf(lex, tokens, reader.remarks), unparsed };
}

function remarksOf(lex: Lexicon, tokens: Tokens, claims: readonly TraceRemark[]): TraceRemark[] {
  const remarks = [...claims];
  const { starts, ends } = tokens;
  for (let i = 0; i < tokens.ids.length;) {
    const isFrame = lex.frames.has(tokens.ids[i] ?? END) && tokens.ids[i + 1] === NUMBER;
    const kind = isFrame ? 'future_words' : lex.remarks.match(tokens, i);
    if (kind === null) {
      i++;
      continue;
    }
    const end = isFrame ? i + 2 : lex.remarks.end;
    remarks.push({ kind, span: { start: starts[i] ?? 0, end: ends[end - 1] ?? 0 } });
    i = end;
  }
  const repetition = findRepetition(tokens);
  if (repetition) remarks.push({ kind: 'repetition', span: repetition });
  return remarks.sort((a, b) => a.span.start - b.span.start);
}

export interface TraceParserOptions {
  /** How many different traces are remembered, at least. */
  readonly remember: number;
}

/**
 * A `parseTrace` that reads equal traces once: policies say the same sentence for many windows. Its answers are shared
 * and must not be changed. It remembers two generations: when the younger one is full the older one is forgotten as a
 * whole, because taking single traces out of a map costs as much as reading them.
 */
export function createTraceParser({
  remember,
}: TraceParserOptions): (trace: string) => ParsedTrace {
  let older = new Map<string, ParsedTrace>();
  let younger = new Map<string, ParsedTrace>();
  return (trace) => {
    const known = younger.get(trace);
    if (known !== undefined) return known;
    const parsed = older.get(trace) ?? parseTrace(trace);
    if (younger.size >= remember) {
      older = younger;
      younger = new Map();
    }
    if (remember > 0) younger.set(trace, parsed);
    return parsed;
  };
}
