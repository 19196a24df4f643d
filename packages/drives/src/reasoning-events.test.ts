import { buildParquet, MemoryObjectStore } from '@drivesweep/testkit';
import { describe, expect, it } from 'vitest';
import { readReasoningEvents } from './reasoning-events.ts';

function storeOf(events: readonly string[]): MemoryObjectStore {
  const store = new MemoryObjectStore();
  const values = <T>(value: T) => events.map(() => value);
  const bytes = buildParquet([
    { name: 'clip_id', type: 'string', values: events.map((_, i) => `drive-${i}`) },
    { name: 'event_cluster', type: 'string', values: values('OTHER_LONGTAIL') },
    { name: 'events', type: 'string', values: events },
    { name: 'split', type: 'string', values: values('val') },
  ]);
  store.objects.set('reasoning/ood_reasoning.parquet', bytes);
  return store;
}

describe('reasoning events', () => {
  it('carry their trace under coc or under cot', async () => {
    const events = await readReasoningEvents(
      storeOf([
        '[{"event_start_timestamp": 5100000, "coc": "Stop for the light."}]',
        '[{"event_start_timestamp": 1.5e6, "cot": "Nudge left."}, {"coc": "Go."}]',
      ]),
    );
    expect(events).toEqual([
      {
        driveId: 'drive-0',
        startUs: 5_100_000,
        trace: 'Stop for the light.',
        cluster: 'OTHER_LONGTAIL',
        split: 'val',
      },
      expect.objectContaining({ driveId: 'drive-1', startUs: 1_500_000, trace: 'Nudge left.' }),
      expect.objectContaining({ driveId: 'drive-1', startUs: null, trace: 'Go.' }),
    ]);
  });

  it('may have no start, which Python writes as NaN', async () => {
    const text = '[{"event_start_timestamp": NaN, "coc": "It says: NaN, and goes on."}]';
    const [event] = await readReasoningEvents(storeOf([text]));
    expect(event).toMatchObject({ startUs: null, trace: 'It says: NaN, and goes on.' });
  });

  it.each([
    ['[{"text": "x"}]', 'event 0 of drive-0 has a text neither under coc nor under cot: text'],
    ['[{"coc": "  "}]', 'event 0 of drive-0 has a text neither under coc nor under cot: coc'],
    ['{"coc": "x"}', 'events of drive-0 are not a list'],
    ['[7]', 'event 0 of drive-0 is not an object'],
    ['[{"coc"', 'events of drive-0 are not JSON'],
  ])('%s are refused', async (events, problem) => {
    await expect(readReasoningEvents(storeOf([events]))).rejects.toMatchObject({
      code: 'DATASET_INVALID',
      message: `reasoning/ood_reasoning.parquet: ${problem}`,
    });
  });

  it('that a dataset does not have are not an empty list', async () => {
    await expect(readReasoningEvents(new MemoryObjectStore())).rejects.toMatchObject({
      code: 'DATASET_INVALID',
    });
  });
});
