import type { SweepStatus } from '@drivesweep/contracts';

const BAR_WIDTH = 24;
const NARROW = 60;

/** 75 -> `1 min 15 s`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/**
 * One line about a running sweep for a terminal of `width` columns, never longer than it, so that drawing it again
 * replaces it: `name [########........] 260/521 windows  50 %  84.0/s  ETA 3 s  errors 2`.
 */
export function progressBar(status: SweepStatus, width: number): string {
  const { expected } = status.counts;
  const fraction = expected === 0 ? 0 : Math.min(1, status.done / expected);
  const filled = Math.floor(fraction * BAR_WIDTH);
  const bar = `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}]`;
  const text = [
    status.name,
    ...(width < NARROW ? [] : [bar]),
    `${status.done}/${expected} windows`,
    `${Math.floor(fraction * 100)} %`,
    ...detailsOf(status),
  ].join('  ');
  return text.length < width ? text : `${text.slice(0, Math.max(0, width - 2))}…`;
}

/** The same for a log, as one whole line: `name: running, 260/521 windows, 50 %, 84.0/s, ETA 3 s`. */
export function progressLine(status: SweepStatus): string {
  const { expected } = status.counts;
  const percent = expected === 0 ? 0 : Math.floor((status.done / expected) * 100);
  const counted = [`${status.done}/${expected} windows`, `${percent} %`];
  return `${status.name}: ${[status.state, ...counted, ...rateOf(status), ...troubleOf(status)].join(', ')}`;
}

function detailsOf(status: SweepStatus): string[] {
  switch (status.state) {
    case 'running':
      return [...rateOf(status), ...troubleOf(status)];
    case 'scoring':
      return [`scoring ${status.scoredShards}/${status.shards.committed} shards`];
    case 'planning':
    case 'sealing':
    case 'complete':
    case 'partial':
    case 'cancelled':
    case 'refused':
      return [status.state, ...troubleOf(status)];
  }
}

function rateOf(status: SweepStatus): string[] {
  if (status.state !== 'running') return [];
  return [
    ...(status.windowsPerS === null ? [] : [`${status.windowsPerS.toFixed(1)}/s`]),
    ...(status.etaS === null ? [] : [`ETA ${formatDuration(status.etaS)}`]),
  ];
}

/** What a person should know early: windows that failed, shards that were given up, nobody at work. */
function troubleOf(status: SweepStatus): string[] {
  return [
    ...(status.counts.error === 0 ? [] : [`errors ${status.counts.error}`]),
    ...(status.shards.quarantined === 0 ? [] : [`quarantined shards ${status.shards.quarantined}`]),
    ...(status.workers === 0 && status.state === 'running' ? ['no worker'] : []),
  ];
}
