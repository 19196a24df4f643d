import { lines, number, query, row } from './panels.mjs';

export const queue = {
  uid: 'drivesweep-queue',
  title: 'Drivesweep: queue and Redis',
  variables: [],
  panels: [
    row('Queue'),
    number(
      'Redis answers',
      'none',
      '1 when the coordinator can use Redis.',
      'min(drivesweep_queue_up)',
    ),
    number(
      'Oldest job waits',
      's',
      'For how long the oldest job that nobody has taken has been waiting.',
      'max(drivesweep_queue_oldest_wait_seconds)',
    ),
    number(
      'Jobs put back in an hour',
      'none',
      'Their worker was silent for longer than its lock: killed, stopped or cut off.',
      'sum(increase(drivesweep_stalled_total[1h]))',
    ),
    number(
      'Locks lost in an hour',
      'none',
      'A worker that lives could not renew the lock of a job.',
      'sum(increase(drivesweep_job_events_total{event="lock-lost"}[1h]))',
    ),
    number(
      'Foreign commits in an hour',
      'none',
      'Shards that were computed twice: the commit of somebody else stood first.',
      'sum(increase(drivesweep_commits_total{outcome="lost"}[1h])) + sum(increase(drivesweep_score_commit_conflicts_total[1h]))',
    ),
    number(
      'Jobs gone in an hour',
      'none',
      'Jobs that were gone from Redis before they ended: it was emptied or lost. They are made anew.',
      'sum(increase(drivesweep_jobs_lost_total[1h]))',
    ),
    lines(
      'Jobs by state',
      'none',
      'About four per worker: the rest of a sweep is in the store, not in Redis.',
      [query('sum by (queue, state) (drivesweep_queue_jobs)', '{{queue}} {{state}}')],
    ),
    lines('Waiting time of the oldest job', 's', 'By queue.', [
      query('drivesweep_queue_oldest_wait_seconds', '{{queue}}'),
    ]),
    lines('What happens to jobs', 'ops', 'Events of the consumers.', [
      query('sum by (job, event) (rate(drivesweep_job_events_total[5m]))', '{{job}} {{event}}'),
    ]),
    row('Redis (redis_exporter)'),
    lines(
      'Memory',
      'bytes',
      'Redis must never throw a key away: noeviction, and memory to spare.',
      [query('redis_memory_used_bytes', 'used'), query('redis_memory_max_bytes', 'limit')],
    ),
    lines(
      'Keys thrown away',
      'ops',
      'Must be none: a lock that is evicted is a job that runs twice.',
      [query('rate(redis_evicted_keys_total[5m])', 'evicted')],
    ),
    lines('Commands and clients', 'none', 'Per second, and connections.', [
      query('rate(redis_commands_processed_total[1m])', 'commands/s'),
      query('redis_connected_clients', 'clients'),
    ]),
    number(
      'Append-only file',
      'none',
      '1 while the last write went well.',
      'min(redis_aof_last_write_status)',
    ),
    number('Up', 'none', '1 when redis_exporter reaches Redis.', 'min(redis_up)'),
  ],
};
