import { DrivesweepError } from '@drivesweep/contracts';

/**
 * Ctrl-C and its relatives.
 *
 *   listening --first signal--> stopping (`signal` is aborted; the command tidies up)
 *   stopping --second signal--> `atOnce` runs and the process ends with exit code 1
 */
export interface Interrupts {
  readonly signal: AbortSignal;
  /** What the second signal does before the process ends. */
  atOnce: () => void;
  /** Back to what the signals did before. */
  release(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function listenForInterrupts(say: (text: string) => void, advice: string): Interrupts {
  const controller = new AbortController();
  const interrupts: Interrupts = {
    signal: controller.signal,
    atOnce: () => undefined,
    release: () => SIGNALS.forEach((name) => process.off(name, onSignal)),
  };
  function onSignal(): void {
    if (controller.signal.aborted) {
      interrupts.atOnce();
      process.exit(1);
    }
    say(`stopping; once more to stop at once (${advice})`);
    controller.abort(new DrivesweepError('CANCELLED', 'stopped by a signal', { hint: advice }));
  }
  SIGNALS.forEach((name) => process.on(name, onSignal));
  return interrupts;
}
