import { describe, expect, it } from 'vitest';
import { asDrivesweepError, DrivesweepError, isErrorCode } from './errors.ts';

describe('DrivesweepError', () => {
  it('knows by its code whether trying again can help', () => {
    expect(new DrivesweepError('STORE_UNAVAILABLE', 'x').kind).toBe('transient');
    expect(new DrivesweepError('LICENCE_NOT_ACCEPTED', 'x').kind).toBe('permanent');
    expect(new DrivesweepError('CAMERA_MISSING', 'x').kind).toBe('window');
  });

  it('keeps what it came from', () => {
    const cause = new Error('ECONNRESET');
    expect(new DrivesweepError('STORE_UNAVAILABLE', 'x', { cause }).cause).toBe(cause);
  });
});

describe('asDrivesweepError', () => {
  it('leaves our own errors as they are', () => {
    const error = new DrivesweepError('USAGE', 'x');
    expect(asDrivesweepError(error)).toBe(error);
  });

  it.each([
    [new TypeError('x is not a function'), 'x is not a function'],
    ['thrown text', 'thrown text'],
  ])('calls anything else a fault of ours and keeps its message', (thrown, message) => {
    const error = asDrivesweepError(thrown);
    expect(error.code).toBe('INTERNAL');
    expect(error.message).toBe(message);
  });
});

describe('isErrorCode', () => {
  it('does not take names of Object.prototype for codes', () => {
    expect(isErrorCode('toString')).toBe(false);
    expect(isErrorCode('USAGE')).toBe(true);
  });
});
