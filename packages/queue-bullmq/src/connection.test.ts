import { describe, expect, it } from 'vitest';
import { redisOptions } from './connection.ts';

describe('redisOptions', () => {
  it.each(['/run/redis.sock', 'unix:/run/redis.sock', 'unix:///run/redis.sock'])(
    'takes %s for a unix socket',
    (url) => expect(redisOptions(url, 'prompt')).toMatchObject({ path: '/run/redis.sock' }),
  );

  it('reads host, port, name, password and database', () => {
    expect(redisOptions('redis://me:p%40ss@redis:6380/2', 'prompt')).toMatchObject({
      host: 'redis',
      port: 6380,
      username: 'me',
      password: 'p@ss',
      db: 2,
    });
    expect(redisOptions('redis://[::1]', 'prompt')).toMatchObject({
      host: '::1',
      port: 6379,
      db: 0,
    });
  });

  it('speaks TLS on rediss', () => {
    expect(redisOptions('rediss://redis:6380', 'prompt')).toHaveProperty('tls');
    expect(redisOptions('redis://redis:6380', 'prompt')).not.toHaveProperty('tls');
  });

  it('does not repeat a place that it does not understand, because it may hold a password', () => {
    const read = () => redisOptions('http://:hunter2@redis', 'prompt');
    expect(read).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    expect(read).not.toThrow(/hunter2/);
  });

  it('waits for Redis in a worker and fails at once in a producer', () => {
    expect(redisOptions('redis://r', 'patient')).toMatchObject({
      maxRetriesPerRequest: null,
      enableOfflineQueue: true,
    });
    expect(redisOptions('redis://r', 'prompt')).toMatchObject({
      maxRetriesPerRequest: 1,
      enableOfflineQueue: false,
    });
  });
});
