/** Throws a RangeError: a range that is not one is a fault of the caller. */
export function assertRange(key: string, offset: number, length: number): void {
  if (Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0) {
    return;
  }
  throw new RangeError(`getRange ${key}: ${length} bytes at ${offset} is no range`);
}
