import { describe, expect, it } from 'vitest';
import { shardIdOf } from '@drivesweep/contracts';
import type { Commit, RowCounts, Shard } from '@drivesweep/contracts';
import { hasDuplicate, sealChunk, totalsOf } from './seal-chunk.ts';

const shard = (index: number, windows: number): Shard => {
  const t0Us = Array.from({ length: windows }, (_, n) => n);
  const driveId = `drive${index}`;
  return { index, driveId, t0Us, shardId: shardIdOf(driveId, t0Us), verdict: null };
};
const commit = (of: Shard, rows: Partial<RowCounts>, errors = {}): Commit => ({
  schema: 'commit/1',
  sweepId: 'sw',
  shardId: of.shardId,
  part: { key: `part-${of.shardId}`, sha256: '0'.repeat(64), bytes: 1 },
  rows: { expected: of.t0Us.length, ok: of.t0Us.length, error: 0, skipped: 0, ...rows },
  errors,
  writer: 'w',
  attempt: 1,
  committedAt: '',
  provider: 'none',
  software: {},
});
const seal = (
  shards: Shard[],
  commits: (Commit | undefined)[],
  failures = new Map<number, { code: 'ENGINE_CRASHED'; message: string }>(),
) => sealChunk(shards, commits, failures);

describe('sealChunk', () => {
  const [a, b] = [shard(0, 3), shard(1, 2)];

  it('puts each shard beside its part and adds up rows and codes', () => {
    const { entries, sums, broken } = seal(
      [a, b],
      [commit(a, {}), commit(b, { ok: 0, error: 1, skipped: 1 }, { CAMERA_MISSING: 1, X: 1 })],
    );
    expect(entries).toEqual([
      {
        index: 0,
        shardId: a.shardId,
        part: { key: `part-${a.shardId}`, sha256: '0'.repeat(64), bytes: 1 },
        rows: { expected: 3, ok: 3, error: 0, skipped: 0 },
        failure: null,
      },
      expect.objectContaining({ index: 1, rows: { expected: 2, ok: 0, error: 1, skipped: 1 } }),
    ]);
    expect(sums).toMatchObject({ missingShards: 0, missingWindows: 0 });
    expect(Object.fromEntries(sums.errors)).toEqual({ CAMERA_MISSING: 1, X: 1 });
    expect(broken).toEqual([]);
  });

  it('lists a shard without an answer with its failure', () => {
    const failures = new Map([[1, { code: 'ENGINE_CRASHED' as const, message: 'gone' }]]);
    const { entries, sums } = seal([a, b], [commit(a, {}), undefined], failures);
    expect(entries[1]).toMatchObject({
      part: null,
      rows: { expected: 2, ok: 0, error: 0, skipped: 0 },
      failure: { code: 'ENGINE_CRASHED', message: 'gone' },
    });
    expect(sums).toMatchObject({ missingShards: 1, missingWindows: 2 });
  });

  it.each([
    ['rows that do not add up', { ok: 2 }],
    ['fewer rows than were planned', { expected: 2, ok: 2 }],
    ['more rows than were planned', { expected: 4, ok: 4 }],
  ])('does not believe a commit with %s', (_what, rows) => {
    const { entries, broken } = seal([a], [commit(a, rows)]);
    expect(broken).toEqual([a.shardId]);
    expect(entries[0]).toMatchObject({ part: null, failure: { code: 'PART_CORRUPT' } });
  });

  it('does not believe the commit of another shard', () => {
    expect(seal([a], [commit({ ...a, shardId: 'other' }, {})]).broken).toEqual([a.shardId]);
  });
});

describe('totalsOf', () => {
  const [a, b] = [shard(0, 3), shard(1, 2)];

  it('is complete when every shard has an answer, whatever the answers are', () => {
    const sums = [
      seal([a], [commit(a, { ok: 0, error: 3 }, { X: 3 })]),
      seal([b], [commit(b, {})]),
    ];
    expect(
      totalsOf(
        sums.map((chunk) => chunk.sums),
        null,
      ),
    ).toEqual({
      outcome: 'complete',
      reason: null,
      counts: { expected: 5, ok: 2, error: 3, skipped: 0, missing: 0 },
      errors: { X: 3 },
      shards: { total: 2, committed: 2, missing: 0 },
    });
  });

  it('adds up how soon the policy answered, from the commits that say it', () => {
    const realtime = { one: { inside: 1, outside: 2 }, many: { inside: 0, outside: 0 } };
    const told = { ...commit(a, {}), realtime };
    const [first, second, silent] = [
      seal([a, b], [told, { ...commit(b, {}), realtime }]).sums,
      seal([a], [told]).sums,
      seal([b], [commit(b, {})]).sums,
    ];
    expect(totalsOf([first, second, silent], null).realtime).toEqual({
      one: { inside: 3, outside: 6 },
      many: { inside: 0, outside: 0 },
    });
    expect(totalsOf([silent], null)).not.toHaveProperty('realtime');
  });

  it('is partial when one has none; expected = ok + error + skipped + missing', () => {
    const { sums } = seal([a, b], [commit(a, {}), undefined]);
    expect(totalsOf([sums], 'ERROR_BUDGET_SPENT: x')).toMatchObject({
      outcome: 'partial',
      reason: 'ERROR_BUDGET_SPENT: x; 1 of 2 shards have no answer (2 windows)',
      counts: { expected: 5, ok: 3, error: 0, skipped: 0, missing: 2 },
    });
  });
});

describe('hasDuplicate', () => {
  it('finds an id that is there twice, however far apart', () => {
    expect(hasDuplicate(BigUint64Array.of(3n, 1n, 2n))).toBe(false);
    expect(hasDuplicate(BigUint64Array.of(3n, 1n, 2n, 3n))).toBe(true);
  });
});
