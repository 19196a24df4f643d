import type { SampleToScore } from '../window.ts';
import type { ReadTrace } from './read-trace.ts';
import type { ParsedTrace } from './trace.ts';

/**
 * The traces of a window by sample; null where a sample has none. An empty trace is a trace that says nothing.
 * Undefined when no sample has a trace: the policy states no reasons.
 * @param parse is asked once for each wording
 */
export function readTraces(
  samples: readonly SampleToScore[],
  parse: (trace: string) => ParsedTrace,
): readonly (ReadTrace | null)[] | undefined {
  const read: (ReadTrace | null)[] = [];
  for (const { trace } of samples) {
    if (typeof trace !== 'string') {
      read.push(null);
      continue;
    }
    const same = read.find((other) => other?.text === trace);
    read.push({ sample: read.length, text: trace, parsed: same?.parsed ?? parse(trace) });
  }
  return read.some((trace) => trace !== null) ? read : undefined;
}
