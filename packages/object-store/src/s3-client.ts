import { S3Client } from '@aws-sdk/client-s3';
import type { S3Options } from './s3-options.ts';

const DEFAULT_IDLE_TIMEOUT_MS = 30_000;
const CONNECTION_TIMEOUT_MS = 5_000;

/**
 * The SDK writes a notice about Node 20 to stderr with each process; this variable is its own way to turn that off
 * (@aws-sdk/core, emitWarningIfUnsupportedVersion). The oldest Node that we support stands in package.json.
 */
function silenceNodeVersionNotice(): void {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
}

/** An S3 client that tries each request once: trying again is done where a cut body is seen too. */
export function makeS3Client(options: S3Options): S3Client {
  silenceNodeVersionNotice();
  const checksums = options.checksums === 'when-supported' ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED';
  const idleTimeoutMs = options.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS;
  return new S3Client({
    region: options.region ?? 'us-east-1',
    forcePathStyle: options.pathStyle ?? options.endpoint !== undefined,
    requestChecksumCalculation: checksums,
    responseChecksumValidation: checksums,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: idleTimeoutMs,
      throwOnRequestTimeout: true,
      socketTimeout: idleTimeoutMs,
    },
    ...(options.endpoint !== undefined && { endpoint: options.endpoint }),
    ...(options.credentials !== undefined && { credentials: { ...options.credentials } }),
  });
}
