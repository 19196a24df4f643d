import { Readable } from 'node:stream';
import { DrivesweepError } from '@drivesweep/contracts';

/**
 * Reads the body of an answer to its end. A connection that ends early, or is silent for the idle timeout of the
 * client, rejects; the SDK does not try such a request again, so whoever calls this must.
 */
export async function readBody(
  what: string,
  body: unknown,
  contentLength: number | undefined,
): Promise<Uint8Array> {
  if (!(body instanceof Readable)) throw new TypeError(`${what}: the answer has no body`);
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    total += chunk.length;
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
