/** What the tests use of parquetjs-lite, which has no types of its own. */
declare module 'parquetjs-lite' {
  export interface Cursor {
    next(): Promise<unknown>;
  }
  export class ParquetReader {
    static openBuffer(bytes: Buffer): Promise<ParquetReader>;
    getCursor(): Cursor;
  }
}
