import { z } from 'zod';
import {
  apiEnv,
  describeSettings,
  httpEnv,
  loadConfig,
  logEnv,
  queueEnv,
  queueTimingEnv,
  rootsEnv,
  storeEnv,
  wholeNumber,
} from '@drivesweep/service-kit';
import type { Environment } from '@drivesweep/service-kit';

const schema = z.object({
  ...storeEnv,
  ...queueEnv,
  ...queueTimingEnv,
  ...httpEnv,
  ...apiEnv,
  ...rootsEnv,
  ...logEnv,
  DRIVESWEEP_JOBS_PER_WORKER: wholeNumber({ min: 1, max: 1000 })
    .default(4)
    .describe('Jobs in Redis per worker, waiting ones and the one at work together'),
  DRIVESWEEP_DEADLINE_S: wholeNumber({ min: 1, max: 31_536_000 })
    .default(3600)
    .describe('In how many seconds running sweeps should end: decides how many workers are wanted'),
});

/** What this service reads from its environment. */
export const SETTINGS = describeSettings(schema);

/** Settings of the coordinator. Throws CONFIG_INVALID with every mistake. */
export function readConfig(env: Environment): z.output<typeof schema> {
  return loadConfig(schema, env);
}
