import { describe, expect, it } from 'vitest';
import type { PredictionRow } from '@drivesweep/contracts';
import { decodePredictionPart } from './prediction-part.ts';
import { encodePredictionStream } from './prediction-stream.ts';
import { failedRow, METADATA, okRow } from './test-rows.ts';

async function written(groups: Iterable<readonly PredictionRow[]>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of encodePredictionStream(groups, METADATA)) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('encodePredictionStream', () => {
  it('writes the rows of all groups into one part', async () => {
    const groups = [[okRow('w0', 6), failedRow('w1')], [failedRow('w2')], [okRow('w3', 1)]];
    const part = decodePredictionPart(await written(groups));
    expect(part).toEqual({ metadata: METADATA, rows: groups.flat() });
  });

  it('writes a part without rows when there is no group', async () => {
    expect(decodePredictionPart(await written([])).rows).toEqual([]);
  });

  it('fails when its groups fail, instead of ending the part early', async () => {
    function* failing() {
      yield [okRow('w0', 1)];
      throw new Error('the store went away');
    }
    await expect(written(failing())).rejects.toThrow('the store went away');
  });

  it('fails when the first group fails', async () => {
    const unwritable = {
      ...okRow('w0', 0),
      future: { ...okRow('w0', 0).history, yaw: new Float64Array() },
    };
    await expect(written([[unwritable]])).rejects.toThrow(/future has lists of unequal length/);
  });

  it('stops its groups when nobody reads on', async () => {
    let stopped = false;
    function* groups() {
      try {
        for (;;) yield Array.from({ length: 20_000 }, (_, i) => failedRow(`w${i}`));
      } finally {
        stopped = true;
      }
    }
    for await (const piece of encodePredictionStream(groups(), METADATA)) {
      if (piece.length > 0) break;
    }
    expect(stopped).toBe(true);
  });
});
