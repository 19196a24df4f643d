import { describe, expect, it } from 'vitest';
import { splitOfDrive } from './split.ts';
import { recipeOf } from './test-windows.ts';

const drives = Array.from({ length: 4000 }, (_, n) => `drive-${n}`);
const share = (wanted: string, recipe = recipeOf()) =>
  drives.filter((id) => splitOfDrive(id, recipe) === wanted).length / drives.length;

describe('splitOfDrive', () => {
  it('gives the splits the shares that were asked for, within what chance leaves', () => {
    expect(share('train')).toBeCloseTo(0.9, 1);
    expect(Math.abs(share('validation') - 0.05)).toBeLessThan(0.015);
    expect(Math.abs(share('test') - 0.05)).toBeLessThan(0.015);
  });

  it('gives a split that was not asked for nothing', () => {
    const all = recipeOf({ splits: { train: 1 } });
    expect(share('train', all)).toBe(1);
    const two = recipeOf({ splits: { train: 0.5, validation: 0.5 } });
    expect(share('test', two)).toBe(0);
  });

  it('gives a drive the same split whatever else there is, and another with another seed', () => {
    const other = recipeOf({ seed: 1 });
    const moved = drives.filter((id) => splitOfDrive(id, recipeOf()) !== splitOfDrive(id, other));
    expect(moved.length).toBeGreaterThan(100);
    expect(splitOfDrive('drive-1', recipeOf())).toBe(splitOfDrive('drive-1', recipeOf()));
  });
});
