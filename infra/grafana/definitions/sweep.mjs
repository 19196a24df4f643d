import { labelVariable, lines, number, query, row, table, textVariable } from './panels.mjs';

const of = (more) => `{sweep=~"$sweep"${more ? `, ${more}` : ''}}`;

export const sweep = {
  uid: 'drivesweep-sweep',
  title: 'Drivesweep: sweep',
  variables: [
    labelVariable('sweep', 'Sweep', 'drivesweep_sweep_info'),
    textVariable('price', 'Price of a worker per hour', '2.5'),
  ],
  panels: [
    row('Progress'),
    number(
      'Done',
      'percentunit',
      'Windows that have an answer, of all that were planned.',
      `1 - sum(drivesweep_sweep_windows${of('outcome="remaining"')}) / sum(drivesweep_sweep_windows${of('outcome="expected"')})`,
    ),
    number(
      'Time left',
      's',
      'At the speed of the last half minute. Nothing is shown while no sweep runs.',
      `max(drivesweep_sweep_eta_seconds${of('')})`,
    ),
    number(
      'Windows per second',
      'none',
      'Over the last half minute, all workers together.',
      `sum(drivesweep_sweep_windows_per_second${of('')})`,
    ),
    number(
      'Cost of a million windows',
      'none',
      'In the currency of the price above: workers that are there, by the windows that they commit.',
      '1e6 * ($price / 3600) * sum(drivesweep_workers{queue="predictions"}) / (sum(rate(drivesweep_windows_total[5m])) > 0)',
    ),
    number(
      'Workers',
      'none',
      'Workers that said in the last seconds that they are there.',
      'sum(drivesweep_workers{queue="predictions"})',
    ),
    number(
      'Workers wanted',
      'none',
      'What would meet the deadline of all running sweeps; KEDA scales by it.',
      'max(drivesweep_workers_wanted)',
    ),
    lines('Windows by outcome', 'none', 'What became of the windows so far.', [
      query(
        `sum by (outcome) (drivesweep_sweep_windows${of('outcome!="expected"')})`,
        '{{outcome}}',
      ),
    ]),
    lines('Shards by state', 'none', 'Waiting, in flight, committed, scored, quarantined.', [
      query(`sum by (state) (drivesweep_sweep_shards${of('')})`, '{{state}}'),
    ]),
    lines('Windows per second', 'none', 'Committed by the workers.', [
      query('sum(rate(drivesweep_windows_total[1m]))', 'committed'),
      query('sum(rate(drivesweep_windows_computed_total[1m]))', 'computed'),
    ]),
    row('Errors and retries'),
    lines(
      'Errors by code',
      'none',
      'Windows that failed; docs/errors.md says what each code means.',
      [query(`sum by (code) (drivesweep_sweep_errors${of('')})`, '{{code}}')],
    ),
    lines(
      'Starts of a job until its commit',
      'none',
      'Mean; more than 1 is a retry: a crash, a lost worker, a store that was away.',
      [
        query(
          'sum by (queue) (rate(drivesweep_shard_attempts_sum[10m])) / (sum by (queue) (rate(drivesweep_shard_attempts_count[10m])) > 0)',
          '{{queue}}',
        ),
      ],
    ),
    lines(
      'Shards that were started more than once',
      'percentunit',
      'Of those that were committed.',
      [
        query(
          '1 - sum by (queue) (rate(drivesweep_shard_attempts_bucket{le="1"}[10m])) / (sum by (queue) (rate(drivesweep_shard_attempts_count[10m])) > 0)',
          '{{queue}}',
        ),
      ],
    ),
    lines(
      'Shards that failed',
      'ops',
      'Each failure is tried again unless its code is a permanent one.',
      [
        query('sum by (code) (rate(drivesweep_shard_failures_total[5m]))', '{{code}}'),
        query(
          'sum by (queue) (rate(drivesweep_shards_quarantined_total[5m]))',
          'quarantined: {{queue}}',
        ),
      ],
    ),
    row('Commits'),
    lines(
      'Commits',
      'ops',
      'committed; lost to the commit of somebody else (a conflict); resumed, because the shard had one.',
      [query('sum by (outcome) (rate(drivesweep_commits_total[5m]))', '{{outcome}}')],
    ),
    lines(
      'Wasted work',
      'percentunit',
      'Windows that were computed and not committed, of those computed.',
      [
        query(
          'clamp_min(1 - sum(rate(drivesweep_windows_total[10m])) / (sum(rate(drivesweep_windows_computed_total[10m])) > 0), 0)',
          'wasted',
        ),
      ],
    ),
    lines(
      'Rows that are not accounted for',
      'none',
      'Shards whose commit breaks expected = ok + error + skipped. Any at all is a fault.',
      [query('sum(drivesweep_row_conservation_broken_total)', 'shards')],
    ),
    table(
      'Sweeps',
      'Sweeps that run, or ended in the last quarter of an hour.',
      query('drivesweep_sweep_info', ''),
    ),
  ],
};
