import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { PROVIDERS } from '@drivesweep/policy-onnx';
import {
  describeSettings,
  httpEnv,
  loadConfig,
  logEnv,
  queueEnv,
  rootsEnv,
  queueTimingEnv,
  storeEnv,
  wholeNumber,
} from '@drivesweep/service-kit';
import type { Environment } from '@drivesweep/service-kit';

/** What the engine reads; the worker hands its own environment on to it. */
const engineEnv = {
  ...rootsEnv,
  DRIVESWEEP_WORKER_ID: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,100}$/, 'expected letters, digits, ".", "_" or "-"')
    .default('worker')
    .describe(
      'Names the worker in logs and commits; unique on a machine, because its scratch folder is named after it',
    ),
  DRIVESWEEP_PROVIDER: z
    .enum(PROVIDERS, { error: `expected one of ${PROVIDERS.join(', ')}` })
    .default('cpu')
    .describe(`Execution provider: ${PROVIDERS.join(', ')}; nothing falls back to another`),
  DRIVESWEEP_DEVICE_ID: wholeNumber({ min: 0, max: 255 })
    .default(0)
    .describe('Which GPU, as the provider counts them'),
  DRIVESWEEP_ENGINE_THREADS: wholeNumber({ min: 1, max: 1024 })
    .optional()
    .describe(
      'Threads inside one operator of a graph; as many as there are cores when it is not set',
    ),
  DRIVESWEEP_ENGINE_READY_MIB: wholeNumber({ min: 1, max: 1_048_576 })
    .default(1024)
    .describe('MiB that decoded windows that wait for the policy may take, and one batch more'),
  DRIVESWEEP_FFMPEG: z.string().min(1).default('ffmpeg').describe('Program that decodes video'),
  DRIVESWEEP_FFPROBE: z.string().min(1).default('ffprobe').describe('Program that looks at video'),
  DRIVESWEEP_SCRATCH: z
    .string()
    .min(1)
    .default(join(tmpdir(), 'drivesweep'))
    .describe(
      'Folder for copies of bundles and videos; needs room for two bundles and a few videos',
    ),
  DRIVESWEEP_WARM_BUNDLE: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Policy bundle that is copied, hashed and run on its golden case before the worker is ready',
    ),
};

const workerSchema = z.object({
  ...storeEnv,
  ...queueEnv,
  ...queueTimingEnv,
  ...httpEnv,
  ...logEnv,
  ...engineEnv,
  DRIVESWEEP_ENGINE_DEADLINE_S: wholeNumber({ min: 1, max: 86_400 })
    .default(600)
    .describe(
      'The engine is killed when the shard that it has held longest makes no progress for so long',
    ),
  DRIVESWEEP_EXIT_IDLE_S: wholeNumber({ min: 1, max: 86_400 })
    .optional()
    .describe('The worker ends well after so long without a shard: for pools that give GPUs back'),
  DRIVESWEEP_ENGINE_START_S: wholeNumber({ min: 1, max: 86_400 })
    .default(60)
    .describe('The engine is killed when it is not ready after so long; a warm bundle needs more'),
});
const engineSchema = z.object(engineEnv);

export type WorkerConfig = z.output<typeof workerSchema>;

/** What this service reads from its environment. */
export const SETTINGS = describeSettings(workerSchema);

/** Settings of the worker. Throws CONFIG_INVALID with every mistake. */
export function readWorkerConfig(env: Environment): WorkerConfig {
  return loadConfig(workerSchema, env);
}

/** Settings of the engine process. */
export function readEngineConfig(env: Environment): z.output<typeof engineSchema> {
  return loadConfig(engineSchema, env);
}
