import { parseArgs } from 'node:util';
import { asDrivesweepError, DrivesweepError, EXPORT_STAGES } from '@drivesweep/contracts';
import type { ExportStage } from '@drivesweep/contracts';
import { openObjectStore, s3OptionsFromEnv } from '@drivesweep/object-store';
import { apiErrorOf } from '@drivesweep/service-kit';
import type { Environment } from '@drivesweep/service-kit';
import { doTask, tasksOf } from './export-stage.ts';
import { openExport } from './open-export.ts';

/**
 * `export --out URI --stage STAGE [--share I/N]`: does the tasks of one stage of a prepared export, every N-th from the
 * I-th on (counted from 0), and prints one line of JSON per task (`stage`, `task`, `of`, `windows`), or an ApiError.
 * Returns the exit code: 0 or 1.
 */
export async function exportOnce(args: readonly string[], env: Environment): Promise<number> {
  try {
    const { out, stage, share } = exportArguments(args);
    const open = await openExport(openStore(out, env), (uri) => openStore(uri, env));
    const of = await tasksOf(open, stage);
    for (let task = share.first; task < of; task += share.every) {
      print({ stage, task, of, windows: await doTask(open, stage, task) });
    }
    return 0;
  } catch (thrown) {
    print(apiErrorOf(asDrivesweepError(thrown)));
    return 1;
  }
}

function openStore(uri: string, env: Environment) {
  return openObjectStore(uri, { s3: s3OptionsFromEnv(env) });
}

interface ExportArguments {
  readonly out: string;
  readonly stage: ExportStage;
  readonly share: { readonly first: number; readonly every: number };
}

function exportArguments(args: readonly string[]): ExportArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      out: { type: 'string' },
      stage: { type: 'string' },
      share: { type: 'string', default: '0/1' },
    },
  });
  const stage = EXPORT_STAGES.find((one) => one === values.stage);
  const [, first, every] = /^(\d+)\/([1-9]\d*)$/.exec(values.share) ?? [];
  if (values.out === undefined || stage === undefined || every === undefined) {
    throw new DrivesweepError(
      'USAGE',
      `export: expected --out URI --stage ${EXPORT_STAGES.join('|')} [--share I/N]`,
    );
  }
  return { out: values.out, stage, share: { first: Number(first), every: Number(every) } };
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
