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
