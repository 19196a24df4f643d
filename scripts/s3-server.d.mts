export interface S3Server {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly bucket: string;
  /** Which program it is. */
  readonly name: string;
  stop(): Promise<void>;
}
export function installS3Server(name?: string): boolean;
export function hasS3Server(name?: string): boolean;
export function startS3Server(options?: { readonly name?: string }): Promise<S3Server>;
