import { describe, expect, it } from 'vitest';
import { buildMetric, buildScorecard } from '@drivesweep/testkit';
import { formatScorecards, printScorecards } from './print-scorecard.ts';

const partial = buildScorecard({
  counts: { expected: 524, ok: 521, error: 2, skipped: 0, missing: 1 },
  errors: { CAMERA_MISSING: 2 },
  sweep: { outcome: 'partial' },
  drives: 7,
  headline: [
    'ade_first@6.4s',
    'miss_first@6.4s[2m]',
    'collision_first@6.4s[boxes]',
    'trace_parsed_1',
  ],
  metrics: [
    buildMetric({ id: 'ade_first@3.0s', mean: 1.2345 }),
    buildMetric({
      id: 'ade_first@6.4s',
      mean: 4.25,
      interval: { low: 3.5, high: 15.04, clusters: 7 },
      worstCase: { mean: 4.277, imputed: 9 },
      warnings: ['few_drives'],
    }),
    buildMetric({
      id: 'miss_first@6.4s[2m]',
      unit: 'fraction',
      mean: 0.75,
      interval: { low: 0.6125, high: 1, clusters: 7 },
    }),
    buildMetric({ id: 'collision_first@6.4s[boxes]', unit: 'fraction', mean: null, n: 0 }),
    buildMetric({ id: 'trace_parsed_1', unit: 'fraction', mean: 0.5, n: 100, interval: null }),
    buildMetric({ id: 'ade_first@6.4s', slice: 'hour=9', mean: 4, n: 500 }),
    buildMetric({
      id: 'ade_first@6.4s',
      slice: 'hour=10',
      mean: 5,
      n: 21,
      warnings: ['few_windows'],
    }),
    buildMetric({ id: 'ade_first@6.4s', slice: 'camera=wide' }),
  ],
});

const GOLDEN = `
                    comma
sweep               sw-0123456789abcdef
outcome             partial
policy              kinematic:constant-velocity (abababab)
dataset             comma2k19
samples, seed       1, 7
history, future     16 poses, 64 steps at 10 Hz
drives              7
windows expected    524
  ok                521
  error             2
  skipped           0
  missing           1
    CAMERA_MISSING  2

metric               unit      mean [95 % interval]    n
ade_first@6.4s       m         4.250 [3.50, 15.0]    521
miss_first@6.4s[2m]  fraction  0.750 [0.613, 1.00]   521
trace_parsed_1       fraction  0.500                 100
2 more metrics are in the scorecard's JSON
3 of 524 windows have no answer; were each of them 9.000 m, ade_first@6.4s would be 4.277 m
the intervals rest on 7 drives: under 20 they are not to be trusted

slice    ade_first@6.4s    n  miss_first@6.4s[2m]  n
hour=9            4.000  500                    -  0
hour=10           5.000  21*                    -  0
* under 30 windows
1 more slices are in the scorecard's JSON

files of comma: /store/sweeps/sw-0123456789abcdef

Open loop: the recording does not react, so these numbers say how near the answers come to what the
driver did, not whether driving by them would have been safe.`;

