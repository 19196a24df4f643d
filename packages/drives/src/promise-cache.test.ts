import { describe, expect, it } from 'vitest';
import { lazy, PromiseCache } from './promise-cache.ts';

describe('a promise cache', () => {
  it('loads a key once for all who ask while it loads, and after', async () => {
    const cache = new PromiseCache<string>(2);
    let loads = 0;
    const load = () => Promise.resolve(`load ${++loads}`);
    const answers = await Promise.all([cache.get('a', load), cache.get('a', load)]);
    expect([...answers, await cache.get('a', load)]).toEqual(['load 1', 'load 1', 'load 1']);
  });

  it('drops the key that was not used for longest', async () => {
    const cache = new PromiseCache<string>(2);
    const loaded: string[] = [];
    const get = (key: string) =>
      cache.get(key, () => {
        loaded.push(key);
        return Promise.resolve(key);
      });
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await get(key);
    expect(loaded).toEqual(['a', 'b', 'c', 'b']);
  });

  it('does not keep a failure', async () => {
    const answers = [Promise.reject(new Error('down')), Promise.resolve('up')];
    const read = lazy(() => answers.shift() ?? Promise.resolve('never'));
    await expect(read()).rejects.toThrow('down');
    expect(await read()).toBe('up');
    expect(await read()).toBe('up');
  });
});
