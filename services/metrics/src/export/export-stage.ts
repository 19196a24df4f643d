import { randomUUID } from 'node:crypto';
import { DrivesweepError } from '@drivesweep/contracts';
import type { ExportStage } from '@drivesweep/contracts';
import { finishExport } from './finish-export.ts';
import type { OpenExport } from './open-export.ts';
import { planExport, readPlan } from './plan-export.ts';
import { survey, surveyTasks } from './survey.ts';
import { writeShard } from './write-shard.ts';

/*
 *   survey 0..n  -> plan -> shard 0..m -> finish
 *
 * Tasks of a stage need nothing of each other and may run anywhere, twice, or again; a stage needs the one before it to
 * be whole. What is committed is not done again, so an export that was interrupted goes on when it is asked for again.
 */

/** How many tasks a stage has. Errors: INTERNAL for `shard` before the plan is made. */
export async function tasksOf(open: OpenExport, stage: ExportStage): Promise<number> {
  if (stage === 'survey') return surveyTasks(open);
  return stage === 'shard' ? (await requirePlan(open)).shards.length : 1;
}

/** Does one task of a stage, unless that is done; returns how many windows it was about. */
export async function doTask(
  open: OpenExport,
  stage: ExportStage,
  task: number,
  attempt = 1,
): Promise<number> {
  const who = { attempt, nonce: randomUUID(), now: () => new Date() };
  switch (stage) {
    case 'survey':
      return (await survey(open, task, who)).rows.expected;
    case 'plan':
      return (await planExport(open)).tallies.keptWindows;
    case 'shard':
      return (await writeShard(open, await requirePlan(open), task, who)).rows.expected;
    case 'finish': {
      const plan = await requirePlan(open);
      await finishExport(open, plan);
      return plan.tallies.keptWindows;
    }
  }
}

async function requirePlan(open: OpenExport) {
  const plan = await readPlan(open);
  if (plan) return plan;
  throw new DrivesweepError('INTERNAL', `export ${open.spec.exportId} has no plan yet`);
}
