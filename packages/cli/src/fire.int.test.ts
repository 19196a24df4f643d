import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FireCluster, seriesOf } from './test-fire.ts';

/*
 * Faults that come from outside the code, each made by a script that Node loads before the real program. What is killed
 * and stopped at random is in storm.int.test.ts.
 */

let cluster: FireCluster;
afterEach(() => cluster.close());

/** 20 windows of each drive, every 0.5 s. */
const T0S_US = Array.from({ length: 20 }, (_, n) => 2_000_000 + n * 500_000);
const DEADLY_US = T0S_US[13] ?? 0;

/** Runs `deed` in the engine process when it is asked for this window of drive-1, alone or among others. */
const whenAsked = (deed: string) => `
  if (process.argv[1]?.endsWith('engine/main.js')) {
    process.prependListener('message', (request) => {
      const { driveId, t0Us } = request.shard ?? {};
      if (driveId === 'drive-1' && t0Us.includes(${DEADLY_US})) { ${deed} }
    });
  }`;

describe('a policy', () => {
  it('that kills its process on one window costs that window, and is stepped over', async () => {
    cluster = await FireCluster.open(3);
    const coordinator = await cluster.start('coordinator');
    const worker = await cluster.start('gpu-worker', {}, whenAsked('process.abort();'));
    const sweepId = await cluster.submit(coordinator, T0S_US);
    const status = await cluster.until(coordinator, sweepId, ({ done }) => done === 60);
    expect(status.errors).toEqual({ POLICY_CRASHED: 1 });
    const rows = await cluster.rows(sweepId);
    expect(rows.size).toBe(60);
    expect(rows.get(`drive-1@${DEADLY_US}`)).toMatchObject({
      status: 'error',
      code: 'POLICY_CRASHED',
    });
    const told = worker.log.find(({ msg }) => String(msg).includes('stepped over'));
    expect(told).toMatchObject({ windowId: `drive-1@${DEADLY_US}` });
    // 20 windows: twice whole, 10, 5, 3 or 2, 2 or 1, twice alone.
    expect(await seriesOf(worker, 'engine_restarts_total')).toBeLessThan(10);
  });

  it('that hangs is killed at its deadline; its shard is quarantined, the others are answered', async () => {
    cluster = await FireCluster.open(3);
    const coordinator = await cluster.start('coordinator');
    const deadline = { DRIVESWEEP_ENGINE_DEADLINE_S: '2' };
    const worker = await cluster.start('gpu-worker', deadline, whenAsked('for (;;);'));
    const sweepId = await cluster.submit(coordinator, T0S_US);
    const status = await cluster.until(
      coordinator,
      sweepId,
      ({ shards }) => shards.quarantined === 1 && shards.committed === 2,
    );
    expect(status.counts.ok).toBe(40);
    expect(await seriesOf(worker, 'shard_failures_total{code="ENGINE_DEADLINE"}')).toBe(4);
    const quarantined = coordinator.log.find(({ msg }) => msg === 'shard quarantined');
    expect(quarantined).toMatchObject({ code: 'ENGINE_DEADLINE' });
  });
});

describe('a clock', () => {
  it('that jumps by an hour, in one worker forward and in the other back, changes nothing', async () => {
    cluster = await FireCluster.open(40);
    const coordinator = await cluster.start('coordinator');
    const jump = (ms: number) => `
      const now = Date.now;
      setTimeout(() => { Date.now = () => now() + ${ms}; }, 3000).unref();`;
    const workers = [
      await cluster.start('gpu-worker', {}, jump(3_600_000)),
      await cluster.start('gpu-worker', {}, jump(-3_600_000)),
    ];
    // One sweep before the jump, one over it, one after it.
    for (const offsetUs of [0, 1000, 2000]) {
      const at = T0S_US.map((t0Us) => t0Us + offsetUs);
      const sweepId = await cluster.submit(coordinator, at);
      await cluster.until(coordinator, sweepId, ({ counts }) => counts.ok === 800);
      if (offsetUs < 2000) await new Promise((resolve) => setTimeout(resolve, 2000));
    }
    for (const worker of workers) {
      expect(await seriesOf(worker, 'engine_restarts_total')).toBe(0);
      expect((await fetch(`${worker.url}/healthz`)).status).toBe(200);
    }
  });
});

