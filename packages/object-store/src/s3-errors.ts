import { DrivesweepError } from '@drivesweep/contracts';

/** What the SDK says of an answer that is an error; `status` is undefined when no answer came. */
export interface S3Failure {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
}

const THROTTLED = new Set([
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'RequestLimitExceeded',
]);
/** The SDK corrects its clock from the answer, and S3 answers RequestTimeout with 400: both pass on another try. */
const PASSING = new Set(['RequestTimeout', 'RequestTimeTooSkewed', 'ConditionalRequestConflict']);
const CREDENTIALS = new Set(['CredentialsProviderError', 'TokenProviderError']);
const HINTS: Readonly<Record<string, string>> = {
  NoSuchBucket: 'Create the bucket or correct its name.',
  AccessDenied: 'These credentials may not do this.',
  InvalidAccessKeyId: 'Check AWS_ACCESS_KEY_ID.',
  SignatureDoesNotMatch: 'Check AWS_SECRET_ACCESS_KEY.',
  PermanentRedirect: 'The bucket is in another region: set DRIVESWEEP_S3_REGION.',
  ECONNREFUSED: 'Is the store up, and DRIVESWEEP_S3_ENDPOINT right?',
  ENOTFOUND: 'Is DRIVESWEEP_S3_ENDPOINT right?',
  CredentialsProviderError: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile.',
};

function statusOf(thrown: Error): number | undefined {
  if (!('$metadata' in thrown)) return undefined;
  const metadata = thrown.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) {
    return undefined;
  }
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

/** Errors of the network are all called `Error`: their code says more. */
function nameOf(thrown: Error): string {
  const code = 'code' in thrown ? thrown.code : undefined;
  return thrown.name === 'Error' && typeof code === 'string' ? code : thrown.name;
}

export function failureOf(thrown: unknown): S3Failure {
  if (!(thrown instanceof Error)) {
    return { name: 'Error', message: String(thrown), status: undefined };
  }
  return { name: nameOf(thrown), message: thrown.message, status: statusOf(thrown) };
}

/** Codes of the system: the connection ended, whatever the answer had begun to say. */
const NETWORK = /^E[A-Z]{3,}$/;

/** True when the same request may succeed a moment later. */
export function mayPass({ name, status }: S3Failure): boolean {
  if (THROTTLED.has(name) || PASSING.has(name) || NETWORK.test(name)) return true;
  if (status === undefined) return !CREDENTIALS.has(name);
  return status === 408 || status === 409 || status === 429 || (status >= 500 && status !== 501);
}

/**
 * The object is not there. Any other 404 is something else (a bucket or a user that does not exist) and must not pass
 * for a missing object; only HEAD, whose answer has no body, cannot tell them apart.
 */
export function isMissing({ name }: S3Failure): boolean {
  return name === 'NoSuchKey' || name === 'NotFound';
}

/** The last failure of an operation that was given up. */
export function s3Error(what: string, tries: number, thrown: unknown): DrivesweepError {
  if (thrown instanceof DrivesweepError) return thrown;
  const failure = failureOf(thrown);
  const status = failure.status === undefined ? '' : ` (${failure.status})`;
  const times = tries === 1 ? '' : `, ${tries} times`;
  const hint = HINTS[failure.name];
  return new DrivesweepError(
    'STORE_UNAVAILABLE',
    `${what}: ${failure.name}${status}${times}: ${failure.message}`,
    { cause: thrown, ...(hint !== undefined && { hint }) },
  );
}
