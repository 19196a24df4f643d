import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseNext } from './choose-next.ts';

const shards = (count: number, windows: number) =>
  Array.from({ length: count }, (_, index) => ({ index, windows }));

describe('chooseNext', () => {
  it('takes the shards of one sweep in their order, as many as fit', () => {
    const { picks } = chooseNext([{ sweepId: 'a', deficit: 0, shards: shards(5, 10) }], 3);
    expect(picks.map(({ index }) => index)).toEqual([0, 1, 2]);
  });

  it('gives sweeps the same number of windows, not of shards', () => {
    const contenders = [
      { sweepId: 'large', deficit: 0, shards: shards(100, 120) },
      { sweepId: 'small', deficit: 0, shards: shards(100, 12) },
    ];
    const { picks } = chooseNext(contenders, 22);
    expect(picks.filter(({ sweepId }) => sweepId === 'large')).toHaveLength(2);
    expect(picks.filter(({ sweepId }) => sweepId === 'small')).toHaveLength(20);
  });

  it('remembers what a sweep is owed: one at a time gives the same turns', () => {
    let deficits = new Map([
      ['a', 0],
      ['b', 0],
    ]);
    const turns: string[] = [];
    for (let n = 0; n < 6; n += 1) {
      const contenders = [...deficits].map(([sweepId, deficit]) => ({
        sweepId,
        deficit,
        shards: shards(1, 10),
      }));
      const choice = chooseNext(contenders, 1);
      turns.push(...choice.picks.map(({ sweepId }) => sweepId));
      deficits = new Map(choice.deficits);
    }
    expect(turns).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
  });

  it('leaves nothing undone for fairness: a sweep alone gets everything', () => {
    const contenders = [
      { sweepId: 'empty', deficit: 1000, shards: [] },
      { sweepId: 'full', deficit: -1000, shards: shards(3, 10) },
    ];
    expect(chooseNext(contenders, 10).picks).toHaveLength(3);
    expect(chooseNext([], 10).picks).toEqual([]);
  });

  it('never lets two hungry sweeps drift apart by more than a shard', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 128 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 60 }), (windows, capacity) => {
        const contenders = windows.map((size, n) => ({
          sweepId: String(n),
          deficit: 0,
          shards: shards(1000, size),
        }));
        const { picks } = chooseNext(contenders, capacity);
        const had = windows.map(
          (size, n) => size * picks.filter(({ sweepId }) => sweepId === String(n)).length,
        );
        expect(Math.max(...had) - Math.min(...had)).toBeLessThanOrEqual(Math.max(...windows));
      }),
    );
  });
});
