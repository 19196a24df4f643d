// Runs the cases that main.mjs asks for, one after the other, in a process that may hang, crash or grow.
import { asDrivesweepError } from '@drivesweep/contracts';
import { mutate } from './mutate.mjs';
import { createRandom, seedOf } from './random.mjs';
import { READERS } from './readers.mjs';

/** A reader that broke something inside shows it on the next good file. */
const GOOD_FILE_EVERY = 20;

const [name, seed, first, last] = process.argv
  .slice(2)
  .map((word, i) => (i === 0 ? word : Number(word)));
const { seeds, read, text } = READERS[name];
const goods = await seeds();
for (const good of goods) await read(Buffer.from(good));

/** What came of one file: null, the code of a refusal, or what is wrong with the reader. */
async function outcomeOf(bytes) {
  try {
    await read(bytes);
    return { outcome: 'read' };
  } catch (thrown) {
    const { code } = asDrivesweepError(thrown);
    if (code !== 'INTERNAL') return { outcome: 'refused' };
    return { outcome: 'fault', why: thrown?.stack ?? String(thrown) };
  }
}

const say = (message) => new Promise((resolve) => process.send(message, resolve));

await say({ kind: 'ready' });
for (let index = first; index < last; index++) {
  const random = createRandom(seedOf(seed, name, index));
  const result = await outcomeOf(mutate(random.pick(goods), random, text));
  if (index % GOOD_FILE_EVERY === 0 && result.outcome !== 'fault') {
    const after = await outcomeOf(Buffer.from(goods[0]));
    if (after.outcome !== 'read')
      Object.assign(result, {
        outcome: 'fault',
        why: `a good file is not read any more: ${after.why ?? after.outcome}`,
      });
    globalThis.gc?.();
  }
  await say({ kind: 'done', index, ...result });
}
process.disconnect();
