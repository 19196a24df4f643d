import type { ParsedTrace } from './trace.ts';

/** The trace of one sample, read. */
export interface ReadTrace {
  readonly sample: number;
  readonly text: string;
  /** Samples that say the same word for word share it. */
  readonly parsed: ParsedTrace;
}

/** Whether a trace states a decision, on either axis. */
export function isStated(trace: ReadTrace | null): trace is ReadTrace {
  return trace !== null && trace.parsed.decisions.length > 0;
}
