import { randomUUID } from 'node:crypto';
import type { S3Options } from './s3-options.ts';

/** A real S3 server for the integration tests of this package. */
export interface S3TestServer {
  readonly name: string;
  readonly options: S3Options;
  /** A URI that nobody has used. */
  newUri(): string;
  stop(): Promise<void>;
}

function settingOf(name: string): string {
  const value = process.env[name];
  if (value !== undefined && value !== '') return value;
  throw new Error(`${name} must be set when DRIVESWEEP_TEST_S3_ENDPOINT is`);
}

async function startedServer() {
  const endpoint = process.env['DRIVESWEEP_TEST_S3_ENDPOINT'] ?? '';
  if (endpoint !== '') {
    return {
      name: endpoint,
      endpoint,
      bucket: settingOf('DRIVESWEEP_TEST_S3_BUCKET'),
      accessKeyId: settingOf('DRIVESWEEP_TEST_S3_ACCESS_KEY_ID'),
      secretAccessKey: settingOf('DRIVESWEEP_TEST_S3_SECRET_ACCESS_KEY'),
      stop: () => Promise.resolve(),
    };
  }
  const { hasS3Server, startS3Server } = await import('../../../scripts/s3-server.mjs');
  return hasS3Server() ? startS3Server() : undefined;
}

/**
 * The server of DRIVESWEEP_TEST_S3_ENDPOINT, _BUCKET, _ACCESS_KEY_ID and _SECRET_ACCESS_KEY, else one that is
 * installed and started here; undefined, with a line on stderr, when there is none.
 */
export async function s3TestServer(): Promise<S3TestServer | undefined> {
  const server = await startedServer();
  if (server === undefined) {
    process.stderr.write('S3 tests skipped: run node scripts/s3-server.mjs install\n');
    return undefined;
  }
  const { name, endpoint, bucket, accessKeyId, secretAccessKey } = server;
  return {
    name,
    options: { endpoint, pathStyle: true, credentials: { accessKeyId, secretAccessKey } },
    newUri: () => `s3://${bucket}/${randomUUID()}`,
    stop: () => server.stop(),
  };
}
