import { describe, expect, it } from 'vitest';
import { NO_ROWS, sha256Hex } from '@drivesweep/contracts';
import type { Commit, ObjectStore } from '@drivesweep/contracts';
import { FaultyStore, MemoryObjectStore, ProcessKilled } from '@drivesweep/testkit';
import type { StoreFault } from '@drivesweep/testkit';
import { commitPart, readCommit, readPart } from './commit-protocol.ts';
import type { CommitResult } from './commit-protocol.ts';

const COMMIT_KEY = 'sweeps/sw/commits/predictions/shard.json';
const utf8 = new TextEncoder();

/** What the attempt of this name writes: another part each time, as another GPU would. */
const partOf = (writer: string) => ({
  key: `sweeps/sw/predictions/shard-${writer}.parquet`,
  bytes: utf8.encode(`the rows as ${writer} computed them`),
});

const commitOf = (writer: string): Omit<Commit, 'part'> => ({
  schema: 'commit/1',
  sweepId: 'sw',
  shardId: 'shard',
  rows: { expected: 2, ok: 1, error: 1, skipped: 0 },
  errors: { EGOMOTION_GAP: 1 },
  writer,
  attempt: 1,
  committedAt: '2026-01-01T00:00:00.000Z',
  provider: 'cpu',
  software: { drivesweep: '0.1.0' },
});

function attempt(store: ObjectStore, writer: string): Promise<CommitResult> {
  const [part, commit] = [partOf(writer), commitOf(writer)];
  return commitPart({ store, commitKey: COMMIT_KEY, part, commit });
}

/** What a worker does: looks whether the shard is done, else computes and commits it. */
async function work(store: ObjectStore, writer: string): Promise<Commit> {
  return (await readCommit(store, COMMIT_KEY)) ?? (await attempt(store, writer)).commit;
}

const partsIn = (store: MemoryObjectStore) =>
  [...store.objects.keys()].filter((key) => key.endsWith('.parquet')).sort();

/** What must be true whatever happened: one answer, whole, that no one may have deleted or changed. */
async function expectOneAnswer(store: MemoryObjectStore): Promise<Commit> {
  const commit = await readCommit(store, COMMIT_KEY);
  if (!commit) throw new Error('the shard has no commit');
  expect(commit.part.key).toBe(partOf(commit.writer).key);
  expect(await readPart(store, commit.part)).toEqual(partOf(commit.writer).bytes);
  return commit;
}

describe('commitPart', () => {
  it('makes the part the answer of the shard', async () => {
    const store = new MemoryObjectStore();
    const { outcome, commit } = await attempt(store, 'w1');
    expect(outcome).toBe('committed');
    expect(await expectOneAnswer(store)).toEqual(commit);
    expect(commit).toEqual({
      ...commitOf('w1'),
      part: {
        key: partOf('w1').key,
        bytes: 28,
        sha256: sha256Hex('the rows as w1 computed them'),
      },
    });
  });

  it('gives the first writer right; the second deletes its part and returns the first', async () => {
    const store = new MemoryObjectStore();
    await attempt(store, 'w1');
    const second = await attempt(store, 'w2');
    expect(second).toMatchObject({ outcome: 'lost', commit: { writer: 'w1' } });
    expect(partsIn(store)).toEqual([partOf('w1').key]);
    await expectOneAnswer(store);
  });

  it('refuses rows that are not conserved', async () => {
    const store = new MemoryObjectStore();
    const commit = { ...commitOf('w1'), rows: { ...NO_ROWS, expected: 2, ok: 1 } };
    await expect(
      commitPart({ store, commitKey: COMMIT_KEY, part: partOf('w1'), commit }),
    ).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(store.objects.size).toBe(0);
  });
});

