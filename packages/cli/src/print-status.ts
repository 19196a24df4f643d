import type { SweepStatus } from '@drivesweep/contracts';
import { progressLine } from './progress.ts';
import { formatTable } from './table.ts';

/** One sweep, a fact per line. */
export function formatStatus(status: SweepStatus): string {
  const { counts, shards } = status;
  const facts: [string, string][] = [
    ['sweep', status.sweepId],
    ['name', status.name],
    ['policy', status.policy],
    ['state', progressLine(status).slice(status.name.length + 2)],
    ...(status.message === null ? [] : [['message', status.message] satisfies [string, string]]),
    [
      'windows',
      `${counts.expected} expected, ${counts.ok} ok, ${counts.error} error, ${counts.skipped} skipped`,
    ],
    ...Object.entries(status.errors).map(([code, n]): [string, string] => [`  ${code}`, String(n)]),
    [
      'shards',
      `${shards.total}, ${shards.committed} committed, ${shards.inFlight} in flight, ` +
        `${shards.quarantined} quarantined, ${status.scoredShards} scored`,
    ],
    ['workers', String(status.workers)],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

/** A line per sweep. */
export function formatStatusList(statuses: readonly SweepStatus[]): string {
  if (statuses.length === 0) return 'no sweeps';
  const rows = statuses.map((status) => [
    status.sweepId,
    status.name,
    status.policy,
    status.state,
    `${status.done}/${status.counts.expected}`,
    String(status.counts.error),
  ]);
  return formatTable(
    [
      { title: 'sweep', align: 'left' },
      { title: 'name', align: 'left' },
      { title: 'policy', align: 'left' },
      { title: 'state', align: 'left' },
      { title: 'windows', align: 'right' },
      { title: 'errors', align: 'right' },
    ],
    rows,
  ).join('\n');
}
