import { describe, expect, it } from 'vitest';
import { parseCsv } from './csv.ts';

describe('a CSV text', () => {
  it('may hold commas, quotes and line breaks in quotes', () => {
    expect(parseCsv('a,"b,""c""\nd",e\r\nf,g,h')).toEqual([
      ['a', 'b,"c"\nd', 'e'],
      ['f', 'g', 'h'],
    ]);
  });

  it('keeps empty fields and drops empty lines', () => {
    expect(parseCsv('a,,\n\n,b,""\n')).toEqual([
      ['a', '', ''],
      ['', 'b', ''],
    ]);
  });

  it('keeps an empty field at the very end', () => {
    expect(parseCsv('a,b,')).toEqual([['a', 'b', '']]);
  });

  it('may start with a byte order mark', () => {
    expect(parseCsv('\uFEFFa,b\n')).toEqual([['a', 'b']]);
  });

  it('is refused when a quote does not end', () => {
    expect(() => parseCsv('a,"b')).toThrow('the quoted field at character 2 does not end');
  });
});
