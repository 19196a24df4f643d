import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { PROXY_FAULTS, startFaultyProxy } from './faulty-proxy.ts';
import type { ProxyFault } from './faulty-proxy.ts';

/** A server that remembers what it was asked, behind a proxy that gives every request the same fault. */
async function asked(fault: ProxyFault | null) {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    request.setEncoding('utf8');
    let body = '';
    request.on('data', (piece: string) => (body += piece));
    request.on('end', () => {
      heard.push(`${request.method ?? ''} ${request.headers.host ?? ''} ${body}`);
      response.end('0123456789');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server is not up');
  const which = fault === null ? 0 : PROXY_FAULTS.indexOf(fault) / PROXY_FAULTS.length + 0.01;
  const numbers = [0.5, which];
  const proxy = await startFaultyProxy({
    upstream: `http://127.0.0.1:${address.port}`,
    share: fault === null ? 0 : 1,
    random: () => numbers.shift() ?? 0,
    lateMs: 1,
  });
  try {
    const seen = await fetch(proxy.endpoint, { method: 'PUT', body: 'abcdef' })
      .then(async (answer) => `${answer.status} ${await answer.text()}`)
      .catch(() => 'cut');
    return { seen, heard, host: new URL(proxy.endpoint).host, faults: proxy.faults() };
  } finally {
    await proxy.stop();
    server.close();
  }
}

describe('a proxy that lets requests fail', () => {
  it('passes on the others as they are, the name of the host included', async () => {
    const { seen, heard, host } = await asked(null);
    expect(seen).toBe('200 0123456789');
    expect(heard).toEqual([`PUT ${host} abcdef`]);
  });

  it.each(['500', '503', '429'] as const)('answers %s by itself', async (fault) => {
    const { seen, heard, faults } = await asked(fault);
    expect(seen.slice(0, 3)).toBe(fault);
    expect(heard).toEqual([]);
    expect(faults[fault]).toBe(1);
  });

  it.each([
    ['cut-request', 0],
    ['cut-answer', 1],
    ['lost', 1],
  ] as const)('cuts: %s, and the server heard %i', async (fault, times) => {
    const { seen, heard } = await asked(fault);
    expect(seen).toBe('cut');
    expect(heard).toHaveLength(times);
  });

  it('may only be late', async () => {
    const { seen, faults } = await asked('late');
    expect(seen).toBe('200 0123456789');
    expect(faults.late).toBe(1);
  });
});
