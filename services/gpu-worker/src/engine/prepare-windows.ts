import { windowIdOf } from '@drivesweep/contracts';
import type {
  CameraNeeds,
  Drive,
  DriveFacts,
  EgoBox,
  ErrorCode,
  FailedPrediction,
  WindowObstacle,
} from '@drivesweep/contracts';
import { planFrames } from '@drivesweep/drives';
import type { CameraFrames } from '@drivesweep/drives';
import {
  checkEgomotion,
  egoPathAt,
  estimateV0Mps,
  interpolateEgomotion,
  stepGridUs,
} from '@drivesweep/geometry';
import type { EgomotionInterpolator, EgoPath, StepGrid } from '@drivesweep/geometry';
import { nearObstacles } from './near-obstacles.ts';
import type { NearObstacles } from './near-obstacles.ts';

/** A longer gap between two poses is not interpolated: at 30 m/s the vehicle is 15 m further on. */
const MAX_GAP_US = 500_000;

/** A window that a policy can be asked about. */
export interface AnswerableWindow {
  readonly status: 'answerable';
  readonly windowId: string;
  readonly driveId: string;
  readonly t0Us: number;
  readonly facts: DriveFacts;
  readonly history: EgoPath;
  readonly future: EgoPath;
  readonly v0Mps: number;
  /** Not for the policy: what scoring measures the answer against. */
  readonly obstacles: readonly WindowObstacle[] | null;
  readonly egoBox: EgoBox | null;
  /** [camera][offset]; empty when the policy does not look. */
  readonly frameIndices: readonly (readonly number[])[];
}

export type PreparedWindow = AnswerableWindow | FailedPrediction;

export interface PreparedWindows {
  /** One per t0, in the order of `t0sUs`. */
  readonly windows: readonly PreparedWindow[];
  /** What to decode, in the order of the cameras that the policy names. */
  readonly cameras: readonly CameraFrames[];
}

interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * Everything about the windows of a drive but the pixels: history and recorded future in the ego frame at t0, speed, and
 * which frames to decode; or why a window cannot be answered. One bad window never harms another.
 */
export function prepareWindows(
  drive: Drive,
  t0sUs: readonly (number | null)[],
  grid: StepGrid,
  cameras: CameraNeeds | null,
): PreparedWindows {
  const moved = t0sUs.map(motionAt(drive, grid));
  const t0sToLook = moved.flatMap((motion, i) => ('code' in motion ? [] : [t0sUs[i] ?? NaN]));
  const plan = cameras && planFrames(cameras, drive.cameras, t0sToLook);
  const unreadable = drive.problems?.find(({ stream }) => cameras?.names.includes(stream));

  let looked = 0;
  const windows = moved.map((motion, i): PreparedWindow => {
    const t0Us = t0sUs[i] ?? null;
    if ('code' in motion || t0Us === null) {
      return failedRow(drive.driveId, t0Us, drive.facts, 'code' in motion ? motion : NO_T0);
    }
    const frames = plan?.windows[looked];
    looked += 1;
    if (frames && 'error' in frames) {
      const { code, message } = frames.error;
      const failure = code === 'CAMERA_MISSING' && unreadable ? unreadable : { code, message };
      return failedRow(drive.driveId, t0Us, drive.facts, failure);
    }
    return {
      status: 'answerable',
      windowId: windowIdOf(drive.driveId, t0Us),
      driveId: drive.driveId,
      t0Us,
      facts: drive.facts,
      ...motion,
      egoBox: drive.egoBox,
      frameIndices: frames?.frameIndices ?? [],
    };
  });
  return { windows, cameras: plan?.cameras ?? [] };
}

/** The row of a window that cannot be answered. */
export function failedRow(
  driveId: string,
  t0Us: number | null,
  facts: DriveFacts,
  { code, message }: Failure,
): FailedPrediction {
  const windowId = windowIdOf(driveId, t0Us);
  return { windowId, driveId, t0Us, facts, status: 'error', code, message };
}

const NO_T0: Failure = {
  code: 'WINDOW_OUTSIDE_DRIVE',
  message: 'the plan knows no time in this drive',
};

const EGOMOTION_CODE = {
  missing: 'EGOMOTION_MISSING',
  'not-finite': 'EGOMOTION_NOT_FINITE',
  'not-monotonic': 'EGOMOTION_NOT_MONOTONIC',
} as const satisfies Record<string, ErrorCode>;

type Motion = Pick<AnswerableWindow, 'history' | 'future' | 'v0Mps' | 'obstacles'>;

/** A function from t0 to the motion around it; the track is checked and fitted once. */
function motionAt(drive: Drive, grid: StepGrid): (t0Us: number | null) => Motion | Failure {
  const problem = checkEgomotion(drive.egomotion);
  if (problem) {
    const failure = {
      code: EGOMOTION_CODE[problem.kind],
      message: `drive ${drive.driveId}: egomotion is ${problem.kind} at pose ${problem.index}`,
    };
    return () => failure;
  }
  const track = interpolateEgomotion(drive.egomotion);
  const around = {
    obstacles: nearObstacles(drive.obstacles, track, MAX_GAP_US),
    ...stepGridUs(grid),
  };
  return (t0Us) => (t0Us === null ? NO_T0 : motionInTrack({ drive, track, grid, ...around }, t0Us));
}

interface TrackGrid {
  readonly drive: Drive;
  readonly track: EgomotionInterpolator;
  readonly grid: StepGrid;
  readonly historyUs: Float64Array;
  readonly futureUs: Float64Array;
  readonly obstacles: NearObstacles;
}

function motionInTrack(
  { drive, track, grid, historyUs, futureUs, obstacles }: TrackGrid,
  t0Us: number,
): Motion | Failure {
  const firstUs = t0Us + (historyUs[0] ?? 0);
  const lastUs = t0Us + (futureUs.at(-1) ?? 0);
  const { span } = drive;
  const history = egoPathAt(track, t0Us, historyUs);
  const future = egoPathAt(track, t0Us, futureUs);
  if (!history || !future || firstUs < span.firstUs || lastUs > span.lastUs) {
    return {
      code: 'WINDOW_OUTSIDE_DRIVE',
      message: `a window at ${t0Us} us takes ${firstUs} to ${lastUs} us; drive ${drive.driveId} has ${span.firstUs} to ${span.lastUs} us`,
    };
  }
  const gapUs = track.longestGapUs(firstUs, lastUs);
  if (gapUs > MAX_GAP_US) {
    return {
      code: 'EGOMOTION_GAP',
      message: `drive ${drive.driveId}: no pose for ${gapUs} us between ${firstUs} and ${lastUs} us; at most ${MAX_GAP_US} us are interpolated`,
    };
  }
  return {
    history,
    future,
    v0Mps: estimateV0Mps(history, grid.stepUs / 1e6),
    obstacles: obstacles(t0Us, lastUs - t0Us, { history, future }),
  };
}
