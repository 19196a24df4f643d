import { labelVariable, lines, query, row } from './panels.mjs';

const of = 'run_uuid=~"$run_uuid", run_name=~"$run_name"';

/** AlpaSim's own series under its own labels, beside ours, so that one Grafana shows closed loop and open loop. */
export const closedLoop = {
  uid: 'drivesweep-closed-loop',
  title: 'Drivesweep beside AlpaSim',
  variables: [
    labelVariable('run_uuid', 'AlpaSim run', 'alpasim_rollouts'),
    labelVariable('run_name', 'AlpaSim name', 'alpasim_rollouts'),
    labelVariable('policy', 'Policy', 'drivesweep_score'),
  ],
  panels: [
    row('Closed loop (AlpaSim)'),
    lines('Rollouts by status', 'none', 'As AlpaSim counts them.', [
      query(`sum by (status) (alpasim_rollouts{${of}})`, '{{status}}'),
    ]),
    lines('Seconds of a call, 95 %', 's', 'Of each service and method.', [
      query(
        `histogram_quantile(0.95, sum by (le, service, method) (rate(alpasim_rpc_duration_seconds_bucket{${of}}[5m])))`,
        '{{service}} {{method}}',
      ),
    ]),
    lines('Seconds of a step, 95 %', 's', 'Of the simulation.', [
      query(
        `histogram_quantile(0.95, sum by (le) (rate(alpasim_step_duration_seconds_bucket{${of}}[5m])))`,
        'step',
      ),
    ]),
    row('Open loop (Drivesweep)'),
    lines('Windows per second', 'none', 'Committed by the workers.', [
      query('sum(rate(drivesweep_windows_total[1m]))', 'committed'),
    ]),
    lines('Latency of a window, 95 %', 's', 'By whether it had its run for itself.', [
      query(
        'histogram_quantile(0.95, sum by (le, batch) (rate(drivesweep_window_latency_seconds_bucket[5m])))',
        'batch of {{batch}}',
      ),
    ]),
    lines('Headline', 'none', 'Of the newest sealed sweep of each policy.', [
      query('drivesweep_score{policy=~"$policy"}', '{{policy}} {{metric}}'),
    ]),
  ],
};
