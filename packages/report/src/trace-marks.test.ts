import { describe, expect, it } from 'vitest';
import { buildVerdict, parsedTrace } from './test-data.ts';
import { marksOf, markTrace } from './trace-marks.ts';
import type { Mark } from './trace-marks.ts';

const mark = (kind: Mark['kind'], start: number, end: number, says = 'it'): Mark => ({
  kind,
  span: { start, end },
  says,
  tag: null,
});

/** What a reader sees: the markup without its tags. */
const seen = (markup: string): string => markup.replace(/<[^>]*>/g, '');

describe('a marked trace', () => {
  it('has its words in marks', () => {
    expect(markTrace('turn left now', [mark('decision', 0, 9)]).text).toContain(
      '<mark class="m-decision" title="it">turn left</mark> now',
    );
  });

  it('is the trace, to the letter and the space', () => {
    const trace = 'turn  left,\n then stop';
    const marks = [mark('decision', 0, 10), mark('cause', 6, 16), mark('break', 18, 22)];
    expect(seen(markTrace(trace, marks).text)).toBe(trace);
  });

  it('gives letters under two marks both of them', () => {
    const { text } = markTrace('abcdef', [mark('decision', 0, 4), mark('break', 2, 6)]);
    expect(text).toContain('m-decision" title="it">ab<');
    expect(text).toContain('m-break m-decision" title="it">cd<');
    expect(text).toContain('m-break" title="it">ef<');
  });

  it('cannot become markup, neither by its words nor by what is said about them', () => {
    const trace = '<script>alert("x")</script>';
    const { text } = markTrace(trace, [mark('decision', 0, 8, '"><img src=x>')]);
    expect(text).not.toContain('<script');
    expect(text).not.toContain('<img');
    expect(text).toContain('&lt;script&gt;');
  });

  it('survives spans that reach past its end', () => {
    expect(seen(markTrace('abc', [mark('cause', 1, 99), mark('break', 50, 60)]).text)).toBe('abc');
  });
});

describe('the marks of a trace', () => {
  const trace = 'Turn left because a person crosses';
  const parsed = parsedTrace(trace, 'Turn left', 'a person crosses');

  it('are its decisions with their direction, its causes, and what the verdicts found wrong', () => {
    const broken = buildVerdict({ outcome: 'broken', span: { start: 10, end: 17 } });
    const wrong = buildVerdict({ span: { start: 0, end: 9 } });
    const marks = marksOf(parsed, [broken, wrong]);
    expect(marks.map(({ kind }) => kind)).toEqual(['decision', 'cause', 'break', 'contradiction']);
    expect(marks[0]?.tag).toBe('\u2190 left');
  });

  it('leave alone what is supported, and verdicts about all of the text', () => {
    const fine = buildVerdict({ outcome: 'supported', span: { start: 0, end: 9 } });
    expect(marksOf(null, [fine, buildVerdict({ span: null })])).toEqual([]);
  });
});
