/**
 * Thrown within the reader of plain files where a file is not as our writer makes them: of another codec or encoding,
 * or damaged. It leaves this package never: parquet-wasm reads the file instead, or says what is wrong with it.
 */
export class NotPlain extends Error {
  override readonly name = 'NotPlain';
}
