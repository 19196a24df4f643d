import { z } from 'zod';
import {
  httpEnv,
  loadConfig,
  logEnv,
  queueEnv,
  queueTimingEnv,
  storeEnv,
  wholeNumber,
} from '@drivesweep/service-kit';
import type { Environment } from '@drivesweep/service-kit';

const schema = z.object({
  ...storeEnv,
  ...queueEnv,
  ...queueTimingEnv,
  ...httpEnv,
  ...logEnv,
  DRIVESWEEP_JOBS_PER_WORKER: wholeNumber({ min: 1, max: 1000 }).default(4),
  DRIVESWEEP_DEADLINE_S: wholeNumber({ min: 1, max: 31_536_000 }).default(3600),
});

/** Settings of the coordinator. Throws CONFIG_INVALID with every mistake. */
export function readConfig(env: Environment): z.output<typeof schema> {
  return loadConfig(schema, env);
}
