import { describe, expect, it } from 'vitest';
import { DrivesweepError, NO_REALTIME, windowIdOf } from '@drivesweep/contracts';
import type { ErrorCode, PredictionRow, Shard } from '@drivesweep/contracts';
import { buildSpec } from '@drivesweep/testkit';
import type { ShardAnswer } from './protocol.ts';
import { steppingOver } from './step-over.ts';

const shard: Shard = {
  index: 0,
  shardId: 'a'.repeat(16),
  driveId: 'd',
  t0Us: Array.from({ length: 128 }, (_, i) => i),
  verdict: null,
};
const facts = { country: 'DE' };

function answer({ driveId, t0Us }: Shard): ShardAnswer {
  const rows = t0Us.map((t0): PredictionRow => {
    const windowId = windowIdOf(driveId, t0);
    return {
      windowId,
      driveId,
      t0Us: t0,
      facts,
      status: 'error',
      code: 'CAMERA_MISSING',
      message: '',
    };
  });
  return { rows, provider: 'cpu', software: { node: '20' }, realtime: NO_REALTIME };
}

/** An engine that dies of some windows, or of whatever it is given for the first `unlucky` times. */
function engine(deadly: readonly number[], unlucky = 0, code: ErrorCode = 'ENGINE_CRASHED') {
  const asked: number[] = [];
  const marked: string[] = [];
  const computer = steppingOver(
    {
      compute(_sweep, part) {
        asked.push(part.t0Us.length);
        const dies = asked.length <= unlucky || part.t0Us.some((t0) => deadly.includes(t0 ?? -1));
        return dies
          ? Promise.reject(new DrivesweepError(code, 'gone'))
          : Promise.resolve(answer(part));
      },
    },
    (windowId) => marked.push(windowId),
  );
  const compute = (of = shard) => computer.compute(buildSpec(), of, new AbortController().signal);
  return { asked, marked, compute };
}

const crashed = ({ rows }: ShardAnswer) =>
  rows
    .filter((row) => row.status === 'error' && row.code === 'POLICY_CRASHED')
    .map(({ t0Us }) => t0Us);

describe('a shard with a window that kills the engine', () => {
  it('is answered but for that window, in order, at the cost of ten engines', async () => {
    const { compute, marked, asked } = engine([77]);
    const found = await compute();
    expect(crashed(found)).toEqual([77]);
    expect(found.rows.map(({ t0Us }) => t0Us)).toEqual(shard.t0Us);
    expect(found).toMatchObject({ provider: 'cpu', software: { node: '20' } });
    expect(found.rows[77]).toMatchObject({ status: 'error', facts });
    expect(marked).toEqual(['d@77']);
    // Twice whole, halves of 64 to 2 once each, the window twice; the other half of each cut is answered.
    expect(asked.filter((windows) => windows === 128)).toHaveLength(2);
    expect(asked).toHaveLength(10 + 7);
  });

  it('may have two of them', async () => {
    expect(crashed(await engine([0, 127]).compute())).toEqual([0, 127]);
  });

  it('may be one window', async () => {
    const one = { ...shard, t0Us: [5] };
    expect(crashed(await engine([5]).compute(one))).toEqual([5]);
  });

  it('keeps the texts of its windows beside them', async () => {
    const navigation = shard.t0Us.map((t0) => `to ${t0 ?? ''}`);
    const seen: (string | null)[] = [];
    const computer = steppingOver(
      {
        compute(_sweep, part) {
          if (part.t0Us.length > 1)
            return Promise.reject(new DrivesweepError('ENGINE_CRASHED', ''));
          seen.push(part.navigation?.[0] ?? null);
          return Promise.resolve(answer(part));
        },
      },
      () => undefined,
    );
    const four = { ...shard, t0Us: [0, 1, 2, 3], navigation: navigation.slice(0, 4) };
    await computer.compute(buildSpec(), four, new AbortController().signal);
    expect(seen).toEqual(['to 0', 'to 1', 'to 2', 'to 3']);
  });
});

describe('nothing is marked', () => {
  it('when the engine was killed once from outside: the whole shard is computed again', async () => {
    const { compute, asked } = engine([], 1);
    expect(crashed(await compute())).toEqual([]);
    expect(asked).toEqual([128, 128]);
  });

  it('when every window kills it: that is the policy, and the shard fails', async () => {
    const { compute, marked } = engine(shard.t0Us.map((t0) => t0 ?? 0));
    await expect(compute()).rejects.toMatchObject({ code: 'ENGINE_CRASHED' });
    expect(marked).toEqual([]);
  });

  it.each(['ENGINE_DEADLINE', 'ENGINE_UNAVAILABLE', 'STORE_UNAVAILABLE'] as const)(
    'of %s',
    async (code) => {
      const { compute, asked } = engine([3], 0, code);
      await expect(compute()).rejects.toMatchObject({ code });
      expect(asked).toEqual([128]);
    },
  );
});
