import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTrace } from './parse-trace.ts';
import { SENTENCES } from './test-sentences.ts';
import type { ParsedTrace, StatedCause, StatedDecision, TextSpan } from './trace.ts';

const nameOf = ({ decision, direction }: StatedDecision): string =>
  direction ? `${decision}:${direction}` : decision;

function causeOf({ category, object, isLead, place, motion }: StatedCause): string {
  const kind = object ?? category;
  return `${kind}${isLead ? '!' : ''}${place ? `@${place}` : ''}${motion ? `~${motion}` : ''}`;
}

const decisionsOf = (trace: string): string => parseTrace(trace).decisions.map(nameOf).join(' ');

function spansOf({ decisions, causes, remarks, unparsed }: ParsedTrace): TextSpan[] {
  return [...[...decisions, ...causes, ...remarks].map(({ span }) => span), ...unparsed];
}

describe('a trace is read as a person reads it', () => {
  it.each(SENTENCES.map((row) => ({ row, name: row[0] })))('$name', ({ row }) => {
    const [trace, decisions, causes, remarks = ''] = row;
    const parsed = parseTrace(trace);
    expect({
      decisions: parsed.decisions.map(nameOf).join(' '),
      causes: parsed.causes.map(causeOf).join(' '),
      remarks: parsed.remarks.map(({ kind }) => kind).join(' '),
    }).toEqual({ decisions, causes, remarks });
  });
});

describe('spans', () => {
  const textAt = (trace: string, { start, end }: TextSpan): string => trace.slice(start, end);

  it('are the words that were said, as they were written', () => {
    const trace = '  Nudge, then CHANGE lanes to the left because a car is parked ahead.';
    const { decisions, causes } = parseTrace(trace);
    expect(decisions.map(({ span }) => textAt(trace, span))).toEqual([
      'Nudge',
      'CHANGE lanes to the left',
    ]);
    expect(causes.map(({ span }) => textAt(trace, span))).toEqual(['a car is parked ahead']);
  });

  it('are not moved by letters that grow when they are lowered', () => {
    const trace = '\u0130\u0130\u0130. Stop because the light is red.';
    const [stop] = parseTrace(trace).decisions;
    expect(stop && textAt(trace, stop.span)).toBe('Stop');
  });

  it('name the sentence that says nothing known, and the whole trace when none does', () => {
    expect(parseTrace('It is what it is. Stop at the stop sign.').unparsed).toEqual([
      { start: 0, end: 16 },
    ]);
    expect(parseTrace(' Hello. World. ').unparsed).toEqual([{ start: 1, end: 14 }]);
  });
});

describe('an empty trace', () => {
  it.each(['', '   ', '\n'])('%j says nothing and leaves nothing unparsed', (trace) => {
    expect(parseTrace(trace)).toEqual({ decisions: [], causes: [], remarks: [], unparsed: [] });
  });
});

describe('vocabularies', () => {
  const vocabulariesOf = (trace: string): readonly string[] | undefined =>
    parseTrace(trace).decisions[0]?.vocabularies;

  it('tag what each closed set can say', () => {
    expect(vocabulariesOf('Stop.')).toEqual(['paper', 'oss']);
    expect(vocabulariesOf('Pull over to the right.')).toEqual(['paper']);
    expect(vocabulariesOf('Abort the lane change.')).toEqual(['paper']);
    expect(vocabulariesOf('Nudge left.')).toEqual(['oss']);
    expect(vocabulariesOf('In-lane nudge to the left.')).toEqual(['paper', 'oss']);
  });
});

describe('several decisions', () => {
  it('come in the order of the text, each once', () => {
    expect(decisionsOf('Stop, then turn left. Stop, then turn left, then keep lane.')).toBe(
      'stop turn:left keep_lane',
    );
  });

  it('keep opposite directions apart', () => {
    expect(decisionsOf('Nudge left. Nudge right.')).toBe('nudge:left nudge:right');
  });

  it('leave out the manner of another, but not what contradicts it', () => {
    expect(decisionsOf('Slow down and stop.')).toBe('stop');
    expect(decisionsOf('Accelerate and stop.')).toBe('set_speed stop');
  });
});

const WORDS = [...new Set(SENTENCES.flatMap(([trace]) => trace.split(' ')))];
const wordSalad = fc.array(fc.constantFrom(...WORDS), { maxLength: 40 }).map((w) => w.join(' '));

describe('for any text', () => {
  it('spans are inside it and not empty, and nothing is thrown', () => {
    const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), wordSalad);
    fc.assert(
      fc.property(anyText, (trace) => {
        for (const { start, end } of spansOf(parseTrace(trace))) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(trace.length);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('upper case decides the same', () => {
    fc.assert(
      fc.property(wordSalad, (trace) => {
        expect(parseTrace(trace.toUpperCase()).decisions).toEqual(parseTrace(trace).decisions);
      }),
    );
  });

  it('special tokens around it change no decision', () => {
    fc.assert(
      fc.property(wordSalad, (trace) => {
        expect(decisionsOf(`<|cot_start|>${trace}<|cot_end|>`)).toBe(decisionsOf(trace));
      }),
    );
  });

  it('costs time in proportion to its length', () => {
    const units = [
      'the ',
      'slowly ',
      '<|',
      'lead slow ',
      'turn to the ',
      'because reasons ',
      'has been ',
    ];
    for (const unit of units) {
      const long = unit.repeat(Math.ceil(200_000 / unit.length));
      const started = performance.now();
      parseTrace(long);
      // 20 times the length of the longest trace that a policy can write; quadratic reading takes minutes.
      expect(performance.now() - started).toBeLessThan(5_000);
    }
  });
});
