import { describe, expect, it } from 'vitest';
import { buildMetric, buildScorecard } from '@drivesweep/testkit';
import { formatScorecards, printScorecards } from './print-scorecard.ts';

const partial = buildScorecard({
  counts: { expected: 524, ok: 521, error: 2, skipped: 0, missing: 1 },
  errors: { CAMERA_MISSING: 2 },
  sweep: { outcome: 'partial' },
  metrics: [
    buildMetric({ id: 'ade_first@3.0s', mean: 1.2345 }),
    buildMetric({ id: 'ade_first@6.4s', mean: 4.25 }),
    buildMetric({ id: 'miss_first@6.4s[2m]', unit: 'fraction', mean: null, n: 0 }),
    buildMetric({ id: 'ade_first@6.4s', slice: 'country=de', mean: 4, n: 500 }),
    buildMetric({ id: 'ade_first@6.4s', slice: 'country=us', mean: 5, n: 21 }),
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
drives              1
windows expected    524
  ok                521
  error             2
  skipped           0
  missing           1
    CAMERA_MISSING  2

metric               unit       mean    n
ade_first@6.4s       m         4.250  521
miss_first@6.4s[2m]  fraction      -    0
ade_first@3.0s       m         1.234  521

slice       ade_first@6.4s    n  miss_first@6.4s[2m]  n
country=de           4.000  500                    -  0
country=us           5.000   21                    -  0
1 more slices are in the scorecard's JSON

files of comma: /store/sweeps/sw-0123456789abcdef

Open loop: the recording does not react, so these numbers say how near the answers come to what the
driver did, not whether driving by them would have been safe.`;

describe('a scorecard for a person', () => {
  it('reads like this: headline first, n beside every mean, a dash where nothing was scored', () => {
    const filesAt = '/store/sweeps/sw-0123456789abcdef';
    const text = formatScorecards([{ scorecard: partial, filesAt }]);
    expect(`\n${text}`).toBe(GOLDEN);
  });

  it('puts several sweeps side by side', () => {
    const turn = buildScorecard({
      sweep: { name: 'turn' },
      metrics: [buildMetric({ mean: 2.5, n: 500 })],
    });
    const lines = formatScorecards([
      { scorecard: partial, filesAt: null },
      { scorecard: turn, filesAt: null },
    ]).split('\n');
    expect(lines).toContain('metric               unit      comma    n   turn    n');
    expect(lines).toContain('ade_first@6.4s       m         4.250  521  2.500  500');
    expect(lines).toContain('ade_first@3.0s       m         1.234  521      -    0');
    expect(lines).toContain('  missing           1                                       0');
    expect(lines).toContain('ade_first@6.4s by slice  comma    n  turn  n');
    expect(lines).toContain('country=us               5.000   21     -  0');
  });

  it('leaves to the JSON what is no headline, and says so', () => {
    const ids = ['ade_first@6.4s', 'min_ade_6@3.0s[full]', 'comfortable_first@6.4s[nuplan]'];
    const metrics = ids.map((id) => buildMetric({ id }));
    const scorecard = buildScorecard({ metrics, sweep: { samples: 6 } });
    const text = formatScorecards([{ scorecard, filesAt: null }]);
    expect(text).toContain('min_ade_6@3.0s[full]');
    expect(text).not.toContain('comfortable');
    expect(text).toContain("\n1 more metrics are in the scorecard's JSON\n");
  });

  it('does not say the same again under the names of K = 1', () => {
    const metrics = [buildMetric(), buildMetric({ id: 'min_ade_1@6.4s[full]' })];
    const text = (samples: number) =>
      formatScorecards([
        { scorecard: buildScorecard({ metrics, sweep: { samples } }), filesAt: null },
      ]);
    expect(text(1)).not.toContain('min_ade_1');
    expect(text(2)).toContain('min_ade_1');
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
