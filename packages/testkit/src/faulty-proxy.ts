import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What happens to one request.
 *
 * 500, 503, 429  answered by the proxy; the server never hears of it
 * cut-request    the connection ends when half of the body was read; the server never hears of it
 * cut-answer     the connection ends in the middle of the server's answer
 * lost           the server does it, and the connection ends without an answer
 * late           the answer comes after `lateMs`
 */
export const PROXY_FAULTS = [
  '500',
  '503',
  '429',
  'cut-request',
  'cut-answer',
  'lost',
  'late',
] as const;
export type ProxyFault = (typeof PROXY_FAULTS)[number];

export interface FaultyProxyOptions {
  /** URL of the server behind. */
  readonly upstream: string;
  /** Which share of requests is hit. */
  readonly share: number;
  /** Gives numbers in [0, 1), two per request that is hit. */
  readonly random: () => number;
  readonly lateMs?: number;
}

export interface FaultyProxy {
  readonly endpoint: string;
  /** How many requests there were, and how many had each fault. */
  readonly requests: () => number;
  readonly faults: () => Readonly<Record<ProxyFault, number>>;
  stop(): Promise<void>;
}

/** Starts an HTTP proxy in front of one server that lets some requests fail. Host and signature pass as they are. */
export async function startFaultyProxy(options: FaultyProxyOptions): Promise<FaultyProxy> {
  const { share, random } = options;
  let requests = 0;
  const faults: Record<ProxyFault, number> = {
    '500': 0,
    '503': 0,
    '429': 0,
    'cut-request': 0,
    'cut-answer': 0,
    lost: 0,
    late: 0,
  };
  const server = createServer((request, response) => {
    requests++;
    const isHit = random() < share;
    const fault = isHit ? PROXY_FAULTS[Math.floor(random() * PROXY_FAULTS.length)] : undefined;
    if (fault !== undefined) faults[fault]++;
    handle(options, fault, request, response).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the proxy is not up');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    requests: () => requests,
    faults: () => ({ ...faults }),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function handle(
  { upstream, lateMs = 500 }: FaultyProxyOptions,
  fault: ProxyFault | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await read(request, fault === 'cut-request' ? 0.5 : 1);
  if (fault === 'cut-request') return void response.destroy();
  if (fault === '500' || fault === '503' || fault === '429') {
    const text = '<Error><Code>ServiceUnavailable</Code><Message>told to</Message></Error>';
    response.writeHead(Number(fault), { 'Content-Length': text.length }).end(text);
    return;
  }
  const answer = await ask(upstream, request, body);
  const given = await read(answer, 1);
  if (fault === 'lost') return void response.destroy();
  if (fault === 'late') await sleep(lateMs);
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  if (fault !== 'cut-answer') return void response.end(given);
  response.write(given.subarray(0, given.length >> 1), () => response.destroy());
}

/** Reads a body, or the first share of what its header says. */
async function read(message: IncomingMessage, share: number): Promise<Buffer> {
  const enough = share < 1 ? Number(message.headers['content-length'] ?? 0) * share : Infinity;
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of message as AsyncIterable<Buffer>) {
    pieces.push(piece);
    length += piece.length;
    if (length >= enough) break;
  }
  return Buffer.concat(pieces);
}

async function ask(
  upstream: string,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
): Promise<IncomingMessage> {
  const { hostname, port } = new URL(upstream);
  // A body that was read whole has a length; an agent would keep connections that a test has to close.
  const asked = forward({ hostname, port, method, path: url, headers, agent: false });
  asked.end(body);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return answer;
}
