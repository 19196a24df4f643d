import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/*
 * As much of the protobuf wire format as it takes to walk through a message on the disk without reading what it holds:
 * weights of many GB are stepped over (protobuf.dev, "Encoding").
 */

/** One field of a message: where its value lies, or its number when that is what it is. */
export interface ProtobufField {
  readonly number: number;
  /** Of a length-delimited field; else nothing. */
  readonly span: Span | null;
  /** Of a varint; else 0. */
  readonly value: number;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The bytes are no message. */
export class ProtobufDamage extends Error {
  override readonly name = 'ProtobufDamage';
}

const VARINT = 0;
const FIXED_64 = 1;
const DELIMITED = 2;
const FIXED_32 = 5;
const WINDOW_BYTES = 64 * 1024;

/** A file that is read in small windows, as needed. */
export class ProtobufFile {
  readonly #descriptor: number;
  readonly whole: Span;
  #window: Uint8Array = new Uint8Array(0);
  #windowAt = 0;

  constructor(path: string) {
    this.#descriptor = openSync(path, 'r');
    this.whole = { start: 0, end: fstatSync(this.#descriptor).size };
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** The fields of the message in a span. Throws ProtobufDamage. */
  *fieldsIn({ start, end }: Span): Generator<ProtobufField> {
    let at = start;
    while (at < end) {
      const tag = this.#varint(at, end);
      const number = Math.floor(tag.value / 8);
      at = tag.next;
      switch (tag.value % 8) {
        case VARINT: {
          const { value, next } = this.#varint(at, end);
          yield { number, span: null, value };
          at = next;
          break;
        }
        case DELIMITED: {
          const { value: length, next } = this.#varint(at, end);
          at = next + length;
          if (at > end) throw new ProtobufDamage(`a field of ${length} bytes leaves its message`);
          yield { number, span: { start: next, end: at }, value: 0 };
          break;
        }
        case FIXED_64:
          at += 8;
          break;
        case FIXED_32:
          at += 4;
          break;
        default:
          throw new ProtobufDamage(`a field of unknown kind at byte ${at}`);
      }
    }
    if (at !== end) throw new ProtobufDamage('a field leaves its message');
  }

  /** The text in a span. Throws ProtobufDamage when it is longer than `mostBytes`. */
  text({ start, end }: Span, mostBytes: number): string {
    if (end - start > mostBytes) throw new ProtobufDamage(`a name of ${end - start} bytes`);
    const bytes = Array.from({ length: end - start }, (_, i) => this.#byte(start + i));
    return new TextDecoder().decode(Uint8Array.from(bytes));
  }

  #varint(start: number, end: number): { readonly value: number; readonly next: number } {
    let value = 0;
    for (let at = start, scale = 1; at < end && at < start + 10; at++, scale *= 128) {
      const byte = this.#byte(at);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return { value, next: at + 1 };
    }
    throw new ProtobufDamage(`no number at byte ${start}`);
  }

  #byte(at: number): number {
    if (at < this.#windowAt || at >= this.#windowAt + this.#window.length) {
      const buffer = new Uint8Array(WINDOW_BYTES);
      const bytes = readSync(this.#descriptor, buffer, 0, WINDOW_BYTES, at);
      this.#window = buffer.subarray(0, bytes);
      this.#windowAt = at;
    }
    const byte = this.#window[at - this.#windowAt];
    if (byte === undefined) throw new ProtobufDamage('the file is cut off');
    return byte;
  }
}
