/**
 * Every error that a person or a program may meet has a stable code.
 *
 * window     one window cannot be answered: it becomes a row with status error; the shard goes on
 * transient  the shard may succeed later: it is retried with backoff, bounded, then quarantined
 * permanent  trying again cannot help: refused at once, with what to do about it
 */
export type ErrorKind = 'window' | 'transient' | 'permanent';

/** Code -> kind and meaning. docs/errors.md is generated from this table. */
export const ERROR_CODES = {
  // drives
  DRIVE_NOT_FOUND: ['window', 'the dataset has no drive of this id'],
  DRIVE_MARKED_INVALID: ['window', 'the dataset itself marks this drive as not valid'],
  DRIVE_UNREADABLE: [
    'window',
    'a file of the drive is damaged: truncated zip, bad parquet, bad npy',
  ],
  EGOMOTION_MISSING: ['window', 'the drive has no egomotion, or fewer than 4 poses'],
  EGOMOTION_NOT_FINITE: ['window', 'the egomotion holds NaN or infinity'],
  EGOMOTION_NOT_MONOTONIC: ['window', 'the times of the egomotion do not strictly increase'],
  EGOMOTION_GAP: [
    'window',
    'the egomotion has a gap inside the window that is too long to interpolate',
  ],
  WINDOW_OUTSIDE_DRIVE: [
    'window',
    'history or future of this t0 reaches outside the recorded drive',
  ],
  CAMERA_MISSING: ['window', 'the drive has no such camera'],
  FRAME_MISSING: ['window', 'the camera has no frame at or before a time that the policy needs'],
  FRAME_UNDECODABLE: ['window', 'the video does not decode at a frame that the policy needs'],
  FRAME_SIZE_UNSUITABLE: [
    'window',
    'the policy sees frames at a size that its own preprocessing would not choose for this camera',
  ],
  VIDEO_LIMIT: ['window', 'the video exceeds a limit on size, pixels or decoding time'],
  // predictions that were made elsewhere
  PREDICTION_INVALID: ['window', 'a prediction is not in the form that score-file reads'],
  PREDICTION_SHAPE: ['window', 'a prediction has too few poses, or lists of different lengths'],
  PREDICTION_NOT_FINITE: ['window', 'a prediction holds NaN or infinity'],
  PREDICTION_DUPLICATE: ['window', 'a window comes twice in one file'],
  // policies
  POLICY_OUTPUT_NOT_FINITE: ['window', 'the policy answered with NaN or infinity'],
  POLICY_OUTPUT_RANGE: [
    'window',
    'the policy answered with a probability outside 0 to 1, a sentence outside its list, or a token outside its vocabulary',
  ],
  POLICY_OUTPUT_SHAPE: [
    'window',
    'the policy answered with another shape than its bundle declares',
  ],
  POLICY_OUT_OF_MEMORY: [
    'window',
    'the device has no memory for the policy, not even for this one window',
  ],
  NAVIGATION_TOO_LONG: ['window', 'the navigation text of the window does not fit into the prompt'],
  POLICY_CRASHED: ['window', 'the engine process died each time that it had this window alone'],
  POLICY_RUN_FAILED: ['transient', 'the runtime failed while it ran the graph of a policy'],
  POLICY_NOT_FOUND: ['permanent', 'no policy of this name, folder or URI'],
  BUNDLE_INVALID: ['permanent', 'policy.json does not follow the bundle contract'],
  BUNDLE_FILE_MISSING: ['permanent', 'a file named by policy.json is not in the bundle'],
  BUNDLE_HASH_MISMATCH: ['permanent', 'a file of the bundle differs from its declared SHA-256'],
  BUNDLE_PATH_UNSAFE: ['permanent', 'a path in policy.json leaves the bundle'],
  BUNDLE_GRAPH_MISMATCH: ['permanent', 'inputs or outputs of the graph differ from policy.json'],
  BUNDLE_TOKENIZER_MISMATCH: [
    'permanent',
    'the tokenizer of the bundle cannot be read, or makes another prompt of the text than policy.json says',
  ],
  BUNDLE_GOLDEN_MISMATCH: ['permanent', 'the golden case does not come out within its tolerance'],
  LICENCE_NOT_ACCEPTED: ['permanent', 'the licence of the bundle must be accepted first'],
  PROVIDER_UNAVAILABLE: ['permanent', 'the execution provider asked for is not available here'],
  // sweeps
  SWEEP_FILE_INVALID: ['permanent', 'the sweep file has a mistake'],
  SWEEP_NOT_FOUND: ['permanent', 'the store has no sweep of this id'],
  SWEEP_EMPTY: ['permanent', 'the sweep selects no drive or no window'],
  SWEEP_STATE: ['permanent', 'the sweep is not in a state that allows this'],
  NOT_COMPARABLE: ['permanent', 'two sweeps that do not answer the same question'],
  LIST_INVALID: ['permanent', 'the list of windows cannot be read'],
  DATASET_INVALID: ['permanent', 'the dataset does not have the layout that was named'],
  ERROR_BUDGET_SPENT: [
    'permanent',
    'more windows failed than the error budget of the sweep allows',
  ],
  // teacher exports
  RECIPE_INVALID: ['permanent', 'the recipe has a mistake'],
  EXPORT_EMPTY: ['permanent', 'the filters of the recipe leave no window'],
  EXPORT_LEAKS_EVALUATION: [
    'permanent',
    'drives of the sweep stand on a public list that Alpamayo is evaluated on',
  ],
  EXPORT_TARGET_TAKEN: ['permanent', 'the target holds another export'],
  TEACHER_LACKS: ['permanent', 'the recipe requires what the teacher did not answer with'],
  PUBLISHING_FORBIDDEN: ['permanent', 'a licence forbids to publish this export'],
  // store, queue, processes
  OBJECT_NOT_FOUND: ['permanent', 'the store has no object of this key'],
  STORE_UNAVAILABLE: ['transient', 'the object store failed or throttled'],
  STORE_SHORT_READ: ['transient', 'the object store returned fewer bytes than asked for'],
  STORE_NOT_CONDITIONAL: ['permanent', 'the object store ignores put-if-absent'],
  OBJECT_KEY_INVALID: ['permanent', 'a key is empty, absolute, or would leave the store'],
  STORE_URI_INVALID: ['permanent', 'not a folder and not an s3:// URI'],
  PARQUET_UNREADABLE: ['permanent', 'not a Parquet file, a damaged one, or one of other columns'],
  PART_CORRUPT: ['permanent', 'a part differs from the SHA-256 in its commit'],
  SCHEMA_UNSUPPORTED: ['permanent', 'a file has a schema version that this program does not know'],
  QUEUE_UNAVAILABLE: ['transient', 'Redis cannot be reached'],
  ENGINE_CRASHED: ['transient', 'the engine process died while it computed this shard'],
  ENGINE_DEADLINE: [
    'transient',
    'the engine made no progress for the whole of its deadline and was killed',
  ],
  ENGINE_UNAVAILABLE: ['transient', 'the engine process cannot start'],
  WORKER_LOST: [
    'permanent',
    'the worker died while it computed this shard, more often than is allowed',
  ],
  LOCK_LOST: ['transient', 'the job took too long to renew its lock and may run elsewhere'],
  CANCELLED: ['permanent', 'the sweep was cancelled'],
  SHUTTING_DOWN: ['transient', 'the process is stopping and gave the work back'],
  CONFIG_INVALID: ['permanent', 'a setting is missing or wrong'],
  TOOL_MISSING: ['permanent', 'a program that is needed is not installed'],
  USAGE: ['permanent', 'the command was typed wrongly'],
  API_UNREACHABLE: ['transient', 'the coordinator does not answer'],
  UNAUTHORIZED: ['permanent', 'the request has no bearer token, or another one than is expected'],
  RATE_LIMITED: ['transient', 'too many requests from one address'],
  URI_NOT_ALLOWED: ['permanent', 'a path or URI lies outside the roots that the service may read'],
  ALREADY_RUNNING: ['permanent', 'another process does this work already'],
  INTERNAL: ['permanent', 'a fault of drivesweep itself'],
} as const satisfies Record<string, readonly [ErrorKind, string]>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface ErrorDetails {
  /** What the person can do about it: one sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** The one error type that crosses package boundaries. `message` names the thing (drive, key, field). */
export class DrivesweepError extends Error {
  override readonly name = 'DrivesweepError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
  }

  get kind(): ErrorKind {
    return ERROR_CODES[this.code][0];
  }
}

/** True when the code is one of ours: for values that come back from a file or a message. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_CODES, value);
}

/** Any thrown value as a DrivesweepError; what is not ours becomes INTERNAL with its message kept. */
export function asDrivesweepError(thrown: unknown): DrivesweepError {
  if (thrown instanceof DrivesweepError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new DrivesweepError('INTERNAL', message, { cause: thrown });
}
