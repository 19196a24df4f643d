import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { wholeNumber } from './config.ts';
import { describeSettings } from './settings.ts';

describe('describeSettings', () => {
  it('says of each variable whether it must be set, and what holds when it is not', () => {
    const schema = z.object({
      STORE: z.string().describe('Where sweeps are'),
      PORT: wholeNumber({ min: 0, max: 9 }).default(0).describe('Port'),
      TOKEN: z.string().optional(),
    });
    expect(describeSettings(schema)).toEqual([
      { name: 'STORE', required: true, fallback: null, description: 'Where sweeps are' },
      { name: 'PORT', required: false, fallback: '0', description: 'Port' },
      { name: 'TOKEN', required: false, fallback: null, description: '' },
    ]);
  });
});
