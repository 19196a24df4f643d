import assert from 'node:assert/strict';
import type { ErrorCode, ObjectStat, ObjectStore } from '@drivesweep/contracts';

/** One thing that every ObjectStore does; `check` gets an empty store and throws when it does not. */
export interface StoreClaim {
  readonly claim: string;
  readonly check: (store: ObjectStore) => Promise<void>;
}

const utf8 = new TextEncoder();
const bytesOf = (text: string) => utf8.encode(text);

async function keysOf(store: ObjectStore, prefix: string): Promise<string[]> {
  return (await statsOf(store, prefix)).map(({ key }) => key);
}

async function statsOf(store: ObjectStore, prefix: string): Promise<ObjectStat[]> {
  const stats: ObjectStat[] = [];
  for await (const stat of store.list(prefix)) stats.push(stat);
  return stats;
}

async function assertFails(code: ErrorCode, effect: () => Promise<unknown>): Promise<void> {
  await assert.rejects(effect, { name: 'DrivesweepError', code });
}

const BAD_KEYS = ['', '/a', 'a/', 'a//b', '.', '..', 'a/../b', 'a/./b', 'a\\b', 'a\0b', 'a\nb'];

/** The conformance suite: run it once for every implementation of the port. */
export const OBJECT_STORE_CLAIMS: readonly StoreClaim[] = [
  {
    claim: 'gives back the bytes that were put',
    async check(store) {
      const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i % 251);
      await store.put('a/b/c.bin', bytes);
      assert.deepEqual(await store.get('a/b/c.bin'), bytes);
      assert.deepEqual(await store.head('a/b/c.bin'), { key: 'a/b/c.bin', bytes: 70_000 });
    },
  },
  {
    claim: 'keeps an object without bytes',
    async check(store) {
      await store.put('empty', new Uint8Array());
      assert.deepEqual(await store.get('empty'), new Uint8Array());
      assert.deepEqual(await store.head('empty'), { key: 'empty', bytes: 0 });
    },
  },
  {
    claim: 'keeps its own copy of what was put',
    async check(store) {
      const bytes = bytesOf('before');
      await store.put('a', bytes);
      bytes.fill(0);
      assert.deepEqual(await store.get('a'), bytesOf('before'));
    },
  },
  {
    claim: 'replaces an object by put',
    async check(store) {
      await store.put('a', bytesOf('the first'));
      await store.put('a', bytesOf('second'));
      assert.deepEqual(await store.get('a'), bytesOf('second'));
    },
  },
  {
    claim: 'reads a range: first, inner and last bytes, and none',
    async check(store) {
      await store.put('a', bytesOf('0123456789'));
      assert.deepEqual(await store.getRange('a', 0, 3), bytesOf('012'));
      assert.deepEqual(await store.getRange('a', 4, 2), bytesOf('45'));
      assert.deepEqual(await store.getRange('a', 9, 1), bytesOf('9'));
      assert.deepEqual(await store.getRange('a', 10, 0), new Uint8Array());
    },
  },
  {
    claim: 'fails with STORE_SHORT_READ when a range passes the end',
    async check(store) {
      await store.put('a', bytesOf('0123456789'));
      await assertFails('STORE_SHORT_READ', () => store.getRange('a', 8, 3));
      await assertFails('STORE_SHORT_READ', () => store.getRange('a', 10, 1));
      await assertFails('STORE_SHORT_READ', () => store.getRange('a', 500, 1));
    },
  },
  {
    claim: 'fails with OBJECT_NOT_FOUND where there is nothing, and head says so without failing',
    async check(store) {
      await store.put('a/b', bytesOf('x'));
      for (const key of ['c', 'a', 'a/c', 'a/b/c']) {
        await assertFails('OBJECT_NOT_FOUND', () => store.get(key));
        await assertFails('OBJECT_NOT_FOUND', () => store.getRange(key, 0, 1));
        assert.equal(await store.head(key), undefined);
      }
    },
  },
  {
    claim: 'deletes, and does not mind when there is nothing',
    async check(store) {
      await store.put('a/b', bytesOf('x'));
      await store.delete('a/b');
      await store.delete('a/b');
      await store.delete('never/was');
      assert.equal(await store.head('a/b'), undefined);
      assert.deepEqual(await keysOf(store, ''), []);
    },
  },
  {
    claim: 'creates an object once',
    async check(store) {
      assert.equal(await store.putIfAbsent('a/b', bytesOf('first')), 'created');
      assert.equal(await store.putIfAbsent('a/b', bytesOf('second')), 'exists');
      assert.deepEqual(await store.get('a/b'), bytesOf('first'));
    },
  },
  {
    claim: 'creates again what was deleted',
    async check(store) {
      await store.putIfAbsent('a', bytesOf('first'));
      await store.delete('a');
      assert.equal(await store.putIfAbsent('a', bytesOf('second')), 'created');
    },
  },
  {
    claim: 'lets exactly one of 50 writers create an object, and keeps its bytes whole',
    async check(store) {
      const bodies = Array.from({ length: 50 }, (_, i) => new Uint8Array(5000).fill(i + 1));
      const answers = await Promise.all(bodies.map((body) => store.putIfAbsent('commit', body)));
      const winners = bodies.filter((_, i) => answers[i] === 'created');
      assert.equal(winners.length, 1);
      assert.deepEqual(await store.get('commit'), winners[0]);
      assert.deepEqual(await keysOf(store, ''), ['commit']);
    },
  },
  {
    claim: 'lists the keys of a prefix in the order of their UTF-8 bytes, with their sizes',
    async check(store) {
      // '-' and '.' come before '/', and U+FF5E before U+1F697 (which UTF-16 would turn round).
      const ordered = ['a', 'b-', 'b.x', 'b/1', 'b/1x', 'b/2/y', 'b0', 'c/～', 'c/🚗', 'ä'];
      for (const key of ordered.toReversed()) await store.put(key, bytesOf(key));
      assert.deepEqual(
        await statsOf(store, ''),
        ordered.map((key) => ({ key, bytes: bytesOf(key).length })),
      );
      assert.deepEqual(await keysOf(store, 'b/'), ['b/1', 'b/1x', 'b/2/y']);
      assert.deepEqual(await keysOf(store, 'b/1'), ['b/1', 'b/1x']);
      assert.deepEqual(await keysOf(store, 'b'), ['b-', 'b.x', 'b/1', 'b/1x', 'b/2/y', 'b0']);
      assert.deepEqual(await keysOf(store, 'no/such/prefix'), []);
    },
  },
  {
    claim: 'keeps keys with any printable character',
    async check(store) {
      const key = "b0c9d2329ad1606b|2018-07-27--06-03-57/x y+%20&='#?@[]~ü.json";
      await store.putIfAbsent(key, bytesOf('x'));
      assert.deepEqual(await store.get(key), bytesOf('x'));
      assert.deepEqual(await keysOf(store, 'b0c9d2329ad1606b|2018'), [key]);
    },
  },
  {
    claim: 'refuses keys that are no keys',
    async check(store) {
      for (const key of BAD_KEYS) {
        await assertFails('OBJECT_KEY_INVALID', () => store.get(key));
        await assertFails('OBJECT_KEY_INVALID', () => store.getRange(key, 0, 1));
        await assertFails('OBJECT_KEY_INVALID', () => store.head(key));
        await assertFails('OBJECT_KEY_INVALID', () => store.put(key, bytesOf('x')));
        await assertFails('OBJECT_KEY_INVALID', () => store.putIfAbsent(key, bytesOf('x')));
        await assertFails('OBJECT_KEY_INVALID', () => store.delete(key));
      }
      await assertFails('OBJECT_KEY_INVALID', () => keysOf(store, '../'));
      await assertFails('OBJECT_KEY_INVALID', () => keysOf(store, '/a'));
    },
  },
];
