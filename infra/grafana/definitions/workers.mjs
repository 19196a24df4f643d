import { labelVariable, lines, number, query, row } from './panels.mjs';

const quantile = (q, metric, by) =>
  `histogram_quantile(${q}, sum by (le${by ? `, ${by}` : ''}) (rate(${metric}_bucket[5m])))`;

export const workers = {
  uid: 'drivesweep-workers',
  title: 'Drivesweep: workers and GPUs',
  variables: [labelVariable('instance', 'Worker', 'drivesweep_engine_busy_ratio')],
  panels: [
    row('Engines'),
    number(
      'Busy',
      'percentunit',
      'Share of the time with work in which the policy was running, over all engines.',
      'sum(rate(drivesweep_engine_busy_seconds_total{instance=~"$instance"}[5m])) / (sum(rate(drivesweep_engine_active_seconds_total{instance=~"$instance"}[5m])) > 0)',
    ),
    number(
      'Windows in a batch',
      'none',
      'Mean over the runs of the last five minutes.',
      'sum(rate(drivesweep_window_latency_seconds_count{instance=~"$instance"}[5m])) / (sum(rate(drivesweep_stage_seconds_count{instance=~"$instance", stage="infer"}[5m])) > 0)',
    ),
    number(
      'Inside 100 ms',
      'percentunit',
      'Committed windows that had a run of their own and kept the budget of a vehicle.',
      'sum(rate(drivesweep_realtime_windows_total{batch="one", inside="yes"}[5m])) / (sum(rate(drivesweep_realtime_windows_total{batch="one"}[5m])) > 0)',
    ),
    number(
      'Engine restarts in an hour',
      'none',
      'Times that an engine process ended unasked.',
      'sum(increase(drivesweep_engine_restarts_total{instance=~"$instance"}[1h]))',
    ),
    number(
      'Out of memory in an hour',
      'none',
      'Times that the device had no memory for a batch, which was then halved.',
      'sum(increase(drivesweep_engine_out_of_memory_total{instance=~"$instance"}[1h]))',
    ),
    number(
      'Shards in flight',
      'none',
      'Each worker holds two: one is computed while the next is read and decoded.',
      'sum(drivesweep_shards_in_flight{instance=~"$instance"})',
    ),
    lines(
      'Busy and idle',
      'percentunit',
      'Of the time in which an engine had a shard: with the policy (busy), or waiting for windows (idle).',
      [
        query('drivesweep_engine_busy_ratio{instance=~"$instance"}', '{{instance}} busy'),
        query('1 - drivesweep_engine_busy_ratio{instance=~"$instance"}', '{{instance}} idle'),
      ],
    ),
    lines(
      'Ready queue',
      'none',
      'Windows that are decoded and wait for the policy; none means that decoding is too slow.',
      [query('drivesweep_engine_ready_windows{instance=~"$instance"}', '{{instance}}')],
    ),
    lines(
      'Most windows in a batch',
      'none',
      'Since the device ran out of memory; 0 while it never did.',
      [query('drivesweep_engine_batch_limit{instance=~"$instance"}', '{{instance}}')],
    ),
    row('Stages'),
    lines(
      'Stage, median',
      's',
      'Per shard read, encode, upload and commit; per window decode, assemble and queue; per run prepare, infer and postprocess.',
      [query(quantile(0.5, 'drivesweep_stage_seconds', 'stage'), '{{stage}}')],
    ),
    lines('Stage, 95 %', 's', 'As beside.', [
      query(quantile(0.95, 'drivesweep_stage_seconds', 'stage'), '{{stage}}'),
    ]),
    lines(
      'Latency of a window',
      's',
      'From its frames being ready and the policy free for it to its samples.',
      [
        query(
          quantile(0.5, 'drivesweep_window_latency_seconds', 'batch'),
          'batch of {{batch}}, p50',
        ),
        query(
          quantile(0.95, 'drivesweep_window_latency_seconds', 'batch'),
          'batch of {{batch}}, p95',
        ),
      ],
    ),
    row('Memory and process'),
    lines(
      'Memory of the engine',
      'bytes',
      'Decoded frames, windows that wait, windows with the policy, the whole process.',
      [query('sum by (kind) (drivesweep_engine_memory_bytes{instance=~"$instance"})', '{{kind}}')],
    ),
    lines(
      'Event loop lag',
      's',
      '99 % of a service. A worker that cannot turn cannot renew its locks.',
      [query('nodejs_eventloop_lag_p99_seconds{job=~"drivesweep-.*"}', '{{job}} {{instance}}')],
    ),
    lines('CPU', 'none', 'Cores in use by the services themselves, without engines.', [
      query('rate(process_cpu_seconds_total{job=~"drivesweep-.*"}[1m])', '{{job}} {{instance}}'),
    ]),
    row('GPU (dcgm-exporter)'),
    lines(
      'Multiprocessors active',
      'percentunit',
      'GPU_UTIL is near 0 or 100 and says little; this says how much of the device works.',
      [query('DCGM_FI_PROF_SM_ACTIVE', 'GPU {{gpu}} of {{Hostname}}')],
    ),
    lines('Tensor cores and memory', 'percentunit', 'Which of the two limits the policy.', [
      query('DCGM_FI_PROF_PIPE_TENSOR_ACTIVE', 'tensor, GPU {{gpu}}'),
      query('DCGM_FI_PROF_DRAM_ACTIVE', 'memory, GPU {{gpu}}'),
    ]),
    lines('Memory of the device', 'decmbytes', 'Used frame buffer.', [
      query('DCGM_FI_DEV_FB_USED', 'GPU {{gpu}} of {{Hostname}}'),
    ]),
    lines('Power', 'watt', 'Per device.', [query('DCGM_FI_DEV_POWER_USAGE', 'GPU {{gpu}}')]),
    lines('Energy of a window', 'joule', 'Of all devices, over the windows that were committed.', [
      query(
        'sum(rate(DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION[5m])) / 1000 / (sum(rate(drivesweep_windows_total[5m])) > 0)',
        'energy',
      ),
    ]),
    lines(
      'Video decoder and faults',
      'none',
      'NVDEC in percent; the number of the last XID error, 0 for none.',
      [
        query('DCGM_FI_DEV_DEC_UTIL', 'decoder, GPU {{gpu}}'),
        query('DCGM_FI_DEV_XID_ERRORS', 'XID, GPU {{gpu}}'),
      ],
    ),
  ],
};
