// Which variables each service reads, from its own code. Works on the compiled packages: npm run build first.
import { S3_SETTINGS } from '@drivesweep/object-store';

/** Read by libraries below us and not by our schemas: the AWS SDK's own chain of credentials, and Node. */
const OF_LIBRARIES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_REGION',
  'NODE_ENV',
  'NODE_OPTIONS',
  'LD_LIBRARY_PATH',
  'NVIDIA_VISIBLE_DEVICES',
  'NVIDIA_DRIVER_CAPABILITIES',
  'TMPDIR',
];

/** The services, by the folder that they lie in. */
export const SERVICES = ['coordinator', 'gpu-worker', 'metrics'];

/** What one service reads: `{name, required, fallback, description}` of each variable. */
export async function settingsOf(service) {
  const { SETTINGS } = await import(`@drivesweep/${service}`);
  return SETTINGS;
}

/** What is wrong with the environment of a service, or null: its own check at start. */
export async function settingsChecker(service) {
  const { readConfig, readServiceConfig, readWorkerConfig } = await import(
    `@drivesweep/${service}`
  );
  const read = readConfig ?? readServiceConfig ?? readWorkerConfig;
  return (environment) => {
    try {
      read(environment);
      return null;
    } catch (thrown) {
      return thrown.message;
    }
  };
}

/** Every name that may stand in the environment of a service. */
export async function namesReadBy(service) {
  const settings = await settingsOf(service);
  return new Set([
    ...settings.map(({ name }) => name),
    ...Object.keys(S3_SETTINGS),
    ...OF_LIBRARIES,
  ]);
}
