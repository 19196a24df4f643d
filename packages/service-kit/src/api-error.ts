import type { z } from 'zod';
import { DrivesweepError } from '@drivesweep/contracts';
import type { ApiError, ErrorCode } from '@drivesweep/contracts';

/** Where the status does not follow from the kind of the error. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  USAGE: 400,
  UNAUTHORIZED: 401,
  RATE_LIMITED: 429,
  SWEEP_NOT_FOUND: 404,
  OBJECT_NOT_FOUND: 404,
  SWEEP_STATE: 409,
  CANCELLED: 409,
  INTERNAL: 500,
  CONFIG_INVALID: 500,
};

/** HTTP status of an error: 503 when trying again may help, 422 when what was sent is at fault. */
export function statusOf(error: DrivesweepError): number {
  return STATUS[error.code] ?? (error.kind === 'transient' ? 503 : 422);
}

/** An error that also names the fields that are wrong. */
export class IssuesError extends DrivesweepError {
  readonly issues: ApiError['issues'];

  constructor(code: ErrorCode, message: string, issues: ApiError['issues']) {
    super(code, message);
    this.issues = issues;
  }
}

/** What a caller sees of an error: no stack, and of a fault of our own not even the message. */
export function apiErrorOf(error: DrivesweepError): ApiError {
  return {
    code: error.code,
    message: error.code === 'INTERNAL' ? 'a fault of drivesweep itself' : error.message,
    hint: error.hint ?? (error.code === 'INTERNAL' ? 'Look into the log of the service.' : null),
    issues: error instanceof IssuesError ? error.issues : [],
  };
}

/** Checks what was sent against a schema. Throws an IssuesError with `code` and one issue per mistake. */
export function parseBody<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
  code: ErrorCode,
): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => ({
    path: issue.path.map((step) => (typeof step === 'number' ? step : String(step))),
    message: issue.message,
  }));
  const first = issues[0];
  const place = first ? ` at ${first.path.join('.') || 'the top'}: ${first.message}` : '';
  throw new IssuesError(code, `${issues.length} mistake(s), the first${place}`, issues);
}
