import { EventEmitter, once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { DrivesweepError } from '@drivesweep/contracts';
import { createLogger } from './logger.ts';
import { runService } from './run-service.ts';
import type { ProcessHost, RunningService } from './run-service.ts';

class FakeProcess extends EventEmitter implements ProcessHost {
  readonly env = {};
  readonly sent: unknown[] = [];
  readonly exits: number[] = [];

  exit(code: number): void {
    this.exits.push(code);
    this.emit('exited');
  }

  send(message: unknown): void {
    this.sent.push(message);
  }

  async exited(): Promise<number | undefined> {
    if (this.exits.length === 0) await once(this, 'exited');
    return this.exits[0];
  }
}

const logger = createLogger({ service: 'test', level: 'silent' });

async function run(stop: RunningService['stop'] = () => Promise.resolve()) {
  const host = new FakeProcess();
  await runService({ service: 'test', host, logger, graceMs: 1000 }, () =>
    Promise.resolve({ httpPort: 4242, stop }),
  );
  return host;
}

describe('runService', () => {
  it('tells the parent that it is ready, and where', async () => {
    expect((await run()).sent).toEqual([{ type: 'ready', httpPort: 4242 }]);
  });

  it.each(['SIGTERM', 'SIGINT', 'disconnect'])('stops in good order on %s', async (event) => {
    const stop = vi.fn(() => Promise.resolve());
    const host = await run(stop);
    host.emit(event);
    expect(await host.exited()).toBe(0);
    expect(stop).toHaveBeenCalledExactlyOnceWith(1000);
  });

  it('stops in good order when the service says that its work is done', async () => {
    const host = new FakeProcess();
    await runService({ service: 'test', host, logger }, ({ end }) => {
      setImmediate(() => end('nothing left to do'));
      return Promise.resolve({ httpPort: 4242, stop: () => Promise.resolve() });
    });
    expect(await host.exited()).toBe(0);
  });

  it('exits at once on the second signal', async () => {
    const host = await run(() => new Promise(() => undefined));
    host.emit('SIGTERM');
    expect(host.exits).toEqual([]);
    host.emit('SIGINT');
    expect(host.exits).toEqual([1]);
  });

  it('exits without the service when that does not stop in its grace and the margin', async () => {
    vi.useFakeTimers();
    try {
      const host = await run(() => new Promise(() => undefined));
      host.emit('SIGTERM');
      await vi.advanceTimersByTimeAsync(2999);
      expect(host.exits).toEqual([]);
      await vi.advanceTimersByTimeAsync(1);
      expect(host.exits).toEqual([1]);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    [new DrivesweepError('CONFIG_INVALID', 'DRIVESWEEP_STORE is not set'), 2],
    [new DrivesweepError('STORE_NOT_CONDITIONAL', 'the store overwrites'), 1],
    [new Error('unknown'), 1],
  ])('exits on an error at start: %s -> %i', async (error, code) => {
    const host = new FakeProcess();
    await runService({ service: 'test', host, logger }, () => Promise.reject(error));
    expect(host.exits).toEqual([code]);
    expect(host.sent).toEqual([]);
  });

  it('stops the service when an error escapes later', async () => {
    const stop = vi.fn(() => Promise.resolve());
    const host = await run(stop);
    host.emit('unhandledRejection', new Error('lost'));
    expect(await host.exited()).toBe(1);
    expect(stop).toHaveBeenCalledOnce();
  });
});