describe('a worker that is killed', () => {
  const deaths: [string, StoreFault, number][] = [
    ['before it writes its part', { op: 'put', kind: 'kill-before' }, 0],
    ['while it writes its part', { op: 'put', kind: 'kill-during' }, 0],
    ['when the part is written', { op: 'put', kind: 'kill-after' }, 0],
    ['before its commit arrives', { op: 'putIfAbsent', kind: 'kill-before' }, 0],
    ['while it writes its commit', { op: 'putIfAbsent', kind: 'kill-during' }, 0],
    ['when the commit is written', { op: 'putIfAbsent', kind: 'kill-after' }, 1],
  ];

  it.each(deaths)('%s leaves a shard that the next one finishes', async (_, fault, commits) => {
    const store = new MemoryObjectStore();
    await expect(work(new FaultyStore(store, [fault]), 'w1')).rejects.toThrow(ProcessKilled);
    expect([...store.objects.keys()].filter((key) => key === COMMIT_KEY).length).toBe(commits);
    const commit = await work(store, 'w2');
    expect(commit.writer).toBe(commits === 1 ? 'w1' : 'w2');
    await expectOneAnswer(store);
  });

  it('while it deletes what it lost leaves garbage and the winner', async () => {
    for (const kind of ['kill-before', 'kill-after'] as const) {
      const store = new MemoryObjectStore();
      await attempt(store, 'w1');
      const loser = new FaultyStore(store, [{ op: 'delete', kind }]);
      await attempt(loser, 'w2').catch((thrown: unknown) => {
        expect(thrown).toBeInstanceOf(ProcessKilled);
      });
      expect((await expectOneAnswer(store)).writer).toBe('w1');
    }
  });

  it('is not needed by anyone: its half-written part is never read', async () => {
    const store = new MemoryObjectStore();
    const fault: StoreFault = { op: 'put', kind: 'kill-during' };
    await expect(attempt(new FaultyStore(store, [fault]), 'w1')).rejects.toThrow(ProcessKilled);
    expect(store.objects.get(partOf('w1').key)?.length).toBe(14);
    expect(await readCommit(store, COMMIT_KEY)).toBeUndefined();
  });
});

