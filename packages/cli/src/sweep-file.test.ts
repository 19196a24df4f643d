import { describe, expect, it } from 'vitest';
import { parseSweepFile, SweepFileError } from './sweep-file.ts';

const GOOD = `name: comma-constant-velocity
policy: kinematic:constant-velocity      # or a bundle
dataset: {layout: comma2k19, uri: ../data/comma2k19}
windows: {every_s: 0.1}
samples: 1
seed: 7
`;

/** The mistakes of a text, as `line:column field: message`. */
function mistakesIn(text: string): string[] {
  try {
    parseSweepFile('/sweeps/a.yaml', text);
  } catch (thrown) {
    if (!(thrown instanceof SweepFileError)) throw thrown;
    return thrown.mistakes.map(
      ({ line, column, path, message }) => `${line}:${column} ${path.join('.')}: ${message}`,
    );
  }
  return [];
}

const changed = (from: string | RegExp, to: string) => GOOD.replace(from, to);

describe('a sweep file without mistakes', () => {
  it('is read with its defaults', () => {
    const { sweep } = parseSweepFile('/sweeps/a.yaml', GOOD);
    expect(sweep).toMatchObject({
      name: 'comma-constant-velocity',
      samples: 1,
      seed: 7,
      history_steps: 16,
      horizon_steps: 64,
      rate_hz: 10,
    });
  });

  it('takes relative places from where the file lies, and leaves names and S3 alone', () => {
    const text = changed('kinematic:constant-velocity', './bundles/x').replace(
      '{every_s: 0.1}',
      '{list: windows.csv}',
    );
    const { sweep } = parseSweepFile('/sweeps/a.yaml', text);
    expect(sweep.policy).toBe('/sweeps/bundles/x');
    expect(sweep.dataset.uri).toBe('/data/comma2k19');
    expect(sweep.windows.list).toBe('/sweeps/windows.csv');

    const remote = changed('../data/comma2k19', 's3://bucket/data');
    const { sweep: onS3 } = parseSweepFile('/sweeps/a.yaml', remote);
    expect(onS3.policy).toBe('kinematic:constant-velocity');
    expect(onS3.dataset.uri).toBe('s3://bucket/data');
  });

  it('knows where each field stands, for mistakes that others find', () => {
    const { locate } = parseSweepFile('/sweeps/a.yaml', GOOD);
    expect(locate(['dataset', 'uri'])).toEqual({ line: 3, column: 30 });
    expect(locate(['drives', 'ids', 0])).toEqual({ line: 1, column: 1 });
  });
});

describe('a mistake in a sweep file is told with line, column, field, expected and found', () => {
  it.each([
    [
      'an unknown field, with the name that was meant',
      changed('samples:', 'sampels:'),
      /^5:1 sampels: unknown field; did you mean samples\? \(known here: name, .*\)$/,
    ],
    [
      'an unknown field inside another',
      changed('layout: comma2k19', 'layout: comma2k19, rev: x'),
      /^3:30 dataset\.rev: unknown field \(known here: layout, uri, revision\)$/,
    ],
    [
      'a wrong type',
      changed('every_s: 0.1', 'every_s: fast'),
      /^4:11 windows\.every_s: expected seconds, for example 0\.5; found "fast"$/,
    ],
    [
      'a value that is not one of the known ones',
      changed('layout: comma2k19', 'layout: comma'),
      /^3:11 dataset\.layout: expected physicalai-av or comma2k19; found "comma"$/,
    ],
    [
      'a number out of range',
      changed('samples: 1', 'samples: 65'),
      /^5:1 samples: expected at most 64; found 65$/,
    ],
    [
      'a text of the wrong form',
      changed(/name: .*/, 'name: a b'),
      /^1:1 name: expected letters, digits, "\.", "_" or "-"; found "a b"$/,
    ],
    [
      'a missing field, at what should hold it',
      changed(', uri: ../data/comma2k19', ''),
      /^3:1 dataset\.uri: missing; expected a folder or an s3:\/\/ URI$/,
    ],
    [
      'an item of a list',
      changed('every_s: 0.1', 'at_us: [100000, soon]'),
      /^4:27 windows\.at_us\.1: expected integer microseconds; found "soon"$/,
    ],
    [
      'two rules where one is asked for',
      changed('every_s: 0.1', 'every_s: 0.1, list: x.csv'),
      /^4:1 windows: expected exactly one of every_s, at_us, list; found the fields every_s, list$/,
    ],
    [
      'a field without a value',
      changed('seed: 7', 'seed:'),
      /^6:1 seed: expected a whole number; found nothing$/,
    ],
    ['a field that stands twice', `${GOOD}seed: 8\n`, /^7:1 : Map keys must be unique$/],
    ['a mistake of YAML', changed('{every_s: 0.1}', '{every_s: 0.1'), /^5:1 : .*flow map.*/i],
    [
      'a file that holds no fields',
      'hello',
      /^1:1 : expected fields \(name: value\); found "hello"$/,
    ],
  ])('%s', (_what, text, expected) => {
    const mistakes = mistakesIn(text);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toMatch(expected);
  });

  it('refuses a file that is small and huge when its aliases are followed', () => {
    const levels = Array.from({ length: 9 }, (_, i) =>
      i === 0
        ? 'a0: &a0 [x, x]'
        : `a${i}: &a${i} [${Array(9)
            .fill(`*a${i - 1}`)
            .join(', ')}]`,
    );
    expect(mistakesIn(`${levels.join('\n')}\n${GOOD}`)[0]).toMatch(
      /^1:1 : cannot be read: .*alias/,
    );
  });

  it('refuses a file that is nested without end', () => {
    expect(mistakesIn(`a: ${'['.repeat(20_000)}`)).not.toEqual([]);
  });

  it('tells all mistakes at once, in the order of their lines', () => {
    const text = changed('comma2k19,', 'comma,').replace('samples: 1', 'samples: 0');
    expect(mistakesIn(text).map((mistake) => mistake.split(':')[0])).toEqual(['3', '5']);
  });

  it('reads as file:line:column, so that editors can jump there', () => {
    expect(() => parseSweepFile('sweeps/a.yaml', changed('samples: 1', 'samples: 0'))).toThrow(
      'sweeps/a.yaml has a mistake\n  sweeps/a.yaml:5:1: samples: expected at least 1; found 0',
    );
  });
});
