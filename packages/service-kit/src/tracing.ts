import { sha256Hex } from '@drivesweep/contracts';
import type { Environment } from './config.ts';

/** Something that was done for one shard, told when it is over. */
export interface ShardSpan {
  readonly sweepId: string;
  readonly shardId: string;
  readonly name: string;
  /** Tells it from other spans of its shard: `job/2/worker-1`. The root of a trace has the key ROOT_SPAN. */
  readonly key: string;
  readonly parentKey: string | null;
  /** Milliseconds since 1970. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
  /** Why it failed; null when it did not. */
  readonly error?: string | null;
}

/** Where traces go. Recording never throws and never waits; what cannot be sent is forgotten. */
export interface Tracing {
  record(span: ShardSpan): void;
  /** Sends what is left. */
  close(): Promise<void>;
}

export const ROOT_SPAN = 'shard';

const NO_TRACING: Tracing = { record: () => undefined, close: () => Promise.resolve() };

const FLUSH_MS = 2_000;
const MOST_AT_ONCE = 256;
/** Spans that wait for a receiver that is slow or away; more are forgotten. */
const MOST_WAITING = 4_096;
const ANSWER_MS = 5_000;

/**
 * Traces over OpenTelemetry's protocol (OTLP over HTTP, as JSON), when OTEL_EXPORTER_OTLP_ENDPOINT is set; else nothing.
 * OTEL_EXPORTER_OTLP_HEADERS and OTEL_TRACES_SAMPLER_ARG (the share of shards, 1 for all) are read too.
 *
 * Ids follow from what they stand for: a trace's from sweep and shard, a span's from its key. So coordinator, workers and
 * metrics service write into one trace with nothing carried through jobs, and a shard that is tried again by another
 * worker stays in its trace. The same hash decides what is sampled, so a trace is whole or absent.
 * @param onTrouble told once when the receiver does not take spans, and once when it does again
 */
export function openTracing(
  env: Environment,
  service: string,
  onTrouble: (why: string | null) => void = () => undefined,
): Tracing {
  const endpoint = env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  if (!endpoint) return NO_TRACING;
  return new OtlpTracing(env, `${endpoint.replace(/\/+$/, '')}/v1/traces`, service, onTrouble);
}

class OtlpTracing implements Tracing {
  readonly #url: string;
  readonly #headers: Record<string, string>;
  readonly #ratio: number;
  readonly #resource: object;
  readonly #onTrouble: (why: string | null) => void;
  readonly #flushing: NodeJS.Timeout;
  #waiting: object[] = [];
  #sending: Promise<void> | null = null;
  #troubled = false;

  constructor(
    env: Environment,
    url: string,
    service: string,
    onTrouble: (why: string | null) => void,
  ) {
    this.#url = url;
    this.#headers = headersOf(env['OTEL_EXPORTER_OTLP_HEADERS'] ?? '');
    const ratio = Number(env['OTEL_TRACES_SAMPLER_ARG'] || 1);
    this.#ratio = Number.isFinite(ratio) ? ratio : 1;
    this.#resource = { attributes: attributesOf({ 'service.name': `drivesweep-${service}` }) };
    this.#onTrouble = onTrouble;
    this.#flushing = setInterval(() => void this.#flush(), FLUSH_MS);
    this.#flushing.unref();
  }

  record(span: ShardSpan): void {
    const traceId = traceIdOf(span);
    if (parseInt(traceId.slice(0, 8), 16) / 2 ** 32 >= this.#ratio) return;
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push(otlpSpan(traceId, span));
    if (this.#waiting.length >= MOST_AT_ONCE) void this.#flush();
  }

  async close(): Promise<void> {
    clearInterval(this.#flushing);
    await this.#sending;
    await this.#flush();
  }

  #flush(): Promise<void> {
    if (this.#waiting.length === 0) return Promise.resolve();
    this.#sending ??= this.#send().finally(() => (this.#sending = null));
    return this.#sending;
  }

  async #send(): Promise<void> {
    const spans = this.#waiting.splice(0, MOST_AT_ONCE);
    const scopeSpans = [{ scope: { name: 'drivesweep' }, spans }];
    try {
      const answer = await fetch(this.#url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...this.#headers },
        body: JSON.stringify({ resourceSpans: [{ resource: this.#resource, scopeSpans }] }),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      await answer.arrayBuffer();
      this.#tell(answer.ok ? null : `it answered ${answer.status}`);
    } catch (thrown) {
      this.#tell(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }

  #tell(why: string | null): void {
    if (this.#troubled === (why !== null)) return;
    this.#troubled = why !== null;
    this.#onTrouble(why);
  }
}

/** 16 bytes as hex. */
export function traceIdOf({ sweepId, shardId }: Pick<ShardSpan, 'sweepId' | 'shardId'>): string {
  return sha256Hex(`trace ${sweepId} ${shardId}`).slice(0, 32);
}

/** 8 bytes as hex. */
function spanIdOf(traceId: string, key: string): string {
  return sha256Hex(`span ${traceId} ${key}`).slice(0, 16);
}

/** Field names and the hex of ids: opentelemetry-proto, trace/v1/trace.proto, and the OTLP specification on JSON. */
function otlpSpan(traceId: string, span: ShardSpan): object {
  const { sweepId, shardId, key, parentKey, name, startMs, endMs, attributes, error } = span;
  const about = { 'drivesweep.sweep': sweepId, 'drivesweep.shard': shardId };
  return {
    traceId,
    spanId: spanIdOf(traceId, key),
    parentSpanId: parentKey === null ? '' : spanIdOf(traceId, parentKey),
    name,
    kind: 1,
    startTimeUnixNano: nanosOf(startMs),
    endTimeUnixNano: nanosOf(endMs),
    attributes: attributesOf({ ...about, ...attributes }),
    status: typeof error === 'string' ? { code: 2, message: error } : { code: 1 },
  };
}

function nanosOf(ms: number): string {
  return (BigInt(Math.round(ms * 1000)) * 1000n).toString();
}

function attributesOf(values: Readonly<Record<string, string | number | boolean>>): object[] {
  return Object.entries(values).map(([key, value]) => {
    if (typeof value === 'string') return { key, value: { stringValue: value } };
    if (typeof value === 'boolean') return { key, value: { boolValue: value } };
    const whole = Number.isInteger(value);
    return { key, value: whole ? { intValue: String(value) } : { doubleValue: value } };
  });
}

/** `name=value,name=value`, values encoded as in a URL. */
function headersOf(text: string): Record<string, string> {
  const pairs = text.split(',').flatMap((pair) => {
    const [name = '', ...value] = pair.split('=');
    return name.trim() === '' ? [] : [[name.trim(), decodeURIComponent(value.join('=').trim())]];
  });
  return Object.fromEntries(pairs) as Record<string, string>;
}
