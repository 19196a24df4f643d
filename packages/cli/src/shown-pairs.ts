import { DrivesweepError, windowIdOf } from '@drivesweep/contracts';
import type {
  ComparisonDocument,
  ManifestEntry,
  ObjectStore,
  OkPrediction,
} from '@drivesweep/contracts';
import { readPart } from '@drivesweep/object-store';
import { decodePredictionPart } from '@drivesweep/parquet-io';
import type { PairToShow, WindowToShow } from '@drivesweep/report';
import { judgeWindow } from '@drivesweep/scoring';
import { manifestEntries, planShards, readSealedSweep } from './sealed-sweep.ts';
import type { SealedSweep } from './sealed-sweep.ts';

/** Of either end: enough to see what happened, few enough for a page that can be sent. */
const PAIRS_PER_END = 4;

/**
 * The windows that B lost and won most, lost ones first, as both sweeps answered them. Reads the parts that hold them, one at a
 * time. Errors: PART_CORRUPT, SCHEMA_UNSUPPORTED, STORE_*.
 */
export async function pairsToShow(
  store: ObjectStore,
  { a, b, primary, metrics, lost, gained }: ComparisonDocument,
): Promise<PairToShow[]> {
  const windows = [...lost.slice(0, PAIRS_PER_END), ...gained.slice(0, PAIRS_PER_END)];
  const wanted = new Set(windows.map(({ windowId }) => windowId));
  const unit = metrics[0]?.unit ?? '';
  const ofA = await readAnswers(store, await readSealedSweep(store, a.id), wanted);
  const ofB = await readAnswers(store, await readSealedSweep(store, b.id), wanted);
  return windows.map(({ windowId, a: valueA, b: valueB }) => ({
    a: { ...ofA(windowId), values: [{ id: primary, unit, value: valueA }] },
    b: { ...ofB(windowId), values: [{ id: primary, unit, value: valueB }] },
  }));
}

type Answer = Omit<WindowToShow, 'values'>;

/** What a sweep answered to these windows, by id. */
async function readAnswers(
  store: ObjectStore,
  sweep: SealedSweep,
  wanted: ReadonlySet<string>,
): Promise<(windowId: string) => Answer> {
  const answers = new Map<string, Answer>();
  const { sweepId } = sweep.spec;
  const shardIds = await shardsThatHold(store, sweepId, wanted);
  for await (const { shardId, part } of manifestEntries(store, sweep.manifest)) {
    if (part === null || !shardIds.has(shardId)) continue;
    for (const row of await okRows(store, part)) {
      if (wanted.has(row.windowId)) answers.set(row.windowId, answerOf(row, sweep));
    }
  }
  return (windowId) => {
    const answer = answers.get(windowId);
    if (answer) return answer;
    throw new DrivesweepError(
      'PART_CORRUPT',
      `sweep ${sweepId}: window ${windowId} has scores and no prediction`,
    );
  };
}

async function shardsThatHold(
  store: ObjectStore,
  sweepId: string,
  wanted: ReadonlySet<string>,
): Promise<Set<string>> {
  const shardIds = new Set<string>();
  for await (const { shardId, driveId, t0Us } of planShards(store, sweepId)) {
    if (t0Us.some((t0) => wanted.has(windowIdOf(driveId, t0)))) shardIds.add(shardId);
  }
  return shardIds;
}

async function okRows(
  store: ObjectStore,
  part: NonNullable<ManifestEntry['part']>,
): Promise<OkPrediction[]> {
  const { rows } = decodePredictionPart(await readPart(store, part));
  return rows.filter((row) => row.status === 'ok');
}

function answerOf(row: OkPrediction, { spec }: SealedSweep): Answer {
  const { samples, horizonSteps, stepUs } = spec;
  const stepS = stepUs / 1e6;
  const { windowId, driveId, t0Us, facts, v0Mps, history, future, obstacles, egoBox } = row;
  const { traces, verdicts } = judgeWindow(
    { ...row, obstacles: obstacles ?? undefined, egoBox: egoBox ?? undefined },
    { samples, horizonSteps, stepS },
  );
  const parsedOf = new Map(traces.map(({ sample, parsed }) => [sample, parsed]));
  return {
    windowId,
    driveId,
    t0Us,
    facts,
    v0Mps,
    stepS,
    history,
    future,
    obstacles,
    egoBox,
    samples: row.samples.map((sample, k) => ({ ...sample, parsed: parsedOf.get(k) ?? null })),
    verdicts,
    picture: { kind: 'none', reason: 'a comparison shows paths, not pictures' },
  };
}
