import {
  addRealtime,
  asDrivesweepError,
  DrivesweepError,
  isErrorCode,
  NO_REALTIME,
  realtimeOf,
  windowIdOf,
} from '@drivesweep/contracts';
import type {
  Drive,
  DriveReader,
  FrameDecoder,
  InferParameters,
  Policy,
  PolicySample,
  PredictionRow,
  RealtimeCounts,
  Shard,
} from '@drivesweep/contracts';
import type { EngineSweep, Stage } from '../protocol.ts';
import { assembleWindows } from './assemble-windows.ts';
import type { AssembledWindow } from './assemble-windows.ts';
import { CameraFeed } from './camera-feed.ts';
import { answerProblem } from './check-answer.ts';
import type { Inference } from './inference.ts';
import { navigationAt } from './navigation.ts';
import { failedRow, prepareWindows } from './prepare-windows.ts';
import type { AnswerableWindow, PreparedWindows } from './prepare-windows.ts';

/** What computing one shard needs, already opened. */
export interface ShardTools {
  readonly reader: DriveReader;
  readonly decoder: FrameDecoder;
  readonly policy: Policy;
  readonly openLane: Inference['openLane'];
  /** Bytes of decoded frames that came (+) or went (-). */
  readonly account: (bytes: number) => void;
  readonly observe: (stage: Stage, seconds: number) => void;
  /** A window has its row. */
  readonly onAnswered: () => void;
  readonly nowMs: () => number;
  /** Its reason is what computeShard throws. */
  readonly signal: AbortSignal;
}

export interface ShardRows {
  readonly rows: PredictionRow[];
  readonly realtime: RealtimeCounts;
}

/** The rows of a shard whose verdict was known when it was planned: nothing is opened for them. */
export function verdictRows(shard: Shard): PredictionRow[] | null {
  const { verdict, driveId } = shard;
  if (!verdict) return null;
  const { status, message } = verdict;
  const code = isErrorCode(verdict.code) ? verdict.code : 'INTERNAL';
  return shard.t0Us.map((t0Us) => {
    const windowId = windowIdOf(driveId, t0Us);
    return { windowId, driveId, t0Us, facts: {}, status, code, message };
  });
}

/**
 * One row per window of the shard, in its order, and how soon the policy answered. What is wrong with a window or with its drive becomes rows; what is wrong
 * with the store, the policy or this process is thrown.
 */
export async function computeShard(
  sweep: EngineSweep,
  shard: Shard,
  tools: ShardTools,
): Promise<ShardRows> {
  const { policy, signal } = tools;
  const drive = await timed(tools, 'read', () => openDrive(shard, tools));
  if (drive instanceof DrivesweepError) {
    const rows = shard.t0Us.map((t0Us) => {
      tools.onAnswered();
      return failedRow(shard.driveId, t0Us, {}, drive);
    });
    return { rows, realtime: NO_REALTIME };
  }
  signal.throwIfAborted();
  const prepared = prepareWindows(drive, shard.t0Us, sweep, policy.needs.cameras);
  const feeds = openFeeds(prepared, tools);
  try {
    return await ask(assembleWindows(prepared.windows, feeds, tools), sweep, shard, tools);
  } finally {
    await Promise.all(feeds.map((feed) => feed.close()));
  }
}

/** The drive, or why every window of it fails. */
async function openDrive(shard: Shard, tools: ShardTools): Promise<Drive | DrivesweepError> {
  const cameras = tools.policy.needs.cameras?.names ?? [];
  try {
    return await tools.reader.openDrive(shard.driveId, { cameras, obstacles: true });
  } catch (thrown) {
    const error = asDrivesweepError(thrown);
    if (error.kind !== 'window') throw error;
    return error;
  }
}

function openFeeds(
  { cameras }: PreparedWindows,
  { decoder, policy, signal, account }: ShardTools,
): CameraFeed[] {
  const format = policy.needs.cameras?.format;
  if (!format) return [];
  return cameras.map(
    ({ camera, frameIndices: wanted }) =>
      new CameraFeed(
        (frameIndices) => decoder.decode({ camera, frameIndices, format }, signal),
        wanted,
        account,
      ),
  );
}

/** Asks the policy about each window as it comes, a few ahead, and collects the rows. */
async function ask(
  assembled: AsyncGenerator<AssembledWindow, void, undefined>,
  sweep: EngineSweep,
  shard: Shard,
  tools: ShardTools,
): Promise<ShardRows> {
  const { samples, seed, horizonSteps, stepUs } = sweep;
  const parameters = { samples, seed, horizonSteps, stepUs };
  let realtime = NO_REALTIME;
  const lane = tools.openLane(tools.policy, parameters, ({ seconds, batch }) => {
    realtime = addRealtime(realtime, realtimeOf(seconds, batch));
  });
  const rows: (PredictionRow | undefined)[] = shard.t0Us.map(() => undefined);
  const open: Promise<void>[] = [];
  const set = (position: number, row: PredictionRow) => {
    rows[position] = row;
    tools.onAnswered();
  };
  let failure: Error | undefined;
  const fail = (thrown: unknown) => {
    failure ??= asDrivesweepError(thrown);
    lane.leave(failure);
  };
  const abort = () => fail(tools.signal.reason);
  const stopIfFailed = () => {
    if (failure) throw failure;
  };
  tools.signal.addEventListener('abort', abort, { once: true });
  try {
    for (;;) {
      await lane.room();
      stopIfFailed();
      const next = await assembled.next();
      stopIfFailed();
      if (next.done) break;
      const { value } = next;
      if (value.kind === 'failed') {
        set(value.position, value.row);
        continue;
      }
      const input = { ...value.input, navigation: navigationAt(sweep, shard, value.position) };
      const answered = lane.ask(input).then(
        (answer) => set(value.position, answeredRow(value.window, answer, parameters)),
        (thrown: unknown) => set(value.position, refusedRow(value.window, thrown)),
      );
      answered.catch(fail);
      open.push(answered);
    }
    lane.end();
    await Promise.all(open);
  } catch (thrown) {
    fail(thrown);
    throw failure ?? asDrivesweepError(thrown);
  } finally {
    tools.signal.removeEventListener('abort', abort);
    await assembled.return();
  }
  const complete = rows.map((row, position) => {
    if (row) return row;
    throw new DrivesweepError('INTERNAL', `shard ${shard.shardId}: window ${position} has no row`);
  });
  return { rows: complete, realtime };
}

function answeredRow(
  window: AnswerableWindow,
  samples: readonly PolicySample[],
  parameters: InferParameters,
): PredictionRow {
  const { windowId, driveId, t0Us, facts, history, future, v0Mps, obstacles, egoBox } = window;
  const problem = answerProblem(samples, parameters);
  if (problem) return failedRow(driveId, t0Us, facts, problem);
  const recorded = { history, future, v0Mps, obstacles, egoBox };
  return { windowId, driveId, t0Us, facts, status: 'ok', ...recorded, samples };
}

/** Rethrows what is not the fault of the window. */
function refusedRow({ driveId, t0Us, facts }: AnswerableWindow, thrown: unknown): PredictionRow {
  const error = asDrivesweepError(thrown);
  if (error.kind !== 'window') throw error;
  return failedRow(driveId, t0Us, facts, error);
}

async function timed<T>(
  { observe, nowMs }: ShardTools,
  stage: Stage,
  work: () => Promise<T>,
): Promise<T> {
  const startedMs = nowMs();
  const result = await work();
  observe(stage, (nowMs() - startedMs) / 1000);
  return result;
}
