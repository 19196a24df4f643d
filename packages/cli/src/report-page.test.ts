import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keys } from '@drivesweep/contracts';
import { openObjectStore } from '@drivesweep/object-store';
import { MemoryObjectStore } from '@drivesweep/testkit';
import { fetchReport, reportPlace } from './report-page.ts';

const sweepId = 'sw-0123456789abcdef';
const page = new TextEncoder().encode('<!doctype html>');
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-page-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the page of a sweep', () => {
  it('lies in a folder store, and is not copied for nothing', async () => {
    const store = openObjectStore(folder);
    await store.put(keys.report(sweepId), page);
    const place = join(folder, 'sweeps', sweepId, 'report', 'index.html');
    expect(await reportPlace(store, sweepId)).toBe(place);
    expect(await fetchReport(store, sweepId, null)).toBe(place);
  });

  it('is copied to where a person wants it, also from a remote store', async () => {
    const store = new MemoryObjectStore();
    await store.put(keys.report(sweepId), page);
    const file = join(folder, 'mine.html');
    expect(await fetchReport(store, sweepId, file)).toBe(file);
    expect(await readFile(file, 'utf8')).toBe('<!doctype html>');
    expect(await reportPlace(store, sweepId)).toMatch(`/${keys.report(sweepId)}`);
  });

  it('that is not there is told with what makes it', async () => {
    const store = openObjectStore(folder);
    expect(await reportPlace(store, sweepId)).toBeNull();
    await expect(fetchReport(store, sweepId, null)).rejects.toMatchObject({
      code: 'SWEEP_STATE',
      hint: `make it from the parts: drivesweep score ${sweepId}`,
    });
  });

  it('that cannot be written is a mistake of the option', async () => {
    const store = new MemoryObjectStore();
    await store.put(keys.report(sweepId), page);
    const nowhere = join(folder, 'none', 'mine.html');
    await expect(fetchReport(store, sweepId, nowhere)).rejects.toMatchObject({ code: 'USAGE' });
  });
});
