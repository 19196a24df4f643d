import { asDrivesweepError, DrivesweepError } from '@drivesweep/contracts';
import type { PlainError } from './protocol.ts';

/** What of an error is worth sending to another process. */
export function toPlainError(thrown: unknown): PlainError {
  const { code, message, hint } = asDrivesweepError(thrown);
  return { code, message, hint };
}

export function fromPlainError({ code, message, hint }: PlainError): DrivesweepError {
  return new DrivesweepError(code, message, hint === undefined ? {} : { hint });
}
