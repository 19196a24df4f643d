import { describe, expect, it } from 'vitest';
import { buildStatus } from '@drivesweep/testkit';
import { formatDuration, progressBar, progressLine } from './progress.ts';

const counts = { expected: 521, ok: 260, error: 0, skipped: 0 };

describe('the progress bar', () => {
  it('says how far, how fast and how long', () => {
    expect(progressBar(buildStatus(), 120)).toBe(
      'comma  [###########.............]  260/521 windows  49 %  84.0/s  ETA 3 s',
    );
  });

  it.each([120, 80, 59, 40, 20, 10])(
    'fits into %i columns, so that it can be drawn over',
    (width) => {
      const status = buildStatus({ name: 'a-name-that-is-long-enough-to-be-a-problem' });
      expect(progressBar(status, width).length).toBeLessThan(width);
    },
  );

  it('leaves out the rate until there is one to measure', () => {
    const line = progressBar(buildStatus({ windowsPerS: null, etaS: null }), 120);
    expect(line).toMatch(/49 %$/);
  });

  it('is full at the end and empty at the start', () => {
    expect(progressBar(buildStatus({ done: 521, state: 'sealing' }), 120)).toContain(
      `[${'#'.repeat(24)}]  521/521 windows  100 %  sealing`,
    );
    const planning = buildStatus({
      state: 'planning',
      done: 0,
      counts: { ...counts, expected: 0, ok: 0 },
    });
    expect(progressBar(planning, 120)).toContain(`[${'.'.repeat(24)}]  0/0 windows  0 %  planning`);
  });

  it('tells of trouble while it is still time to act', () => {
    const status = buildStatus({
      workers: 0,
      counts: { ...counts, error: 2 },
      shards: { total: 5, committed: 2, inFlight: 1, quarantined: 1 },
    });
    expect(progressBar(status, 200)).toMatch(/errors 2 {2}quarantined shards 1 {2}no worker$/);
  });
});

describe('the progress line of a log', () => {
  it('is whole by itself', () => {
    expect(progressLine(buildStatus())).toBe(
      'comma: running, 260/521 windows, 49 %, 84.0/s, ETA 3 s',
    );
  });
});

describe('a duration', () => {
  it.each([
    [0.4, '0 s'],
    [59.4, '59 s'],
    [75, '1 min 15 s'],
    [3599.7, '1 h 0 min'],
    [7380, '2 h 3 min'],
  ])('%d s reads %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});
