import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { MemoryObjectStore, OBJECT_STORE_CLAIMS } from '@drivesweep/testkit';
import { openObjectStore } from './open-object-store.ts';

/* The same suite runs against S3 in conformance.int.test.ts. */

describe('a folder', () => {
  it.each(OBJECT_STORE_CLAIMS)('$claim', async ({ check }) => {
    const folder = await mkdtemp(join(tmpdir(), 'drivesweep-store-'));
    try {
      await check(openObjectStore(join(folder, 'not yet there')));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('the store in memory that tests use', () => {
  it.each(OBJECT_STORE_CLAIMS)('$claim', async ({ check }) => {
    await check(new MemoryObjectStore());
  });
});