describe('a disk', () => {
  it('that is full fails shards in passing, and the sweep goes on when there is room again', async () => {
    cluster = await FireCluster.open(4);
    const coordinator = await cluster.start('coordinator');
    const room = join(cluster.folder, 'room');
    const full = `
      import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      const { open } = fs.promises;
      fs.promises.open = (path, flags, ...more) => {
        if (/predictions/.test(path) && flags !== 'r' && !fs.existsSync(${JSON.stringify(room)}))
          return Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' }));
        return open(path, flags, ...more);
      };
      syncBuiltinESMExports();`;
    const worker = await cluster.start('gpu-worker', {}, full);
    const sweepId = await cluster.submit(coordinator, T0S_US);
    const failures = 'shard_failures_total{code="STORE_UNAVAILABLE"}';
    await vi.waitFor(async () => expect(await seriesOf(worker, failures)).toBeGreaterThan(0), {
      timeout: 60_000,
    });
    expect((await cluster.rows(sweepId)).size).toBe(0);
    await writeFile(room, '');
    await cluster.until(coordinator, sweepId, ({ counts }) => counts.ok === 80);
    expect((await cluster.rows(sweepId)).size).toBe(80);
  });

  it('that is read-only is refused at start, with what to do', async () => {
    cluster = await FireCluster.open(1);
    const readOnly = `
      import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      const refuse = () =>
        Promise.reject(Object.assign(new Error('read-only'), { code: 'EROFS' }));
      Object.assign(fs.promises, { mkdir: refuse });
      syncBuiltinESMExports();`;
    await expect(cluster.start('gpu-worker', {}, readOnly)).rejects.toThrow(/read-only/);
  });
});

describe('the last worker', () => {
  it('killed: its jobs are put back with nobody left, and workers are wanted again', async () => {
    cluster = await FireCluster.open(30);
    const coordinator = await cluster.start('coordinator');
    const slow = whenAsked('').replace(
      /if \(driveId.*\{ {2}\}/,
      'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);',
    );
    const worker = await cluster.start('gpu-worker', {}, slow);
    const sweepId = await cluster.submit(coordinator, T0S_US);
    await cluster.until(coordinator, sweepId, ({ shards }) => shards.committed >= 2);
    worker.child.kill('SIGKILL');
    const jobs = (state: string) =>
      seriesOf(coordinator, `queue_jobs{queue="predictions",state="${state}"}`);
    await vi.waitFor(
      async () => {
        expect(await jobs('active')).toBe(0);
        expect(await jobs('waiting')).toBeGreaterThan(0);
        expect(await seriesOf(coordinator, 'workers{queue="predictions"}')).toBe(0);
      },
      { timeout: 60_000, interval: 200 },
    );
    expect(await seriesOf(coordinator, 'stalled_total{queue="predictions"}')).toBeGreaterThan(0);
    expect(await seriesOf(coordinator, 'workers_wanted')).toBeGreaterThanOrEqual(1);
    expect(
      await seriesOf(coordinator, 'queue_oldest_wait_seconds{queue="predictions"}'),
    ).toBeGreaterThan(1);
    await cluster.start('gpu-worker');
    await cluster.until(coordinator, sweepId, ({ counts }) => counts.ok === 600);
  });
});

describe('a trace', () => {
  it('of each shard reaches the receiver whole: shard, job, its steps', async () => {
    const spans: { name: string; traceId: string; parentSpanId: string; spanId: string }[] = [];
    const receiver = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const body = JSON.parse(text) as {
          resourceSpans: { scopeSpans: { spans: typeof spans }[] }[];
        };
        spans.push(
          ...body.resourceSpans.flatMap((of) => of.scopeSpans.flatMap((one) => one.spans)),
        );
        response.end('{}');
      });
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const { port } = receiver.address() as AddressInfo;
    cluster = await FireCluster.open(3, {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    });
    const coordinator = await cluster.start('coordinator');
    await cluster.start('gpu-worker');
    const sweepId = await cluster.submit(coordinator, T0S_US);
    await cluster.until(coordinator, sweepId, ({ counts }) => counts.ok === 60);
    await vi.waitFor(() => expect(spans).toHaveLength(3 * 5), { timeout: 20_000 });
    receiver.close();
    for (const traceId of new Set(spans.map((span) => span.traceId))) {
      const trace = spans.filter((span) => span.traceId === traceId);
      const idOf = (name: string) => trace.find((span) => span.name === name)?.spanId;
      const parents = Object.fromEntries(trace.map((span) => [span.name, span.parentSpanId]));
      const job = idOf('job');
      expect(parents).toEqual({
        shard: '',
        job: idOf('shard'),
        compute: job,
        encode: job,
        commit: job,
      });
    }
  });
});
