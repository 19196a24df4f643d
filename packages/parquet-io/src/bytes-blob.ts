const NO_BYTES = new Blob([]);

/**
 * Bytes in memory as a Blob: parquet-wasm reads chosen columns from Blobs only, and Node's own copies all bytes and hands
 * them out through a reader and a queue, which takes half as long again as the reading itself. Only what parquet-wasm
 * asks of a Blob looks at these bytes: `size`, `slice` and `arrayBuffer`.
 */
export function blobOf(bytes: Uint8Array): Blob {
  return new Proxy(NO_BYTES, {
    get(blob, name): unknown {
      if (name === 'size') return bytes.length;
      if (name === 'slice') {
        return (from?: number, end?: number) => blobOf(bytes.subarray(from, end));
      }
      if (name === 'arrayBuffer') return () => Promise.resolve(new Uint8Array(bytes).buffer);
      return Reflect.get(blob, name, blob);
    },
  });
}
