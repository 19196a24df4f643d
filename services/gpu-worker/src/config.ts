import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { PROVIDERS } from '@drivesweep/policy-onnx';
import {
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
  /** Names the worker in logs and commits; unique on a machine, because its scratch folder is named after it. */
  DRIVESWEEP_WORKER_ID: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,100}$/, 'expected letters, digits, ".", "_" or "-"')
    .default('worker'),
  DRIVESWEEP_PROVIDER: z
    .enum(PROVIDERS, { error: `expected one of ${PROVIDERS.join(', ')}` })
    .default('cpu'),
  DRIVESWEEP_DEVICE_ID: wholeNumber({ min: 0, max: 255 }).default(0),
  /** Threads inside one operator of a graph; as many as there are cores when it is not set. */
  DRIVESWEEP_ENGINE_THREADS: wholeNumber({ min: 1, max: 1024 }).optional(),
  /** Decoded windows that wait for the policy may take so many MiB, and one batch more. */
  DRIVESWEEP_ENGINE_READY_MIB: wholeNumber({ min: 1, max: 1_048_576 }).default(1024),
  DRIVESWEEP_FFMPEG: z.string().min(1).default('ffmpeg'),
  DRIVESWEEP_FFPROBE: z.string().min(1).default('ffprobe'),
  /** For copies of bundles and videos; needs room for one bundle and a few videos. */
  DRIVESWEEP_SCRATCH: z.string().min(1).default(join(tmpdir(), 'drivesweep')),
};

const workerSchema = z.object({
  ...storeEnv,
  ...queueEnv,
  ...queueTimingEnv,
  ...httpEnv,
  ...logEnv,
  ...engineEnv,
  /** The engine is killed when the shard that it has held longest makes no progress for so long. */
  DRIVESWEEP_ENGINE_DEADLINE_S: wholeNumber({ min: 1, max: 86_400 }).default(600),
});
const engineSchema = z.object(engineEnv);

export type WorkerConfig = z.output<typeof workerSchema>;

/** Settings of the worker. Throws CONFIG_INVALID with every mistake. */
export function readWorkerConfig(env: Environment): WorkerConfig {
  return loadConfig(workerSchema, env);
}

/** Settings of the engine process. */
export function readEngineConfig(env: Environment): z.output<typeof engineSchema> {
  return loadConfig(engineSchema, env);
}
