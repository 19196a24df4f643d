import type { RealtimeCounts, RowCounts, RowStatus } from '@drivesweep/contracts';
import { CONSUMER_EVENTS } from '@drivesweep/queue-bullmq';
import type { Counter, Gauge, Metrics } from '@drivesweep/service-kit';
import { BusyRatio } from './busy-ratio.ts';
import { STAGES } from './protocol.ts';
import type { EngineMemory, EngineReport, Stage } from './protocol.ts';

export type CommitOutcome = 'committed' | 'lost' | 'resumed';

/** Every metric that this service exports. No ids as labels: they would grow with the sweeps. */
export interface Telemetry {
  readonly shardsInFlight: Gauge;
  readonly commits: Counter<'outcome'>;
  readonly windowsComputed: Counter;
  readonly failures: Counter<'code'>;
  readonly engineRestarts: Counter;
  readonly jobEvents: Counter<'event'>;
  readonly countWindows: (rows: RowCounts) => void;
  readonly countRealtime: (counts: RealtimeCounts) => void;
  readonly ranOutOfMemory: (found: Extract<EngineReport, { kind: 'out-of-memory' }>) => void;
  readonly observeStage: (stage: Stage, seconds: number) => void;
  readonly observeBeat: (beat: Extract<EngineReport, { kind: 'beat' }>) => void;
}

const ROW_STATUSES = ['ok', 'error', 'skipped'] as const satisfies readonly RowStatus[];
const MEMORY_KINDS = [
  'frames',
  'ready',
  'running',
  'rss',
] as const satisfies readonly (keyof EngineMemory)[];
const BATCH_KINDS = ['one', 'many'] as const satisfies readonly (keyof RealtimeCounts)[];
const COMMIT_OUTCOMES = [
  'committed',
  'lost',
  'resumed',
] as const satisfies readonly CommitOutcome[];

export function createTelemetry(metrics: Metrics): Telemetry {
  const windows = metrics.counter('windows_total', 'Windows that were committed, by outcome', [
    'outcome',
  ]);
  const stages = metrics.histogram(
    'stage_seconds',
    'Seconds of one step: per shard read, encode, upload and commit; per window decode, assemble and queue; per run prepare, infer and postprocess',
    ['stage'],
  );
  const commits = metrics.counter(
    'commits_total',
    'Shards by how they ended: committed, lost to the commit of somebody else, or found committed (resumed)',
    ['outcome'],
  );
  const busyRatio = metrics.gauge(
    'engine_busy_ratio',
    'Share of the time with work, over the last half minute of it, in which the policy was running',
  );
  const busySeconds = metrics.counter(
    'engine_busy_seconds_total',
    'Seconds in which the policy was running',
  );
  const activeSeconds = metrics.counter(
    'engine_active_seconds_total',
    'Seconds in which the engine had a shard',
  );
  const readyWindows = metrics.gauge(
    'engine_ready_windows',
    'Windows that are decoded and wait for the policy',
  );
  const memory = metrics.gauge(
    'engine_memory_bytes',
    'Bytes of decoded frames that later windows may share (frames), of windows that wait (ready) or are with the policy (running), and of the whole engine process (rss)',
    ['kind'],
  );
  const latency = metrics.histogram(
    'window_latency_seconds',
    'Seconds from the frames of a window being ready and the policy free for it to its samples, by whether it had its run for itself',
    ['batch'],
  );
  const realtime = metrics.counter(
    'realtime_windows_total',
    'Committed windows by whether their latency was inside 100 ms, those with a run of their own (one) apart from those that shared one (many)',
    ['batch', 'inside'],
  );
  const outOfMemory = metrics.counter(
    'engine_out_of_memory_total',
    'Times that the device had no memory for a batch, which was then halved',
  );
  const batchLimit = metrics.gauge(
    'engine_batch_limit',
    'Most windows in a batch since the device ran out of memory; 0 while it never did',
  );
  batchLimit.set(0);
  for (const kind of MEMORY_KINDS) memory.set({ kind }, 0);
  for (const batch of BATCH_KINDS) {
    latency.zero({ batch });
    for (const inside of ['yes', 'no']) realtime.inc({ batch, inside }, 0);
  }
  for (const outcome of ROW_STATUSES) windows.inc({ outcome }, 0);
  for (const outcome of COMMIT_OUTCOMES) commits.inc({ outcome }, 0);
  for (const stage of STAGES) stages.zero({ stage });
  const jobEvents = metrics.counter(
    'job_events_total',
    'What happened to jobs and to the connection',
    ['event'],
  );
  for (const event of CONSUMER_EVENTS) jobEvents.inc({ event }, 0);
  const ratio = new BusyRatio();

  return {
    shardsInFlight: metrics.gauge('shards_in_flight', 'Shards that this worker is working on'),
    commits,
    windowsComputed: metrics.counter(
      'windows_computed_total',
      'Windows that the engine answered, committed by this worker or not: more of them than commits is wasted work',
    ),
    failures: metrics.counter('shard_failures_total', 'Shards that failed or were given back', [
      'code',
    ]),
    engineRestarts: metrics.counter(
      'engine_restarts_total',
      'Times that the engine process ended unasked',
    ),
    jobEvents,
    countWindows(rows) {
      for (const outcome of ROW_STATUSES) windows.inc({ outcome }, rows[outcome]);
    },
    countRealtime(counts) {
      for (const batch of BATCH_KINDS) {
        realtime.inc({ batch, inside: 'yes' }, counts[batch].inside);
        realtime.inc({ batch, inside: 'no' }, counts[batch].outside);
      }
    },
    ranOutOfMemory({ limits }) {
      outOfMemory.inc();
      batchLimit.set(Math.min(...Object.values(limits)));
    },
    observeStage: (stage, seconds) => stages.observe({ stage }, seconds),
    observeBeat(beat) {
      for (const { stage, seconds } of beat.stages) stages.observe({ stage }, seconds);
      for (const { batch, seconds } of beat.latencies) latency.observe({ batch }, seconds);
      for (const kind of MEMORY_KINDS) memory.set({ kind }, beat.memory[kind]);
      readyWindows.set(beat.readyWindows);
      const { busy, active } = ratio.add(beat.busy);
      busySeconds.inc(busy);
      activeSeconds.inc(active);
      busyRatio.set(ratio.value);
    },
  };
}
