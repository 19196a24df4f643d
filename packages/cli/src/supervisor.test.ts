import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { backoffMs, Supervised } from './supervisor.ts';
import type { ReadyMessage } from './supervisor.ts';

const folder = mkdtempSync(join(tmpdir(), 'drivesweep-supervisor-'));
const running: Supervised[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop(0)));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Supervises a real process that runs this text. */
function supervise(text: string) {
  const script = join(folder, 'child.cjs');
  writeFileSync(script, text);
  const readies: ReadyMessage[] = [];
  const exits: string[] = [];
  const waiting: (() => void)[] = [];
  let failure: Error | undefined;
  const supervised = new Supervised(
    {
      name: 'child',
      spawn: () => fork(script, [], { stdio: 'ignore', execArgv: [] }),
      onReady: (message) => {
        readies.push(message);
        waiting.splice(0).forEach((go) => go());
      },
      onExit: (how) => exits.push(how),
    },
    (error) => {
      failure = error;
      waiting.splice(0).forEach((go) => go());
    },
  );
  running.push(supervised);
  const change = () => new Promise<void>((resolve) => waiting.push(resolve));
  return { supervised, readies, exits, change, failure: () => failure };
}

const READY = `process.send({ type: 'ready', httpPort: process.pid });`;
const STAY = `setInterval(() => undefined, 1000);`;

describe('a supervised process', () => {
  it('is up when it says so', async () => {
    const { supervised, readies } = supervise(READY + STAY);
    await supervised.firstReady;
    expect(supervised.state).toBe('up');
    expect(readies[0]).toEqual({ httpPort: supervised.pid, guardedPid: null });
  });

  it('is started again when it is killed', async () => {
    const { supervised, readies, exits, change } = supervise(READY + STAY);
    await supervised.firstReady;
    const first = supervised.pid ?? 0;
    const again = change();
    process.kill(first, 'SIGKILL');
    await again;
    expect(exits).toEqual(['SIGKILL']);
    expect(readies).toHaveLength(2);
    expect(supervised.pid).not.toBe(first);
  });

  it('is given up when it never comes up', async () => {
    const { supervised, exits, failure } = supervise('process.exit(7)');
    await expect(supervised.firstReady).rejects.toThrow(
      'child ended 3 times in a row, the last time with exit code 7',
    );
    expect(exits).toHaveLength(3);
    expect(supervised.state).toBe('failed');
    expect(failure()?.message).toContain('exit code 7');
  });

  it('stops when asked to, and is not started again', async () => {
    const { supervised, exits } = supervise(READY + STAY);
    await supervised.firstReady;
    await supervised.stop(5_000);
    expect(supervised.state).toBe('stopped');
    expect(exits).toEqual([]);
  });

  it('is killed when it does not stop in time', async () => {
    const { supervised } = supervise(`process.on('SIGTERM', () => undefined); ${READY} ${STAY}`);
    await supervised.firstReady;
    await supervised.stop(50);
    expect(supervised.state).toBe('stopped');
  });
});

describe('the wait before a restart', () => {
  it('doubles and is bounded', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map(backoffMs)).toEqual([200, 400, 800, 1600, 3200, 5000, 5000]);
  });
});
