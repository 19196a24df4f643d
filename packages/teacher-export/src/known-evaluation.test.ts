import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isOnEvaluationList, KNOWN_EVALUATION_LISTS } from './known-evaluation.ts';

const SCENES = new URL(
  '../../../../shared/data/alpamayo_lists/data/scenes/sim_suites.csv',
  import.meta.url,
);

describe('known evaluation lists', () => {
  it('know the public test clip of Alpamayo-R1', () => {
    expect(isOnEvaluationList('030c760c-ae38-49aa-9ad8-f5650a545d26')).toBe(true);
  });

  it('do not know another drive', () => {
    expect(isOnEvaluationList('030c760c-ae38-49aa-9ad8-f5650a545d27')).toBe(false);
  });

  it('say where they come from', () => {
    expect(KNOWN_EVALUATION_LISTS.map(({ drives }) => drives)).toEqual([1181, 644, 19, 2360]);
  });

  // Skipped where the shared data folder is not beside the project.
  describe.skipIf(!existsSync(SCENES))('against the list itself', () => {
    it('know every closed-loop scene', () => {
      const ids = readFileSync(SCENES, 'utf8').match(/(?<=clipgt-)[0-9a-f-]{36}/g) ?? [];
      expect(ids.length).toBe(913 + 1606);
      expect(ids.every(isOnEvaluationList)).toBe(true);
    });
  });
});
