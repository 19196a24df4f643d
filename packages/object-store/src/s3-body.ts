import { Readable } from 'node:stream';
import { DrivesweepError } from '@drivesweep/contracts';

/**
 * Reads the body of an answer to its end. A connection that ends early or is silent for `idleTimeoutMs` rejects:
 * the SDK watches over neither once the headers are there.
 */
export async function readBody(
  what: string,
  body: unknown,
  contentLength: number | undefined,
  idleTimeoutMs: number,
): Promise<Uint8Array> {
  if (!(body instanceof Readable)) throw new TypeError(`${what}: the answer has no body`);
  const chunks: Uint8Array[] = [];
  let total = 0;
  const giveUp = () => body.destroy(new Error(`no byte for ${idleTimeoutMs} ms`));
  let timer = setTimeout(giveUp, idleTimeoutMs);
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      clearTimeout(timer);
      timer = setTimeout(giveUp, idleTimeoutMs);
      chunks.push(chunk);
      total += chunk.length;
    }
  } finally {
    clearTimeout(timer);
  }
  if (contentLength !== undefined && total !== contentLength) {
    throw new DrivesweepError(
      'STORE_SHORT_READ',
      `${what}: ${total} bytes came, Content-Length says ${contentLength}`,
    );
  }
  return joined(chunks, total);
}

function joined(chunks: readonly Uint8Array[], total: number): Uint8Array {
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
