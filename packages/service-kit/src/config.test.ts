import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { httpEnv, loadConfig, queueEnv, storeEnv } from './config.ts';

const schema = z.object({ ...storeEnv, ...queueEnv, ...httpEnv });
const good = { DRIVESWEEP_STORE: '/data', DRIVESWEEP_REDIS_URL: 'redis://127.0.0.1:6379' };

describe('loadConfig', () => {
  it('reads what is set and fills in the rest', () => {
    expect(loadConfig(schema, { ...good, DRIVESWEEP_HTTP_PORT: '8080', HOME: '/root' })).toEqual({
      DRIVESWEEP_STORE: '/data',
      DRIVESWEEP_REDIS_URL: 'redis://127.0.0.1:6379',
      DRIVESWEEP_QUEUE_PREFIX: 'drivesweep',
      DRIVESWEEP_HTTP_HOST: '127.0.0.1',
      DRIVESWEEP_HTTP_PORT: 8080,
    });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(loadConfig(schema, { ...good, DRIVESWEEP_HTTP_PORT: '' }).DRIVESWEEP_HTTP_PORT).toBe(0);
  });

  it('lists every mistake at once, by name', () => {
    const load = () => loadConfig(schema, { DRIVESWEEP_STORE: '', DRIVESWEEP_HTTP_PORT: '70000' });
    expect(load).toThrow(/DRIVESWEEP_STORE is not set: expected a folder/);
    expect(load).toThrow(/DRIVESWEEP_REDIS_URL is not set: expected redis:/);
    expect(load).toThrow(/DRIVESWEEP_HTTP_PORT: expected a whole number from 0 to 65535/);
    expect(load).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });

  it.each(['/run/redis.sock', 'unix:///run/redis.sock', 'rediss://:pw@redis:6380'])(
    'takes %s as the place of Redis',
    (url) => {
      const config = loadConfig(schema, { ...good, DRIVESWEEP_REDIS_URL: url });
      expect(config.DRIVESWEEP_REDIS_URL).toBe(url);
    },
  );

  it('never prints a value, which may be a secret', () => {
    const load = () =>
      loadConfig(schema, { ...good, DRIVESWEEP_REDIS_URL: 'http://:hunter2@redis' });
    expect(load).toThrow(/DRIVESWEEP_REDIS_URL: expected/);
    expect(load).not.toThrow(/hunter2/);
  });
});
