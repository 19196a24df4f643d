import { asDrivesweepError } from '@drivesweep/contracts';

const INTERNAL_HINT = 'this is a fault of drivesweep; set DRIVESWEEP_DEBUG=1 to see where it was';

/**
 * An error as a person reads it: `error[CODE]: message`, then `hint: ...`. A stack only when `debug` is set.
 */
export function formatError(thrown: unknown, debug: boolean): string {
  const error = asDrivesweepError(thrown);
  const lines = [`error[${error.code}]: ${error.message}`];
  const hint = error.hint ?? (error.code === 'INTERNAL' ? INTERNAL_HINT : undefined);
  if (hint !== undefined) lines.push(`hint: ${hint}`);
  if (debug) lines.push(...stacksOf(error));
  return lines.join('\n');
}

function stacksOf(error: Error): string[] {
  const stacks: string[] = [];
  for (let next: unknown = error; next instanceof Error; next = next.cause) {
    stacks.push(next.stack ?? next.message);
  }
  return stacks;
}