describe('a lost answer', () => {
  it('that the client below tried again is no loss: the commit that is there is its own', async () => {
    const store = new MemoryObjectStore();
    const faulty = new FaultyStore(store, [{ op: 'putIfAbsent', kind: 'retried' }]);
    expect(await attempt(faulty, 'w1')).toMatchObject({
      outcome: 'committed',
      commit: { writer: 'w1' },
    });
    await expectOneAnswer(store);
  });

  it('that comes as an error leaves the part alone, because the commit may name it', async () => {
    const store = new MemoryObjectStore();
    const faulty = new FaultyStore(store, [{ op: 'putIfAbsent', kind: 'fail-after' }]);
    await expect(attempt(faulty, 'w1')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect((await expectOneAnswer(store)).writer).toBe('w1');
    expect((await work(store, 'w2')).writer).toBe('w1');
  });

  it('of reading the winner leaves the part alone and the shard to the winner', async () => {
    const store = new MemoryObjectStore();
    await attempt(store, 'w1');
    const faulty = new FaultyStore(store, [{ op: 'get', kind: 'fail' }]);
    await expect(attempt(faulty, 'w2')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect((await expectOneAnswer(store)).writer).toBe('w1');
  });

  it('of deleting what was lost changes nothing', async () => {
    const store = new MemoryObjectStore();
    await attempt(store, 'w1');
    const faulty = new FaultyStore(store, [{ op: 'delete', kind: 'fail' }]);
    expect(await attempt(faulty, 'w2')).toMatchObject({ outcome: 'lost' });
    await expectOneAnswer(store);
  });
});

/** A store in which every call yields to the others for a scripted number of turns. */
function interleaved(store: ObjectStore, turns: readonly number[]): ObjectStore {
  let call = 0;
  const wait = async () => {
    const count = turns[call % turns.length] ?? 0;
    call += 1;
    for (let i = 0; i < count; i += 1) await Promise.resolve();
  };
  return {
    uri: store.uri,
    get: async (key) => (await wait(), store.get(key)),
    getRange: async (key, offset, length) => (await wait(), store.getRange(key, offset, length)),
    head: async (key) => (await wait(), store.head(key)),
    put: async (key, bytes) => (await wait(), store.put(key, bytes)),
    putIfAbsent: async (key, bytes) => (await wait(), store.putIfAbsent(key, bytes)),
    delete: async (key) => (await wait(), store.delete(key)),
    list: (prefix) => store.list(prefix),
    localPath: (key) => store.localPath(key),
  };
}

describe('workers that live on without their lock', () => {
  it('one: it comes back after another has finished, and takes the answer of that one', async () => {
    const store = new MemoryObjectStore();
    expect((await work(store, 'w2')).writer).toBe('w2');
    expect(await attempt(store, 'zombie')).toMatchObject({
      outcome: 'lost',
      commit: { writer: 'w2' },
    });
    expect(partsIn(store)).toEqual([partOf('w2').key]);
  });

  it('two and a living one, in 200 orders of their calls: one answer, and one part is left', async () => {
    const winners = new Set<string>();
    for (let order = 0; order < 200; order += 1) {
      const store = new MemoryObjectStore();
      const results = await Promise.all(
        ['z1', 'z2', 'w3'].map((writer, i) => {
          const turns = [order % 7, (order * (i + 3)) % 11, (order >> i) % 5];
          return attempt(interleaved(store, turns), writer);
        }),
      );
      const { writer } = await expectOneAnswer(store);
      winners.add(writer);
      expect(results.map(({ commit }) => commit.writer)).toEqual([writer, writer, writer]);
      expect(results.filter(({ outcome }) => outcome === 'committed').length).toBe(1);
      expect(partsIn(store)).toEqual([partOf(writer).key]);
    }
    expect(winners.size).toBeGreaterThan(1);
  });

  it('a commit that vanishes between writing and reading is tried again, then is an error', async () => {
    const store = new MemoryObjectStore();
    await attempt(store, 'w1');
    const vanishing = (times: number): ObjectStore => {
      let left = times;
      return {
        ...interleaved(store, [0]),
        get: async (key) => {
          left -= 1;
          if (left >= 0) await store.delete(key);
          return store.get(key);
        },
        putIfAbsent: (key, bytes) =>
          left > 0 ? Promise.resolve('exists') : store.putIfAbsent(key, bytes),
      };
    };
    expect(await attempt(vanishing(1), 'w2')).toMatchObject({ outcome: 'committed' });
    await expect(attempt(vanishing(9), 'w3')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(partsIn(store)).toContain(partOf('w3').key);
  });
});

describe('readCommit', () => {
  it('knows only the version that this program writes', async () => {
    const store = new MemoryObjectStore();
    for (const text of ['{"schema":"commit/2"}', 'not json', '']) {
      await store.put(COMMIT_KEY, utf8.encode(text));
      await expect(readCommit(store, COMMIT_KEY)).rejects.toMatchObject({
        code: 'SCHEMA_UNSUPPORTED',
        message: `${COMMIT_KEY} is not a commit of version 1`,
      });
    }
  });
});

describe('readPart', () => {
  it.each([
    ['changed', (bytes: Uint8Array) => bytes.map((byte, i) => (i === 3 ? byte ^ 1 : byte))],
    ['cut', (bytes: Uint8Array) => bytes.subarray(1)],
    ['emptied', () => new Uint8Array()],
  ])('refuses a part that was %s', async (_, change) => {
    const store = new MemoryObjectStore();
    const { commit } = await attempt(store, 'w1');
    await store.put(commit.part.key, change(partOf('w1').bytes));
    await expect(readPart(store, commit.part)).rejects.toMatchObject({ code: 'PART_CORRUPT' });
  });
});
