import { DrivesweepError } from './errors.ts';

/** What S3 allows. */
const MAX_KEY_BYTES = 1024;

function holdsControl(text: string): boolean {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}

/** Bytes of the UTF-8 form, without making it. */
function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

function faultOf(key: string, segments: readonly string[]): string | undefined {
  if (segments.includes('')) return 'has an empty segment';
  if (segments.includes('.') || segments.includes('..')) return 'has a "." or ".." segment';
  if (key.includes('\\')) return 'holds a backslash';
  if (holdsControl(key)) return 'holds a control character';
  if (utf8Bytes(key) > MAX_KEY_BYTES) return `is longer than ${MAX_KEY_BYTES} bytes`;
  return undefined;
}

function refuse(what: string, text: string, fault: string): never {
  throw new DrivesweepError('OBJECT_KEY_INVALID', `${what} ${JSON.stringify(text)} ${fault}`, {
    hint: 'Keys look like folder/name: no leading or trailing "/", no "..", no backslash.',
  });
}

/**
 * Every store checks every key by this one rule: segments joined by `/`, none of them empty, `.` or `..`, no
 * backslash, no control character, at most 1024 bytes of UTF-8. Throws OBJECT_KEY_INVALID.
 */
export function assertObjectKey(key: string): void {
  const fault = key === '' ? 'is empty' : faultOf(key, key.split('/'));
  if (fault !== undefined) refuse('key', key, fault);
}

/** The same for the prefix of a listing, which may be empty or end with `/`. */
export function assertKeyPrefix(prefix: string): void {
  if (prefix === '') return;
  const fault = faultOf(prefix, prefix.replace(/\/$/, '').split('/'));
  if (fault !== undefined) refuse('prefix', prefix, fault);
}
