import { describe, expect, it } from 'vitest';
import { DrivesweepError, shardsOfDrive } from '@drivesweep/contracts';
import type {
  Drive,
  DriveReader,
  FrameDecoder,
  OpenDriveOptions,
  Policy,
  PolicyInput,
  PolicySample,
  PredictionRow,
  Shard,
} from '@drivesweep/contracts';
import { buildSpec } from '@drivesweep/testkit';
import { BatchLimits } from '../batch-limits.ts';
import type { EngineSweep } from '../protocol.ts';
import { Engine } from './engine.ts';
import { PolicyShelf } from './policy-shelf.ts';

const STEP_US = 100_000;
const SWEEP = buildSpec({ historySteps: 4, horizonSteps: 2, stepUs: STEP_US });

function driveOf(poses: number): Drive {
  const zeros = new Float64Array(poses);
  const tUs = Float64Array.from({ length: poses }, (_, i) => i * STEP_US);
  const frameTimesUs = tUs;
  return {
    driveId: 'd',
    egomotion: {
      tUs,
      xM: tUs.map((t) => (10 * t) / 1e6),
      yM: zeros,
      zM: zeros,
      qx: zeros,
      qy: zeros,
      qz: zeros,
      qw: new Float64Array(poses).fill(1),
    },
    span: { firstUs: 0, lastUs: (poses - 1) * STEP_US },
    cameras: [{ name: 'front', frameTimesUs, media: { kind: 'jpeg-frames', keys: [] } }],
    obstacles: null,
    egoBox: null,
    facts: { country: 'DE' },
  };
}

const shardOf = (...t0Us: number[]): Shard => {
  const [shard] = shardsOfDrive({ driveId: 'd', t0Us, verdict: null }, 0);
  if (!shard) throw new Error('no shard');
  return shard;
};

/** One pixel per frame, whose value is the index of the frame. */
const decoder: FrameDecoder = {
  async *decode({ frameIndices }) {
    for (const frameIndex of frameIndices) {
      await Promise.resolve();
      yield { frameIndex, pixels: Uint8Array.of(frameIndex) };
    }
  },
};

function sampleAt(x: number): PolicySample {
  const values = (value: number) => new Float64Array(2).fill(value);
  return {
    x: values(x),
    y: values(0),
    z: values(0),
    yaw: values(0),
    accel: null,
    curvature: null,
    trace: null,
    tokenIds: null,
    logprobs: null,
    topTokens: null,
    finishReason: null,
    probability: null,
  };
}

interface Setup {
  readonly open?: DriveReader['openDrive'];
  readonly infer?: (batch: readonly PolicyInput[]) => Promise<PolicySample[][]>;
  readonly maxBatch?: number;
  readonly horizonSteps?: number;
  readonly navigation?: boolean;
}

/** x of an answer is the sum of the window's pixels: it looks at the frame at t0 and at the one before. */
function engineWith(setup: Setup = {}): Engine {
  const { open, infer, maxBatch = 2, horizonSteps = 2, navigation = false } = setup;
  const policy: Policy = {
    ref: SWEEP.policy,
    needs: {
      cameras: {
        names: ['front'],
        offsetsUs: [-STEP_US, 0],
        format: { height: 1, width: 1, colour: 'grey', resize: 'area' },
      },
      historySteps: 4,
      horizonSteps,
      stepUs: STEP_US,
      samples: [1],
      maxBatch,
      navigation,
    },
    provider: 'cpu',
    infer:
      infer ??
      ((batch) =>
        Promise.resolve(
          batch.map(({ frames }) => [sampleAt(frames?.reduce((a, b) => a + b) ?? NaN)]),
        )),
    close: () => Promise.resolve(),
  };
  const reader: DriveReader = {
    describe: () => Promise.reject(new Error('not asked')),
    listDrives: () => {
      throw new Error('not asked');
    },
    readSpan: () => Promise.reject(new Error('not asked')),
    openDrive: open ?? (() => Promise.resolve(driveOf(20))),
  };
  return new Engine({
    policies: new PolicyShelf(() => Promise.resolve(policy), 1),
    openDataset: () => ({ reader, decoder }),
    nowMs: () => performance.now(),
    readyBytes: Infinity,
    limits: new BatchLimits(),
    onOutOfMemory: () => 'go-on',
  });
}

async function compute(
  engine: Engine,
  shard: Shard,
  signal = new AbortController().signal,
  sweep: EngineSweep = SWEEP,
) {
  let answered = 0;
  const computed = await engine.compute(sweep, shard, signal, () => void (answered += 1));
  return { ...computed, answered };
}

const answerOf = (row: PredictionRow) => (row.status === 'ok' ? row.samples[0]?.x[0] : row.code);

