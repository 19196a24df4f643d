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
} from '@drivesweep/service-kit';
import type { Environment } from '@drivesweep/service-kit';

const serviceSchema = z.object({
  ...storeEnv,
  ...queueEnv,
  ...queueTimingEnv,
  ...httpEnv,
  ...apiEnv,
  ...rootsEnv,
  ...logEnv,
});
const onceSchema = z.object({ ...storeEnv });

/** What this service reads from its environment. */
export const SETTINGS = describeSettings(serviceSchema);

/** Settings of the service. Throws CONFIG_INVALID with every mistake. */
export function readServiceConfig(env: Environment): z.output<typeof serviceSchema> {
  return loadConfig(serviceSchema, env);
}

/** Settings of `score`, which needs neither Redis nor HTTP. */
export function readOnceConfig(env: Environment): z.output<typeof onceSchema> {
  return loadConfig(onceSchema, env);
}
