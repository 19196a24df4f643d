import { describe, expect, it } from 'vitest';
import { s3OptionsFromEnv } from './s3-options.ts';

describe('s3OptionsFromEnv', () => {
  it('leaves out what is not set or empty', () => {
    expect(s3OptionsFromEnv({})).toEqual({});
    expect(s3OptionsFromEnv({ DRIVESWEEP_S3_ENDPOINT: '' })).toEqual({});
  });

  it('reads every setting', () => {
    expect(
      s3OptionsFromEnv({
        DRIVESWEEP_S3_ENDPOINT: 'http://127.0.0.1:9000',
        DRIVESWEEP_S3_REGION: 'eu-central-1',
        DRIVESWEEP_S3_PATH_STYLE: 'false',
        DRIVESWEEP_S3_CHECKSUMS: 'when-supported',
      }),
    ).toEqual({
      endpoint: 'http://127.0.0.1:9000',
      region: 'eu-central-1',
      pathStyle: false,
      checksums: 'when-supported',
    });
  });

  it.each([
    ['DRIVESWEEP_S3_ENDPOINT', 'localhost:9000'],
    ['DRIVESWEEP_S3_ENDPOINT', 'minio'],
    ['DRIVESWEEP_S3_REGION', 'Frankfurt am Main'],
    ['DRIVESWEEP_S3_PATH_STYLE', 'yes'],
    ['DRIVESWEEP_S3_CHECKSUMS', 'WHEN_REQUIRED'],
  ])('refuses %s=%s, naming it', (name, value) => {
    expect(() => s3OptionsFromEnv({ [name]: value })).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(`${name}="${value}": expected`) as string,
      }),
    );
  });
});
