import { NotPlain } from './not-plain.ts';

/** Types of the compact protocol of Thrift (thrift-compact-protocol.md), those that Parquet uses. */
export const THRIFT = {
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  struct: 12,
} as const;

const LONG_LIST = 15;
/** Deeper than any structure of Parquet. */
const MAX_DEPTH = 32;

/** Goes through a value in Thrift's compact protocol. Whatever does not fit throws NotPlain. */
export class ThriftReader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Where the next byte is. */
  get at(): number {
    return this.#at;
  }

  /** Calls `read` for each field of a struct; it reads the field, or skips it. */
  struct(type: number, read: (id: number, type: number) => void): void {
    expect(type, THRIFT.struct);
    let id = 0;
    for (let head = this.#byte(); head !== 0; head = this.#byte()) {
      const delta = head >> 4;
      id = delta === 0 ? this.#zigzag() : id + delta;
      read(id, head & 15);
    }
  }

  /** Calls `read` for each element of a list. */
  list(type: number, read: (type: number) => void): void {
    expect(type, THRIFT.list);
    const head = this.#byte();
    const short = head >> 4;
    const length = short === LONG_LIST ? this.#varint() : short;
    for (let i = 0; i < length; i++) read(head & 15);
  }

  /** An i16, i32 or i64. */
  integer(type: number): number {
    if (type !== THRIFT.i32 && type !== THRIFT.i64 && type !== THRIFT.i16) expect(type, THRIFT.i32);
    return this.#zigzag();
  }

  binary(type: number): Uint8Array {
    expect(type, THRIFT.binary);
    const length = this.#varint();
    const from = this.#at;
    this.#forward(length);
    return this.#bytes.subarray(from, from + length);
  }

  /** Leaves out a value, with all that is in it. */
  skip(type: number, depth = 0): void {
    if (depth > MAX_DEPTH) throw new NotPlain('a structure nested too deep');
    switch (type) {
      case THRIFT.true:
      case THRIFT.false:
        return;
      case THRIFT.byte:
        this.#forward(1);
        return;
      case THRIFT.i16:
      case THRIFT.i32:
      case THRIFT.i64:
        while (this.#byte() > 127);
        return;
      case THRIFT.double:
        this.#forward(8);
        return;
      case THRIFT.binary:
        this.#forward(this.#varint());
        return;
      case THRIFT.list:
        this.list(type, (element) => {
          // Truth values of a list take a byte each.
          this.skip(element <= THRIFT.false ? THRIFT.byte : element, depth + 1);
        });
        return;
      default:
        this.struct(type, (_, member) => {
          this.skip(member, depth + 1);
        });
    }
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new NotPlain('a structure beyond the end');
    this.#at += 1;
    return byte;
  }

  #forward(bytes: number): void {
    this.#at += bytes;
    if (this.#at > this.#bytes.length) throw new NotPlain('a structure beyond the end');
  }

  #varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * factor;
      if (value > Number.MAX_SAFE_INTEGER) throw new NotPlain('an integer too large');
      if (byte < 128) return value;
    }
  }

  #zigzag(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

function expect(type: number, expected: number): void {
  if (type !== expected) throw new NotPlain(`Thrift type ${type}, expected ${expected}`);
}
