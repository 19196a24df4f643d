import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { apiErrorSchema, DrivesweepError } from '@drivesweep/contracts';
import { ApiRefusal } from './coordinator-client.ts';
import { jsonOf } from './json-text.ts';

/**
 * Runs the metrics service once to score a sweep again: the same program that scores in the cluster, in a process of
 * its own. Its progress goes to standard error. Errors: those that it reports; INTERNAL when it dies.
 */
export async function runScoring(storeUri: string, sweepId: string): Promise<void> {
  const main = fileURLToPath(import.meta.resolve('@drivesweep/metrics/main'));
  const child = spawn(process.execPath, [main, 'score', '--sweep', sweepId], {
    env: { ...process.env, DRIVESWEEP_STORE: storeUri },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let answer = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (answer += text));
  const how = await new Promise<string | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve(code === 0 ? null : (signal ?? `exit code ${code ?? 'unknown'}`)),
    );
  });
  if (how === null) return;
  const refusal = apiErrorSchema.safeParse(jsonOf(answer));
  if (refusal.success) throw new ApiRefusal(refusal.data);
  throw new DrivesweepError('INTERNAL', `the metrics service ended with ${how}`);
}
