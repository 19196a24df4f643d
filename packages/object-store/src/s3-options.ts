import { DrivesweepError } from '@drivesweep/contracts';

/** How to reach S3. Credentials come from the SDK's own chain unless they are given. */
export interface S3Options {
  /** For stores other than AWS, for example `http://127.0.0.1:9000`. */
  readonly endpoint?: string;
  /** Default us-east-1. */
  readonly region?: string;
  /** Bucket in the path and not in the host name. Default: true when there is an endpoint. */
  readonly pathStyle?: boolean;
  /** Default when-required: stores other than AWS mishandle the SDK's checksum trailers. */
  readonly checksums?: 'when-required' | 'when-supported';
  /** How often one operation is tried. Default 6. */
  readonly maxAttempts?: number;
  /** Time without a byte after which one try is given up. Default 30 s. */
  readonly idleTimeoutMs?: number;
  /** Upper bound of the first pause between tries; it doubles up to 10 s. Default 100 ms. */
  readonly firstPauseMs?: number;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Variables of the environment that `s3OptionsFromEnv` reads, and what each is for. */
export const S3_SETTINGS: Readonly<Record<string, string>> = {
  DRIVESWEEP_S3_ENDPOINT: 'URL of a store other than AWS',
  DRIVESWEEP_S3_REGION: 'Region; us-east-1 when it is not set',
  DRIVESWEEP_S3_PATH_STYLE:
    'true: the bucket stands in the path; when it is not set, true for a store other than AWS',
  DRIVESWEEP_S3_CHECKSUMS:
    'when-required (taken when it is not set; other stores mishandle checksum trailers) or when-supported',
};

type Environment = Readonly<Record<string, string | undefined>>;

function invalid(name: string, value: string, expected: string): DrivesweepError {
  return new DrivesweepError(
    'CONFIG_INVALID',
    `${name}=${JSON.stringify(value)}: expected ${expected}`,
  );
}

function endpointOf(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return value;
  throw invalid('DRIVESWEEP_S3_ENDPOINT', value, 'a URL like https://s3.example.org');
}

function regionOf(value: string): string {
  if (/^[a-z0-9-]{1,64}$/.test(value)) return value;
  throw invalid('DRIVESWEEP_S3_REGION', value, 'a region like eu-central-1');
}

function pathStyleOf(value: string): boolean {
  if (value === 'true') return true;
  if (value === 'false') return false;
  throw invalid('DRIVESWEEP_S3_PATH_STYLE', value, 'true or false');
}

function checksumsOf(value: string): 'when-required' | 'when-supported' {
  if (value === 'when-required' || value === 'when-supported') return value;
  throw invalid('DRIVESWEEP_S3_CHECKSUMS', value, 'when-required or when-supported');
}

/**
 * Reads DRIVESWEEP_S3_ENDPOINT, _REGION, _PATH_STYLE and _CHECKSUMS; empty means not set. Throws CONFIG_INVALID.
 */
export function s3OptionsFromEnv(env: Environment): S3Options {
  const set = <T>(name: string, parse: (value: string) => T): T | undefined => {
    const value = env[name];
    return value === undefined || value === '' ? undefined : parse(value);
  };
  const endpoint = set('DRIVESWEEP_S3_ENDPOINT', endpointOf);
  const region = set('DRIVESWEEP_S3_REGION', regionOf);
  const pathStyle = set('DRIVESWEEP_S3_PATH_STYLE', pathStyleOf);
  const checksums = set('DRIVESWEEP_S3_CHECKSUMS', checksumsOf);
  return {
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    ...(pathStyle !== undefined && { pathStyle }),
    ...(checksums !== undefined && { checksums }),
  };
}
