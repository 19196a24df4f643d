import { NotPlain } from './not-plain.ts';

/** Types of the compact protocol of Thrift (thrift-compact-protocol.md), those that Parquet uses. */
const THRIFT = {
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

/**
 * Goes through a value in Thrift's compact protocol. Whatever does not fit throws NotPlain.
 *
 * It calls nobody back: footers are read once per file, and V8 forgets the code that it made for short-lived functions
 * whenever it collects garbage.
 */
export class ThriftReader {
  /** The type of the value that is next. */
  type: number = THRIFT.struct;
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

  /** Leaves out what is known to end there. */
  goTo(end: number): void {
    this.#at = end;
  }

  /** Goes to the next field of a struct. Gives its id, and 0 after the last one. @param previous 0 at first */
  field(previous: number): number {
    const head = this.#byte();
    if (head === 0) return 0;
    this.type = head & 15;
    const delta = head >> 4;
    const id = delta === 0 ? this.#zigzag() : previous + delta;
    if (id <= 0) throw new NotPlain('a field without an id');
    return id;
  }

  /** Goes to the first element of a list. Gives how many there are. */
  list(): number {
    this.#expect(THRIFT.list);
    const head = this.#byte();
    this.type = head & 15;
    const short = head >> 4;
    return short === LONG_LIST ? this.#varint() : short;
  }

  /** The same of a list of structs. */
  structs(): number {
    const length = this.list();
    this.#expect(THRIFT.struct);
    return length;
  }

  /** Enters a struct. */
  struct(): void {
    this.#expect(THRIFT.struct);
  }

  /** Reads an i16, i32 or i64. */
  integer(): number {
    if (this.type !== THRIFT.i64 && this.type !== THRIFT.i16) this.#expect(THRIFT.i32);
    return this.#zigzag();
  }

  binary(): Uint8Array {
    this.#expect(THRIFT.binary);
    const length = this.#varint();
    const from = this.#at;
    this.#forward(length);
    return this.#bytes.subarray(from, from + length);
  }

  /** Leaves out a value, with all that is in it. */
  skip(depth = 0): void {
    if (depth > MAX_DEPTH) throw new NotPlain('a structure nested too deep');
    switch (this.type) {
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
        this.#skipList(depth);
        return;
      default:
        this.#expect(THRIFT.struct);
        for (let id = this.field(0); id !== 0; id = this.field(id)) this.skip(depth + 1);
    }
  }

  #skipList(depth: number): void {
    const length = this.list();
    // Truth values of a list take a byte each.
    const element = this.type <= THRIFT.false ? THRIFT.byte : this.type;
    for (let i = 0; i < length; i++) {
      this.type = element;
      this.skip(depth + 1);
    }
  }

  #expect(type: number): void {
    if (this.type !== type) throw new NotPlain(`Thrift type ${this.type}, expected ${type}`);
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