describe('a scorecard for a person', () => {
  it('reads like this: the headline with intervals and n, what was left out, slices, an honest end', () => {
    const filesAt = '/store/sweeps/sw-0123456789abcdef';
    const text = formatScorecards([{ scorecard: partial, filesAt }]);
    expect(`\n${text}`).toBe(GOLDEN);
  });

  it('puts several sweeps side by side in 120 columns, and says of which it speaks', () => {
    const turn = buildScorecard({
      sweep: { name: 'turn' },
      metrics: [buildMetric({ mean: 2.5, n: 500 })],
    });
    const lines = formatScorecards([
      { scorecard: partial, filesAt: null },
      { scorecard: turn, filesAt: null },
    ]).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'metric               unit      comma                  n  turn                  n',
        'ade_first@6.4s       m         4.250 [3.50, 15.0]   521  2.500 [3.50, 5.00]  500',
        'miss_first@6.4s[2m]  fraction  0.750 [0.613, 1.00]  521      -                 0',
        'comma: the intervals rest on 7 drives: under 20 they are not to be trusted',
        'ade_first@6.4s by slice  comma    n  turn  n',
        'hour=10                  5.000  21*     -  0',
      ]),
    );
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  it('keeps two sweeps with the longest names of metrics in 120 columns', () => {
    const id = 'corner_distance_6@6.4s[4x3x2m,pointwise]';
    const interval = { low: 10.25, high: 12.5, clusters: 25 };
    const metrics = [buildMetric({ id, unit: 'fraction', mean: 11.25, n: 166_000, interval })];
    const scorecard = (name: string) => buildScorecard({ sweep: { name }, metrics });
    const lines = formatScorecards([
      { scorecard: scorecard('demo-constant-velocity'), filesAt: null },
      { scorecard: scorecard('glance'), filesAt: null },
    ]).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  it('leaves to the JSON what is no headline, and says so', () => {
    const ids = ['ade_first@6.4s', 'min_ade_6@3.0s[full]', 'comfortable_first@6.4s[nuplan]'];
    const metrics = ids.map((id) => buildMetric({ id }));
    const scorecard = buildScorecard({ metrics, headline: ids.slice(0, 2) });
    const text = formatScorecards([{ scorecard, filesAt: null }]);
    expect(text).toContain('min_ade_6@3.0s[full]');
    expect(text).not.toContain('comfortable');
    expect(text).toContain("\n1 more metrics are in the scorecard's JSON\n");
  });

  it('has no interval of one drive, and says why', () => {
    const metrics = [buildMetric({ interval: null, warnings: ['few_drives'] })];
    const text = formatScorecards([{ scorecard: buildScorecard({ metrics }), filesAt: null }]);
    expect(text).toContain('\none drive was scored, so there is no interval\n');
  });

  it('warns of nothing when there is nothing to warn of', () => {
    const text = formatScorecards([{ scorecard: buildScorecard(), filesAt: null }]);
    expect(text).not.toMatch(/trusted|no answer|\*/);
  });

  it('tells sweeps of the same name apart by their ids', () => {
    const other = buildScorecard({ sweep: { id: 'sw-other' } });
    const text = formatScorecards([
      { scorecard: buildScorecard(), filesAt: null },
      { scorecard: other, filesAt: null },
    ]);
    expect(text).toContain('comma sw-0123456789abcdef');
    expect(text).toContain('comma sw-other');
  });

  it('leaves slices to the JSON that nobody reads in a table', () => {
    const slices = [
      ...Array.from({ length: 13 }, (_, n) => `speed=${n}`),
      `words=${'x'.repeat(50)}`,
      'words=y',
      'hour=1',
      'hour=2',
    ];
    const metrics = slices.map((slice) => buildMetric({ slice }));
    const scorecard = buildScorecard({ metrics: [buildMetric(), ...metrics] });
    const text = formatScorecards([{ scorecard, filesAt: null }]);
    expect(text).toMatch(/\nhour=1 .*\nhour=2 .*\n15 more slices are in the scorecard's JSON\n/);
    expect(text).not.toMatch(/speed=|words=/);
  });
});

describe('the slices of a table', () => {
  const shown = (values: Readonly<Record<string, number>>) => {
    const slices = Object.entries(values).flatMap(([fact, count]) =>
      Array.from({ length: count }, (_, n) => `${fact}=${n}`),
    );
    const metrics = [buildMetric(), ...slices.map((slice) => buildMetric({ slice }))];
    const text = formatScorecards([{ scorecard: buildScorecard({ metrics }), filesAt: null }]);
    return [...new Set(text.match(/^[a-z0-9_]+(?==\d)/gm))];
  };

  it('are those of speed and manoeuvre first, which every dataset has', () => {
    expect(shown({ country: 2, manoeuvre: 2, v0_band: 2 })).toEqual([
      'v0_band',
      'manoeuvre',
      'country',
    ]);
  });

  it('are whole facts: one that would not fit is left to the JSON', () => {
    expect(shown({ a: 12, b: 11, c: 2, d: 1 })).toEqual(['a', 'b']);
    expect(shown({ a: 12, b: 12, c: 2 })).toEqual(['a', 'b']);
    expect(shown({ a: 10, b: 12, c: 2 })).toEqual(['a', 'b', 'c']);
  });
});

describe('scorecards for a program', () => {
  const printed = (count: number, asked = count) => {
    const results: string[] = [];
    const console = {
      result: (text: string) => results.push(text),
      say: () => undefined,
      draw: () => undefined,
      interactive: false,
      width: 80,
    };
    const cards = Array.from({ length: count }, () => ({ scorecard: partial, filesAt: null }));
    printScorecards(cards, asked, true, console);
    return results;
  };

  it('one sweep is its scorecard', () => {
    const [text = ''] = printed(1);
    expect(JSON.parse(text)).toEqual(partial);
  });

  it('several sweeps are a list, also when only one of them has a scorecard', () => {
    expect(JSON.parse(printed(2)[0] ?? '')).toEqual({ sweeps: [partial, partial] });
    expect(JSON.parse(printed(1, 2)[0] ?? '')).toEqual({ sweeps: [partial] });
  });

  it('nothing is printed when there is none', () => {
    expect(printed(0, 1)).toEqual([]);
  });
});
