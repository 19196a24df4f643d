import { parseArgs } from 'node:util';
import { asDrivesweepError, DrivesweepError } from '@drivesweep/contracts';
import { openObjectStore, s3OptionsFromEnv } from '@drivesweep/object-store';
import { apiErrorOf } from '@drivesweep/service-kit';
import type { Environment } from '@drivesweep/service-kit';
import { readOnceConfig } from './config.ts';
import { createReporter } from './report-scored.ts';
import { scoreAgain } from './score-again.ts';

const SAY_EVERY_SHARDS = 100;

/**
 * `score --sweep ID`: scores one sealed sweep again and prints one JSON object: what was done
 * (`sweepId`, `scoringId`, `equal`, `written`), or an ApiError. Returns the exit code: 0 or 1.
 */
export async function scoreOnce(args: readonly string[], env: Environment): Promise<number> {
  try {
    const sweepId = sweepArgument(args);
    const config = readOnceConfig(env);
    const store = openObjectStore(config.DRIVESWEEP_STORE, { s3: s3OptionsFromEnv(env) });
    const onShard = (done: number) => {
      if (done % SAY_EVERY_SHARDS === 0) process.stderr.write(`${done} shards scored\n`);
    };
    const report = createReporter(env, (_, failure) => {
      if (failure) process.stderr.write(`no report: ${failure.message} (${failure.code})\n`);
    });
    const { scorecard, equal, written } = await scoreAgain(store, sweepId, onShard, report);
    print({ sweepId, scoringId: scorecard.scoringId, equal, written });
    return 0;
  } catch (thrown) {
    print(apiErrorOf(asDrivesweepError(thrown)));
    return 1;
  }
}

function sweepArgument(args: readonly string[]): string {
  const { values } = parseArgs({ args: [...args], options: { sweep: { type: 'string' } } });
  if (values.sweep !== undefined) return values.sweep;
  throw new DrivesweepError('USAGE', 'score: --sweep ID is missing');
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
