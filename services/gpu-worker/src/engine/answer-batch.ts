import { DrivesweepError } from '@drivesweep/contracts';
import type { PolicyInput, PolicySample } from '@drivesweep/contracts';

/** A window that waits for its samples. */
export interface Question {
  readonly input: PolicyInput;
  resolve(samples: readonly PolicySample[]): void;
  reject(error: Error): void;
}

export interface BatchTools<Q extends Question> {
  /** Runs the policy over some windows, of which there is at least one. */
  readonly ask: (questions: readonly Q[]) => Promise<readonly (readonly PolicySample[])[]>;
  /**
   * So many windows at a time, 2 or more, were too many. Returns how many to try now; null when this process must not
   * try again: then what is open stays open, for the process that comes after it.
   */
  readonly shrink: (windows: number, error: DrivesweepError) => number | null;
}

/*
 * Answers every window of a batch, or tells it why not. Never throws.
 *
 *   ASKED(n)  -> answered
 *             -> out of memory, n > 1         -> ASKED in parts of what `shrink` allows, in order; or left open
 *             -> a window's fault, n > 1      -> ASKED(1) each: one bad window never costs another its answer
 *             -> a window's fault, n = 1      -> that window is refused; out of memory is its own fault then
 *             -> anything else                -> all n are refused
 */
export async function answerBatch<Q extends Question>(
  batch: readonly Q[],
  { ask, shrink }: BatchTools<Q>,
): Promise<void> {
  const open: (readonly Q[])[] = [batch];
  for (let part = open.shift(); part; part = open.shift()) {
    try {
      const answers = await ask(part);
      part.forEach((question, i) => question.resolve(answers[i] ?? []));
    } catch (thrown) {
      const error =
        thrown instanceof Error ? thrown : new DrivesweepError('INTERNAL', String(thrown));
      const ofWindows = error instanceof DrivesweepError && error.kind === 'window';
      if (!ofWindows || part.length === 1) {
        for (const question of part) question.reject(error);
        continue;
      }
      const outOfMemory = error.code === 'POLICY_OUT_OF_MEMORY';
      const next = outOfMemory ? shrink(part.length, error) : 1;
      if (next === null) return;
      open.unshift(...cut(part, next));
    }
  }
}

function cut<Q>(questions: readonly Q[], atMost: number): Q[][] {
  const parts: Q[][] = [];
  for (let from = 0; from < questions.length; from += atMost) {
    parts.push(questions.slice(from, from + atMost));
  }
  return parts;
}
