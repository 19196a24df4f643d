import { UnrecoverableError } from 'bullmq';
import { describe, expect, it } from 'vitest';
import { DrivesweepError } from '@drivesweep/contracts';
import { orUnavailable, parseFailure, toQueueError } from './failure.ts';

describe('toQueueError', () => {
  it('makes a permanent error one that is not tried again', () => {
    const error = toQueueError(new DrivesweepError('BUNDLE_HASH_MISMATCH', 'a.onnx differs'));
    expect(error).toBeInstanceOf(UnrecoverableError);
    expect(error.message).toBe('BUNDLE_HASH_MISMATCH: a.onnx differs');
  });

  it('lets a transient error be tried again', () => {
    const error = toQueueError(new DrivesweepError('STORE_UNAVAILABLE', 'slow down'));
    expect(error).not.toBeInstanceOf(UnrecoverableError);
    expect(error.message).toBe('STORE_UNAVAILABLE: slow down');
  });

  it('keeps at most 500 characters, because Redis holds them in memory', () => {
    const error = toQueueError(new DrivesweepError('STORE_UNAVAILABLE', 'x'.repeat(10_000)));
    expect(error.message).toHaveLength('STORE_UNAVAILABLE: '.length + 500);
  });
});

describe('parseFailure', () => {
  it('reads back what toQueueError wrote', () => {
    const error = toQueueError(new DrivesweepError('PART_CORRUPT', 'part: a\nb'));
    expect(parseFailure(error.message)).toEqual({ code: 'PART_CORRUPT', message: 'part: a\nb' });
  });

  it.each(['job stalled more than allowable limit', 'job started more than allowable limit'])(
    'takes "%s" for a worker that was lost',
    (reason) => expect(parseFailure(reason).code).toBe('WORKER_LOST'),
  );

  it('takes anything else for a fault of our own', () => {
    expect(parseFailure('NOT_A_CODE: x')).toEqual({ code: 'INTERNAL', message: 'NOT_A_CODE: x' });
  });
});

describe('orUnavailable', () => {
  it('says QUEUE_UNAVAILABLE when there is no answer in time', async () => {
    const never = orUnavailable('count jobs', 5, () => new Promise<number>(() => undefined));
    await expect(never).rejects.toMatchObject({
      code: 'QUEUE_UNAVAILABLE',
      message: 'cannot count jobs: no answer in 5 ms',
    });
  });

  it('passes an answer on', async () => {
    expect(await orUnavailable('count jobs', 1000, () => Promise.resolve(3))).toBe(3);
  });
});
