import { asDrivesweepError, DrivesweepError, isErrorCode } from '@drivesweep/contracts';
import type { SweepStatus } from '@drivesweep/contracts';
import { ApiRefusal } from './coordinator-client.ts';
import type { CoordinatorClient } from './coordinator-client.ts';
import { EXIT } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import { SweepFileError } from './sweep-file.ts';
import type { LoadedSweepFile } from './sweep-file.ts';

/**
 * Submits a sweep and makes it go on when it was stopped before: the same command typed again goes on where the last
 * one ended. What the coordinator finds wrong in the file is told with its line.
 */
export async function submitSweep(
  client: Pick<CoordinatorClient, 'submit' | 'status' | 'resume'>,
  loaded: LoadedSweepFile,
): Promise<string> {
  const { sweepId, created } = await client.submit(loaded.sweep).catch((thrown: unknown) => {
    throw placed(thrown, loaded);
  });
  if (created) return sweepId;
  const { state } = await client.status(sweepId);
  if (state === 'cancelled' || state === 'partial') await client.resume(sweepId);
  return sweepId;
}

function placed(thrown: unknown, loaded: LoadedSweepFile): unknown {
  if (!(thrown instanceof ApiRefusal) || thrown.issues.length === 0) return thrown;
  const mistakes = thrown.issues.map((issue) => ({ ...issue, ...loaded.locate(issue.path) }));
  return new SweepFileError(loaded.path, mistakes);
}

/** How a sweep that is settled ended, for the shell. */
export function exitOfSweep(status: SweepStatus): ExitCode {
  switch (status.state) {
    case 'complete':
      return EXIT.complete;
    case 'partial':
      return EXIT.partial;
    case 'refused':
      return EXIT.badInput;
    case 'planning':
    case 'running':
    case 'sealing':
    case 'scoring':
    case 'cancelled':
      return EXIT.failed;
  }
}

/** What a sweep without a scorecard says instead; null when it has one. */
export function troubleOfSweep(status: SweepStatus): DrivesweepError | null {
  switch (status.state) {
    case 'refused':
      return refusalOf(status);
    case 'cancelled':
      return new DrivesweepError('CANCELLED', `${status.name} was cancelled`, {
        hint: `go on with: drivesweep resume ${status.sweepId}`,
      });
    case 'complete':
    case 'partial':
    case 'planning':
    case 'running':
    case 'sealing':
    case 'scoring':
      return null;
  }
}

/** The coordinator writes why a plan could not be made as `CODE: message`. */
function refusalOf({ name, message }: SweepStatus): DrivesweepError {
  const [, code, reason] = /^([A-Z_]+): (.*)$/s.exec(message ?? '') ?? [];
  return isErrorCode(code)
    ? new DrivesweepError(code, `${name} was refused: ${reason ?? ''}`)
    : new DrivesweepError('SWEEP_FILE_INVALID', `${name} was refused: ${message ?? 'unknown'}`);
}

/** A second try of a call that a restarting coordinator did not answer. */
export async function patiently<T>(
  call: () => Promise<T>,
  patienceMs: number,
  signal: AbortSignal,
): Promise<T> {
  const start = performance.now();
  for (;;) {
    signal.throwIfAborted();
    try {
      return await call();
    } catch (thrown) {
      const passing = asDrivesweepError(thrown).code === 'API_UNREACHABLE';
      if (!passing || performance.now() - start > patienceMs) throw thrown;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
