import { addRealtime, DrivesweepError, NO_REALTIME, windowIdOf } from '@drivesweep/contracts';
import type { PredictionRow, Shard } from '@drivesweep/contracts';
import type { ShardComputer } from './handle-prediction-job.ts';
import type { ShardAnswer } from './protocol.ts';

/** More deaths than this under one shard are no longer about one window of it: the policy itself does not work. */
const MAX_DEATHS = 32;
/** Times that a window must kill an engine that holds nothing else before it is believed of it. */
const TRIES = 2;

/*
 * Finds the windows that kill the engine: a native fault, or memory that the operating system will not give.
 *
 *   WHOLE   the shard as it is, TRIES times: the first death may have been somebody else's doing
 *      | answered -> its rows
 *      | died     -> HALVES
 *   HALVES  each half by itself, once; then halves of the half that died, down to one window
 *   WINDOW  one window, TRIES times
 *      | answered -> its row
 *      | died     -> MARKED: a row with status error and POLICY_CRASHED
 *   any, more than MAX_DEATHS deaths -> the shard fails with ENGINE_CRASHED, and nothing is marked
 *
 * One bad window of 128 costs ten engines. An engine that cannot start, or that was killed because it made no progress,
 * is another error and is not looked for here: halving a shard that hangs would cost its deadline each time.
 */
export function steppingOver(
  computer: ShardComputer,
  onMarked: (windowId: string, shardId: string) => void,
): ShardComputer {
  return {
    async compute(sweep, shard, signal) {
      let deaths = 0;
      const compute = async (part: Shard): Promise<ShardAnswer | null> => {
        const tries = part === shard || part.t0Us.length === 1 ? TRIES : 1;
        for (let tried = 1; ; tried += 1) {
          try {
            return await computer.compute(sweep, part, signal);
          } catch (thrown) {
            if (!isCrash(thrown) || ++deaths > MAX_DEATHS) throw thrown;
            if (tried === tries) return null;
          }
        }
      };
      const search = async (part: Shard): Promise<ShardAnswer> => {
        const answer = await compute(part);
        if (answer !== null) return answer;
        if (part.t0Us.length === 1) return marked(part);
        const half = Math.ceil(part.t0Us.length / 2);
        const left = await search(cut(part, 0, half));
        const right = await search(cut(part, half));
        return joined(left, right);
      };
      const answer = await search(shard);
      for (const { windowId } of answer.rows.filter(isMarked)) onMarked(windowId, shard.shardId);
      return withFacts(answer);
    },
  };
}

function isCrash(thrown: unknown): boolean {
  return thrown instanceof DrivesweepError && thrown.code === 'ENGINE_CRASHED';
}

function cut(shard: Shard, from: number, to?: number): Shard {
  const { navigation } = shard;
  return {
    ...shard,
    t0Us: shard.t0Us.slice(from, to),
    ...(navigation ? { navigation: navigation.slice(from, to) } : {}),
  };
}

/** Nothing is known of its drive yet: see withFacts. */
function marked({ driveId, t0Us: [t0Us = null] }: Shard): ShardAnswer {
  const windowId = windowIdOf(driveId, t0Us);
  const message = `the engine died each of the ${TRIES} times that it had only window ${windowId}`;
  const row = {
    windowId,
    driveId,
    t0Us,
    facts: {},
    status: 'error',
    code: 'POLICY_CRASHED',
  } as const;
  return { rows: [{ ...row, message }], provider: 'none', software: {}, realtime: NO_REALTIME };
}

/** What the engine says of itself is taken from a half that it answered. */
function joined(left: ShardAnswer, right: ShardAnswer): ShardAnswer {
  const { provider, software } = left.provider === 'none' ? right : left;
  const realtime = addRealtime(left.realtime, right.realtime);
  return { rows: [...left.rows, ...right.rows], provider, software, realtime };
}

/** A shard is of one drive, so a window that is marked has the facts of those beside it. */
function withFacts(answer: ShardAnswer): ShardAnswer {
  const facts = answer.rows.find((row) => !isMarked(row))?.facts;
  const filled = (row: PredictionRow): PredictionRow =>
    isMarked(row) && facts ? { ...row, facts } : row;
  return { ...answer, rows: answer.rows.map(filled) };
}

function isMarked(row: PredictionRow): boolean {
  return row.status === 'error' && row.code === 'POLICY_CRASHED';
}
