import type { SampleToScore } from '../window.ts';
import { parseTrace } from './parse-trace.ts';
import type { ReadTrace } from './read-trace.ts';

/**
 * The traces of a window by sample; null where a sample has none. An empty trace is a trace that says nothing.
 * Undefined when no sample has a trace: the policy states no reasons. Each wording is read once in a window. Nothing is
 * remembered from window to window: reading takes two microseconds, and a memory costs the policies whose traces differ.
 */
export function readTraces(
  samples: readonly SampleToScore[],
): readonly (ReadTrace | null)[] | undefined {
  const read: (ReadTrace | null)[] = [];
  for (const { trace } of samples) {
    if (typeof trace !== 'string') {
      read.push(null);
      continue;
    }
    const same = read.find((other) => other?.text === trace);
    read.push({ sample: read.length, text: trace, parsed: same?.parsed ?? parseTrace(trace) });
  }
  return read.some((trace) => trace !== null) ? read : undefined;
}
