import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.ts';
import { maskSecrets, secretsIn } from './secrets.ts';

const env = {
  DRIVESWEEP_API_TOKEN: 'token-0123456789abcdef',
  DRIVESWEEP_REDIS_URL: 'rediss://worker:p%40ss%2Fword@redis:6380/1',
  DRIVESWEEP_S3_ENDPOINT: 'https://key:hunter2@s3.example.org',
  AWS_SECRET_ACCESS_KEY: 'aws/secret+"quoted"',
  HOME: '/home/somebody',
};

describe('secretsIn', () => {
  it('finds tokens, keys, and the passwords inside URLs, in every spelling', () => {
    expect(secretsIn(env)).toEqual(
      expect.arrayContaining([
        'token-0123456789abcdef',
        'p@ss/word',
        'p%40ss%2Fword',
        'hunter2',
        'aws/secret+"quoted"',
        'aws/secret+\\"quoted\\"',
      ]),
    );
    expect(secretsIn(env)).not.toContain('/home/somebody');
  });

  it('finds nothing where nothing is set', () => {
    expect(secretsIn({ DRIVESWEEP_REDIS_URL: '/run/redis.sock' })).toEqual([]);
  });

  it('masks the longer of two secrets of which one holds the other', () => {
    const secrets = secretsIn({
      DRIVESWEEP_API_TOKEN: 'abcdefgh',
      AWS_SESSION_TOKEN: 'abcdefghij',
    });
    expect(maskSecrets('abcdefghij', secrets)).toBe('[secret]');
  });
});

describe('the log', () => {
  it('never holds a secret: not in a message, a field, an error, its cause, or what a library hangs onto it', () => {
    const lines: string[] = [];
    const logger = createLogger({
      service: 'test',
      level: 'info',
      secrets: secretsIn(env),
      write: (line) => void lines.push(line),
    });
    const reply = Object.assign(new Error('WRONGPASS for p@ss/word'), {
      command: { name: 'auth', args: ['worker', 'p@ss/word'] },
    });
    logger.info({ env }, `redis at ${env.DRIVESWEEP_REDIS_URL}`);
    logger.error({ err: new Error('token-0123456789abcdef', { cause: reply }) }, 'failed');
    logger.error({ err: reply, key: env.AWS_SECRET_ACCESS_KEY }, 'failed');
    const text = lines.join('');
    for (const secret of secretsIn(env)) expect(text).not.toContain(secret);
    expect(text).toContain('/home/somebody');
    expect(text).toContain('WRONGPASS');
    for (const line of lines) expect(() => void JSON.parse(line)).not.toThrow();
  });
});
