import { expect, it } from 'vitest';
import { lightColourAt } from './traffic-light.ts';

it('shows the colour of the last phase that has begun', () => {
  const light = {
    ...{ stopLineM: 50, mastM: 70 },
    phases: [
      { fromS: -Infinity, colour: 'green' },
      { fromS: 4, colour: 'amber' },
      { fromS: 6.5, colour: 'red' },
    ],
  } as const;
  expect([-2, 3.99, 4, 6.49, 6.5, 20].map((tS) => lightColourAt(light, tS))).toEqual([
    ...['green', 'green', 'amber', 'amber', 'red', 'red'],
  ]);
});
