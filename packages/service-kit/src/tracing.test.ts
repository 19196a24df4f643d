import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTracing, ROOT_SPAN, traceIdOf } from './tracing.ts';
import type { ShardSpan } from './tracing.ts';

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly attributes: readonly unknown[];
  readonly status: { readonly code: number; readonly message?: string };
}
interface Received {
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly spans: readonly OtlpSpan[];
}

let receiver: Server;
let received: Received[];
let status: number;
let endpoint: string;

beforeEach(async () => {
  received = [];
  status = 200;
  receiver = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const body = JSON.parse(text) as {
        resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[];
      };
      const spans = body.resourceSpans.flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap((scope) => scope.spans),
      );
      received.push({ url: request.url, headers: request.headers, spans });
      response.writeHead(status).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  endpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
});
afterEach(() => {
  receiver.close();
});

const span = (changes: Partial<ShardSpan> = {}): ShardSpan => ({
  sweepId: 'sw-1',
  shardId: 'a1',
  name: 'shard',
  key: ROOT_SPAN,
  parentKey: null,
  startMs: 1_700_000_000_000.5,
  endMs: 1_700_000_001_000,
  ...changes,
});
const open = (more: Record<string, string> = {}, told: (string | null)[] = []) =>
  openTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...more }, 'test', (why) => told.push(why));

describe('tracing', () => {
  it('does nothing without an endpoint', async () => {
    const tracing = openTracing({}, 'test');
    tracing.record(span());
    await tracing.close();
    expect(received).toEqual([]);
  });

  it('puts spans of two services into one trace, under each other', async () => {
    const [coordinator, worker] = [open(), open({ OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b' })];
    worker.record(span({ name: 'job', key: 'job/1', parentKey: ROOT_SPAN, error: 'gone' }));
    await worker.close();
    coordinator.record(span({ attributes: { windows: 3, late: false, ratio: 0.5 } }));
    await coordinator.close();
    const [job, root] = received.flatMap(({ spans }) => spans);
    expect(received[0]).toMatchObject({ url: '/v1/traces', headers: { 'x-key': 'a b' } });
    expect(root).toMatchObject({
      traceId: traceIdOf({ sweepId: 'sw-1', shardId: 'a1' }),
      parentSpanId: '',
      startTimeUnixNano: '1700000000000500000',
      status: { code: 1 },
    });
    expect(root?.attributes).toContainEqual({ key: 'windows', value: { intValue: '3' } });
    expect(root?.attributes).toContainEqual({ key: 'ratio', value: { doubleValue: 0.5 } });
    expect(job).toMatchObject({ traceId: root?.traceId, parentSpanId: root?.spanId });
    expect(job?.status).toEqual({ code: 2, message: 'gone' });
    expect(root?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(root?.spanId).toMatch(/^[0-9a-f]{16}$/);
  });

  it('takes the share of the shards that it is told, and all spans of a shard or none', async () => {
    const tracing = open({ OTEL_TRACES_SAMPLER_ARG: '0.25' });
    for (let n = 0; n < 1000; n += 1) {
      tracing.record(span({ shardId: String(n) }));
      tracing.record(span({ shardId: String(n), key: 'job/1' }));
    }
    await tracing.close();
    while (received.flatMap(({ spans }) => spans).length < 400) await tracing.close();
    const traces = received.flatMap(({ spans }) => spans.map(({ traceId }) => traceId));
    const times = new Map<string, number>();
    for (const id of traces) times.set(id, (times.get(id) ?? 0) + 1);
    expect(times.size).toBeGreaterThan(190);
    expect(times.size).toBeLessThan(310);
    expect(new Set(times.values())).toEqual(new Set([2]));
  });

  it('says once that the receiver does not take spans, and goes on', async () => {
    const told: (string | null)[] = [];
    const tracing = open({}, told);
    status = 503;
    tracing.record(span());
    await tracing.close();
    tracing.record(span());
    await tracing.close();
    status = 200;
    tracing.record(span());
    await tracing.close();
    expect(told).toEqual(['it answered 503', null]);
  });
});
