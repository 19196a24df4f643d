import { gridT0Us } from '@drivesweep/contracts';
import type { DriveReader, EgoBox } from '@drivesweep/contracts';
import { checkEgomotion } from '@drivesweep/geometry';
import { formatDuration } from './progress.ts';

/** What a sweep with the default settings would ask: 16 poses of history and 6.4 s of future at 10 Hz. */
const DEFAULT_WINDOWS = { everyUs: 100_000, historySteps: 16, horizonSteps: 64, stepUs: 100_000 };

/** What is recorded in a drive, in the words of the contract. */
export interface AboutDrive {
  readonly driveId: string;
  readonly span: { readonly firstUs: number; readonly lastUs: number; readonly seconds: number };
  readonly poses: number;
  /** Mean rate of the poses; null with fewer than two. */
  readonly posesHz: number | null;
  readonly cameras: readonly { readonly name: string; readonly frames: number }[];
  /** Tracks; null without labels, or with labels that cannot be read. */
  readonly obstacles: number | null;
  /** Null when the dataset does not say how large the vehicle is. */
  readonly egoBox: EgoBox | null;
  readonly facts: Readonly<Record<string, string>>;
  /** Windows of a sweep with default settings at 10 Hz. */
  readonly windowsAt10Hz: number;
  readonly problems: readonly string[];
}

/** Errors: those of the reader, with a window code when the drive itself is at fault. */
export async function inspectDrive(reader: DriveReader, driveId: string): Promise<AboutDrive> {
  const drive = await reader.openDrive(driveId, { cameras: null, obstacles: true });
  const { tUs } = drive.egomotion;
  const { firstUs, lastUs } = drive.span;
  const recordedS = ((tUs.at(-1) ?? 0) - (tUs[0] ?? 0)) / 1e6;
  const broken = checkEgomotion(drive.egomotion);
  return {
    driveId: drive.driveId,
    span: { firstUs, lastUs, seconds: (lastUs - firstUs) / 1e6 },
    poses: tUs.length,
    posesHz: recordedS > 0 ? (tUs.length - 1) / recordedS : null,
    cameras: drive.cameras.map(({ name, frameTimesUs }) => ({ name, frames: frameTimesUs.length })),
    obstacles: drive.obstacles?.length ?? null,
    egoBox: drive.egoBox,
    facts: drive.facts,
    windowsAt10Hz: gridT0Us(drive.span, DEFAULT_WINDOWS).length,
    problems: [
      ...(broken === null ? [] : [`egomotion: ${broken.kind} at pose ${broken.index}`]),
      ...(drive.problems ?? []).map(
        ({ stream, code, message }) => `${stream}: [${code}] ${message}`,
      ),
    ],
  };
}

function formatBox({ lengthM, widthM, rearAxleToCentreM }: EgoBox): string {
  const [length, width, ahead] = [lengthM, widthM, rearAxleToCentreM].map((m) => m.toFixed(2));
  return `${length} x ${width} m, its middle ${ahead} m ahead of the rear axle`;
}

/** The same for a person. */
export function formatDrive(about: AboutDrive): string {
  const { span } = about;
  const rate = about.posesHz === null ? '' : ` (${about.posesHz.toFixed(1)} Hz)`;
  const facts = Object.entries(about.facts).map(([name, value]) => `${name}=${value}`);
  const lines: [string, string][] = [
    ['drive', about.driveId],
    ['span', `${formatDuration(span.seconds)} (${span.firstUs} to ${span.lastUs} us)`],
    ['poses', `${about.poses}${rate}`],
    ...about.cameras.map(({ name, frames }): [string, string] => [
      'camera',
      `${name}, ${frames} frames`,
    ]),
    ...(about.cameras.length === 0 ? [['cameras', 'none'] satisfies [string, string]] : []),
    ['obstacles', about.obstacles === null ? 'none' : `${about.obstacles} tracks`],
    ['vehicle', about.egoBox === null ? 'of unknown size' : formatBox(about.egoBox)],
    ['facts', facts.length === 0 ? 'none' : facts.join(', ')],
    ['windows', `${about.windowsAt10Hz} at 10 Hz with the default history and horizon`],
    ...about.problems.map((problem): [string, string] => ['problem', problem]),
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}
