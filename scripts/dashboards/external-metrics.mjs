// Metrics of others that dashboards and rules use: nothing here exports them, so their names are held against this list.

/** redis_exporter (oliver006/redis_exporter, README and exporter/exporter.go). */
const REDIS_EXPORTER = [
  'redis_up',
  'redis_memory_used_bytes',
  'redis_memory_max_bytes',
  'redis_evicted_keys_total',
  'redis_commands_processed_total',
  'redis_connected_clients',
  'redis_aof_last_write_status',
];

/** dcgm-exporter (NVIDIA/dcgm-exporter, etc/default-counters.csv and etc/dcp-metrics-included.csv). */
const DCGM_EXPORTER = [
  'DCGM_FI_PROF_SM_ACTIVE',
  'DCGM_FI_PROF_PIPE_TENSOR_ACTIVE',
  'DCGM_FI_PROF_DRAM_ACTIVE',
  'DCGM_FI_DEV_FB_USED',
  'DCGM_FI_DEV_POWER_USAGE',
  'DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION',
  'DCGM_FI_DEV_DEC_UTIL',
  'DCGM_FI_DEV_XID_ERRORS',
];

/** AlpaSim's telemetry, with its labels run_uuid and run_name. */
const ALPASIM = [
  'alpasim_rollouts',
  'alpasim_rpc_duration_seconds_bucket',
  'alpasim_step_duration_seconds_bucket',
];

/** Prometheus itself. */
const PROMETHEUS = ['up'];

export const EXTERNAL_METRICS = new Set([
  ...REDIS_EXPORTER,
  ...DCGM_EXPORTER,
  ...ALPASIM,
  ...PROMETHEUS,
]);
