import type { ErrorCode } from '@drivesweep/contracts';

/** What the shell is told. `gate`: a comparison did not pass what `--fail-if` asked of it. */
export const EXIT = { complete: 0, failed: 1, badInput: 2, partial: 3, gate: 4 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Codes that say that the person's input was at fault: typing it differently can help, trying again cannot. */
const BAD_INPUT: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'USAGE',
  'CONFIG_INVALID',
  'SWEEP_FILE_INVALID',
  'SWEEP_NOT_FOUND',
  'SWEEP_EMPTY',
  'SWEEP_STATE',
  'NOT_COMPARABLE',
  'LIST_INVALID',
  'DATASET_INVALID',
  'DRIVE_NOT_FOUND',
  'STORE_URI_INVALID',
  'POLICY_NOT_FOUND',
  'BUNDLE_INVALID',
  'BUNDLE_FILE_MISSING',
  'BUNDLE_HASH_MISMATCH',
  'BUNDLE_PATH_UNSAFE',
  'BUNDLE_GRAPH_MISMATCH',
  'BUNDLE_GOLDEN_MISMATCH',
  'LICENCE_NOT_ACCEPTED',
  'RECIPE_INVALID',
  'EXPORT_EMPTY',
  'EXPORT_LEAKS_EVALUATION',
  'EXPORT_TARGET_TAKEN',
  'TEACHER_LACKS',
  'PUBLISHING_FORBIDDEN',
]);

export function exitCodeOf(code: ErrorCode): ExitCode {
  return BAD_INPUT.has(code) ? EXIT.badInput : EXIT.failed;
}

/** Of several sweeps, the code that says most: failed, then bad input, then partial. */
export function worstExit(codes: readonly ExitCode[]): ExitCode {
  const order: readonly ExitCode[] = [EXIT.failed, EXIT.badInput, EXIT.partial];
  return order.find((code) => codes.includes(code)) ?? EXIT.complete;
}
