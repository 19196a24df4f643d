import { describe, expect, it } from 'vitest';
import { DrivesweepError } from '@drivesweep/contracts';
import { EXIT, exitCodeOf, worstExit } from './exit-code.ts';
import { formatError } from './print-error.ts';

describe('an error for a person', () => {
  const error = new DrivesweepError('STORE_UNAVAILABLE', 'the bucket is away', {
    hint: 'look into it',
    cause: new Error('ECONNREFUSED'),
  });

  it('is its code, what happened and what to do', () => {
    expect(formatError(error, false)).toBe(
      'error[STORE_UNAVAILABLE]: the bucket is away\nhint: look into it',
    );
  });

  it('has a stack only when it is asked for, with that of its cause', () => {
    const text = formatError(error, true);
    expect(text).toContain('print-error.test.ts');
    expect(text).toContain('ECONNREFUSED');
  });

  it('says how to see more of a fault of our own', () => {
    expect(formatError(new TypeError('x is not a function'), false)).toBe(
      'error[INTERNAL]: x is not a function\n' +
        'hint: this is a fault of drivesweep; set DRIVESWEEP_DEBUG=1 to see where it was',
    );
  });
});

describe('exit codes', () => {
  it('2 is for what typing it differently can mend, 1 for the rest', () => {
    expect(exitCodeOf('SWEEP_FILE_INVALID')).toBe(EXIT.badInput);
    expect(exitCodeOf('USAGE')).toBe(EXIT.badInput);
    expect(exitCodeOf('LICENCE_NOT_ACCEPTED')).toBe(EXIT.badInput);
    expect(exitCodeOf('STORE_UNAVAILABLE')).toBe(EXIT.failed);
    expect(exitCodeOf('TOOL_MISSING')).toBe(EXIT.failed);
    expect(exitCodeOf('INTERNAL')).toBe(EXIT.failed);
  });

  it('of several sweeps the worst one counts', () => {
    expect(worstExit([])).toBe(EXIT.complete);
    expect(worstExit([EXIT.complete, EXIT.partial])).toBe(EXIT.partial);
    expect(worstExit([EXIT.partial, EXIT.badInput])).toBe(EXIT.badInput);
    expect(worstExit([EXIT.failed, EXIT.badInput, EXIT.partial])).toBe(EXIT.failed);
  });
});
