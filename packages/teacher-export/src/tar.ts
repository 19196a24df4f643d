/** A file in a tar. */
export interface TarFile {
  /** ASCII, at most 100 characters. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

const BLOCK = 512;
const NAME_CHARACTERS = 100;

const padding = (bytes: number) => (BLOCK - (bytes % BLOCK)) % BLOCK;

/**
 * One file as it stands in a tar: header, content, zeros up to a whole block (POSIX.1-1988, ustar). Times and owners are
 * zero, so that the same files are the same bytes. Throws RangeError for a name that does not fit.
 */
export function tarEntry({ name, bytes }: TarFile): Uint8Array {
  const entry = new Uint8Array(BLOCK + bytes.length + padding(bytes.length));
  const put = (offset: number, text: string) => {
    for (let i = 0; i < text.length; i++) entry[offset + i] = text.charCodeAt(i);
  };
  if (name.length > NAME_CHARACTERS || !/^[\x21-\x7e]+$/.test(name)) {
    throw new RangeError(`tarEntry: ${JSON.stringify(name)} is no name of a file in a tar`);
  }
  put(0, name);
  put(100, octal(0o644, 7));
  put(108, octal(0, 7));
  put(116, octal(0, 7));
  put(124, octal(bytes.length, 11));
  put(136, octal(0, 11));
  // The checksum is taken with blanks in its own place.
  put(148, '        ');
  put(156, '0');
  put(257, 'ustar\u000000');
  put(
    148,
    `${octal(
      entry.reduce((sum, byte) => sum + byte, 0),
      6,
    )}\u0000 `,
  );
  entry.set(bytes, BLOCK);
  return entry;
}

/** What a tar ends with: two blocks of zeros. */
export function tarEnd(): Uint8Array {
  return new Uint8Array(2 * BLOCK);
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
