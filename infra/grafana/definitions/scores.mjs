import { labelVariable, lines, number, query, row, scores as api, table } from './panels.mjs';

const COLUMNS = [
  ['sealedAt', 'timestamp'],
  ['policy', 'string'],
  ['sweep', 'string'],
  ['dataset', 'string'],
  ['outcome', 'string'],
  ['metric', 'string'],
  ['mean', 'number'],
  ['low', 'number'],
  ['high', 'number'],
  ['p95', 'number'],
  ['unit', 'string'],
  ['n', 'number'],
  ['notScored', 'number'],
];
const COMPARED = [
  ['policy', 'string'],
  ['metric', 'string'],
  ['slice', 'string'],
  ['before', 'string'],
  ['meanBefore', 'number'],
  ['sweep', 'string'],
  ['mean', 'number'],
  ['change', 'number'],
  ['unit', 'string'],
  ['verdict', 'string'],
];

export const scores = {
  uid: 'drivesweep-scores',
  title: 'Drivesweep: scores',
  variables: [labelVariable('policy', 'Policy', 'drivesweep_score')],
  panels: [
    row('The newest sealed sweep of each policy'),
    number(
      'Numbers that got worse',
      'none',
      'Headline numbers whose interval lies wholly on the worse side of the sweep before.',
      'sum(drivesweep_score_regression{policy=~"$policy"})',
      { width: 8 },
    ),
    number(
      'Newest seal',
      'dateTimeFromNow',
      'When the newest sweep was sealed.',
      'max(drivesweep_score_sealed_timestamp_seconds{policy=~"$policy"}) * 1000',
      { width: 8 },
    ),
    number(
      'Windows not scored',
      'none',
      'Of the sweeps that run or have just ended: failed and skipped.',
      'sum(drivesweep_sweep_windows{outcome=~"error|skipped"})',
      { width: 8 },
    ),
    lines(
      'Headline',
      'none',
      'Mean over all windows; each number in its own unit.',
      [query('drivesweep_score{policy=~"$policy"}', '{{policy}} {{metric}}')],
      { width: 12 },
    ),
    lines(
      'Change from the sweep before',
      'none',
      'Newest minus the one before it over the same windows.',
      [
        query(
          'drivesweep_score{policy=~"$policy"} - on (policy, metric) drivesweep_score_before{policy=~"$policy"}',
          '{{policy}} {{metric}}',
        ),
      ],
      { width: 12 },
    ),
    row('Tables (Infinity, from the metrics service)'),
    table(
      'Headline by sweep and policy',
      'Every sealed sweep, newest first. The interval is the 95 % one of the mean, by drives.',
      api('/v1/scores?slice=all', COLUMNS),
    ),
    table(
      'Comparison with the sweep before',
      'Of each policy, with slices. worse and better only where the intervals do not overlap; `drivesweep compare` pairs the windows and sees more.',
      api('/v1/scores/compared', COMPARED),
    ),
    table(
      'Slices',
      'Headline numbers by slice of every sealed sweep.',
      api('/v1/scores', [...COLUMNS.slice(0, 6), ['slice', 'string'], ...COLUMNS.slice(6)]),
      { height: 14 },
    ),
  ],
};