describe('Engine', () => {
  it('answers every window from its own frames, in the order of the shard', async () => {
    const { rows, answered } = await compute(
      engineWith(),
      shardOf(300_000, 400_000, 500_000, 600_000, 700_000),
    );
    expect(rows.map(answerOf)).toEqual([2 + 3, 3 + 4, 4 + 5, 5 + 6, 6 + 7]);
    expect(rows[0]).toMatchObject({ windowId: 'd@300000', facts: { country: 'DE' } });
    expect(answered).toBe(5);
  });

  it('asks for obstacles, and hands them on with the size of the vehicle', async () => {
    const asked: OpenDriveOptions[] = [];
    const egoBox = { lengthM: 4.8, widthM: 2.1, rearAxleToCentreM: 1.4 };
    const open = (_: string, options: OpenDriveOptions) => {
      asked.push(options);
      return Promise.resolve({ ...driveOf(20), obstacles: [], egoBox });
    };
    const { rows } = await compute(engineWith({ open }), shardOf(300_000));
    expect(asked).toEqual([{ cameras: ['front'], obstacles: true }]);
    expect(rows).toMatchObject([{ status: 'ok', obstacles: [], egoBox }]);
  });

  it('gives the same batches whatever else is computed at the same time', async () => {
    const batchesOf = async (company: Shard[]) => {
      const batches: string[] = [];
      const engine = engineWith({
        infer: (batch) => {
          batches.push(batch.map(({ windowId }) => windowId).join('+'));
          return Promise.resolve(batch.map(() => [sampleAt(0)]));
        },
      });
      const shards = [...company, shardOf(300_000, 400_000, 500_000)];
      await Promise.all(shards.map((shard) => compute(engine, shard)));
      return batches.filter((batch) => /d@[345]00000/.test(batch)).sort();
    };
    const alone = await batchesOf([]);
    expect(alone).toEqual(['d@300000+d@400000', 'd@500000']);
    expect(await batchesOf([shardOf(600_000)])).toEqual(alone);
  });

  it('turns a window outside the drive into a row and answers the others', async () => {
    const { rows } = await compute(engineWith(), shardOf(0, 300_000));
    expect(rows.map(answerOf)).toEqual(['WINDOW_OUTSIDE_DRIVE', 5]);
  });

  it('turns a drive that cannot be opened into rows', async () => {
    const open = () => Promise.reject(new DrivesweepError('DRIVE_UNREADABLE', 'zip cut off'));
    const { rows, answered } = await compute(engineWith({ open }), shardOf(0, 300_000));
    expect(rows.map(answerOf)).toEqual(['DRIVE_UNREADABLE', 'DRIVE_UNREADABLE']);
    expect(answered).toBe(2);
  });

  it('fails the shard, not its windows, when the store is down', async () => {
    const open = () => Promise.reject(new DrivesweepError('STORE_UNAVAILABLE', 'down'));
    await expect(compute(engineWith({ open }), shardOf(0))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
  });

  it('opens nothing for a shard that was refused when it was planned', async () => {
    const open = () => Promise.reject(new Error('opened'));
    const verdict = {
      status: 'skipped',
      code: 'DRIVE_MARKED_INVALID',
      message: 'invalid',
    } as const;
    const { rows } = await compute(engineWith({ open }), { ...shardOf(1, 2), verdict });
    expect(rows).toMatchObject([
      { windowId: 'd@1', status: 'skipped', code: 'DRIVE_MARKED_INVALID' },
      { windowId: 'd@2', status: 'skipped', code: 'DRIVE_MARKED_INVALID' },
    ]);
  });

  it('believes no answer that is not finite, and only that one', async () => {
    const infer = (batch: readonly PolicyInput[]) =>
      Promise.resolve(
        batch.map(({ windowId }) => [sampleAt(windowId === 'd@400000' ? Infinity : 1)]),
      );
    const { rows } = await compute(engineWith({ infer }), shardOf(300_000, 400_000));
    expect(rows.map(answerOf)).toEqual([1, 'POLICY_OUTPUT_NOT_FINITE']);
  });

  it('believes no answer of another length', async () => {
    const short = { ...sampleAt(0), yaw: new Float64Array(1) };
    const infer = (batch: readonly PolicyInput[]) => Promise.resolve(batch.map(() => [short]));
    const { rows } = await compute(engineWith({ infer }), shardOf(300_000));
    expect(rows.map(answerOf)).toEqual(['POLICY_OUTPUT_SHAPE']);
  });

  it('stops decoding when the runtime fails', async () => {
    let runs = 0;
    const infer = () => {
      runs += 1;
      return Promise.reject(new DrivesweepError('POLICY_RUN_FAILED', 'out of memory'));
    };
    const t0s = Array.from({ length: 12 }, (_, i) => 300_000 + i * STEP_US);
    await expect(
      compute(engineWith({ infer, maxBatch: 1 }), shardOf(...t0s)),
    ).rejects.toMatchObject({ code: 'POLICY_RUN_FAILED' });
    expect(runs).toBeLessThan(6);
  });

  it('stops at a window boundary when it is told to, and says why', async () => {
    const abort = new AbortController();
    const reason = new DrivesweepError('CANCELLED', 'the sweep was cancelled');
    let runs = 0;
    const infer = (batch: readonly PolicyInput[]) => {
      runs += 1;
      if (runs === 2) abort.abort(reason);
      return Promise.resolve(batch.map(() => [sampleAt(0)]));
    };
    const t0s = Array.from({ length: 12 }, (_, i) => 300_000 + i * STEP_US);
    const answer = compute(engineWith({ infer, maxBatch: 1 }), shardOf(...t0s), abort.signal);
    await expect(answer).rejects.toBe(reason);
    expect(runs).toBeLessThan(6);
  });

  it('refuses a sweep that the policy cannot answer', async () => {
    await expect(compute(engineWith({ horizonSteps: 64 }), shardOf(300_000))).rejects.toMatchObject(
      { code: 'SWEEP_FILE_INVALID' },
    );
  });

  it('gives the same rows when the device runs out of memory on the way', async () => {
    const shard = shardOf(...Array.from({ length: 11 }, (_, i) => 300_000 + i * STEP_US));
    const answer = (batch: readonly PolicyInput[]) =>
      batch.map(({ frames }) => [sampleAt(frames?.reduce((a, b) => a + b) ?? NaN)]);
    const sizes: number[] = [];
    const small = engineWith({
      maxBatch: 4,
      infer: async (batch) => {
        sizes.push(batch.length);
        await Promise.resolve();
        if (batch.length > 2) throw new DrivesweepError('POLICY_OUT_OF_MEMORY', 'BFCArena');
        return answer(batch);
      },
    });
    const whole = engineWith({ maxBatch: 4, infer: (batch) => Promise.resolve(answer(batch)) });
    const { rows } = await compute(small, shard);
    expect(rows).toEqual((await compute(whole, shard)).rows);
    // Nothing larger than the limit is tried again, for no shard.
    await compute(small, shard);
    expect(sizes.filter((size) => size > 2)).toEqual([4]);
  });

  it('makes an error row of a window that does not fit into memory alone', async () => {
    const infer = (batch: readonly PolicyInput[]) =>
      batch.some(({ windowId }) => windowId === 'd@400000')
        ? Promise.reject(new DrivesweepError('POLICY_OUT_OF_MEMORY', 'bad_alloc'))
        : Promise.resolve(batch.map(() => [sampleAt(1)]));
    const { rows } = await compute(
      engineWith({ infer }),
      shardOf(300_000, 400_000, 500_000, 600_000),
    );
    expect(rows.map(answerOf)).toEqual([1, 'POLICY_OUT_OF_MEMORY', 1, 1]);
  });

  it('tells each window where to go: its own text, else that of the sweep', async () => {
    const told: (string | null | undefined)[] = [];
    const infer = (batch: readonly PolicyInput[]) => {
      told.push(...batch.map(({ navigation }) => navigation));
      return Promise.resolve(batch.map(() => [sampleAt(0)]));
    };
    const signal = new AbortController().signal;
    const shard = { ...shardOf(300_000, 400_000), navigation: [null, 'turn left'] };
    const engine = engineWith({ infer, navigation: true });
    await compute(engine, shard, signal, { ...SWEEP, navigation: 'go on' });
    await compute(engine, shardOf(300_000));
    expect(told).toEqual(['go on', 'turn left', null]);
    for (const refused of [
      compute(engineWith(), shard),
      compute(engineWith(), shardOf(300_000), signal, { ...SWEEP, navigation: 'go on' }),
    ]) {
      await expect(refused).rejects.toMatchObject({ code: 'SWEEP_FILE_INVALID' });
    }
  });

  it('says where the time of each window went, and what it holds', async () => {
    const engine = engineWith();
    const { realtime } = await compute(engine, shardOf(300_000, 400_000, 500_000));
    const { stages, latencies, memory } = engine.takeReadings();
    const times = (stage: string) => stages.filter((one) => one.stage === stage).length;
    expect(['decode', 'assemble', 'queue', 'infer'].map(times)).toEqual([3, 3, 3, 2]);
    expect(latencies.map(({ batch }) => batch)).toEqual(['many', 'many', 'one']);
    expect(realtime).toEqual({
      one: { inside: 1, outside: 0 },
      many: { inside: 2, outside: 0 },
    });
    expect(memory).toEqual({ frames: 0, ready: 0, running: 0 });
  });
});
