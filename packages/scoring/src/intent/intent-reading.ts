import type { DirectedWindow } from '../directed-window.ts';
import type { ScoringParameters } from '../window.ts';
import type { RecordedMotion } from './chain-breaks.ts';
import { judgeChain, laterCause } from './chain-breaks.ts';
import { groundCause, isGroundable } from './grounding.ts';
import { readPast } from './past-motion.ts';
import { createMotionReader } from './path-motion.ts';
import type { PathMotion } from './path-motion.ts';
import type { PlanShape } from './plan-shape.ts';
import type { ReadTrace } from './read-trace.ts';
import { roadLineOf } from './road-line.ts';
import { seeObjects } from './seen-objects.ts';
import type { SeenScene } from './seen-objects.ts';
import { judgeText } from './text-quality.ts';
import { readTraces } from './trace-reading.ts';
import type { Verdict } from './verdict.ts';

/**
 * A window as its intent is judged from: every trace and every path read once, for the metrics and for the verdicts that
 * people see, so that the two cannot disagree.
 */
export interface IntentReading {
  /** By sample; undefined when no sample has a trace. */
  readonly traces: readonly (ReadTrace | null)[] | undefined;
  /** By sample. */
  readonly plans: readonly PathMotion[];
  readonly future: PathMotion;
  /** By sample, for telling plans from each other. */
  planShapes(): readonly PlanShape[];
  /** Worked out when a trace first says something about the past. */
  recorded(): RecordedMotion;
  /** Whether the drive has labels of obstacles. */
  readonly isLabelled: boolean;
  /** Undefined when the drive has no labels of obstacles; worked out when a trace first names an object. */
  scene(): SeenScene | undefined;
}

export type IntentReader = (window: DirectedWindow) => IntentReading;

/** Prepared once per sweep. */
export function createIntentReader(parameters: ScoringParameters): IntentReader {
  const { horizonSteps: steps, stepS } = parameters;
  const motions = createMotionReader(parameters);
  return (window) => {
    const { history, future: path, samples, obstacles, v0Mps } = window;
    motions.begin(history);
    const future = motions.read(path);
    const recordedPath = { path, motion: future };
    const plans = samples.map((sample) => motions.read(sample, recordedPath));
    return {
      traces: readTraces(samples),
      plans,
      future,
      planShapes: () =>
        plans.map((plan, k) => ({
          longitudinal: plan.longitudinal,
          lateral: plan.lateral,
          finalX: samples[k]?.x[steps - 1] ?? NaN,
          finalY: samples[k]?.y[steps - 1] ?? NaN,
        })),
      recorded: once(() => ({
        past: readPast(history, v0Mps, stepS),
        future: { path, steps, stepS },
      })),
      isLabelled: obstacles !== undefined,
      scene: once(
        () => obstacles && seeObjects(obstacles, roadLineOf(history, path, steps), history, stepS),
      ),
    };
  };
}

/**
 * What one trace is judged by besides its decisions: text, chain and objects, in this order.
 * @param withUnlabelled also the verdicts on objects that only say that the drive has no labels; scores skip them
 */
export function judgeReasons(
  trace: ReadTrace,
  reading: IntentReading,
  { withUnlabelled = true }: { readonly withUnlabelled?: boolean } = {},
): Verdict[] {
  const verdicts = judgeText(trace);
  if (trace.parsed.remarks.length > 0) verdicts.push(...judgeChain(trace, reading.recorded()));
  if (!reading.isLabelled && !withUnlabelled) return verdicts;
  for (const cause of trace.parsed.causes) {
    if (!isGroundable(cause)) continue;
    const grounded = groundCause(cause, trace.sample, reading.scene());
    verdicts.push(grounded);
    const broken = laterCause(grounded);
    if (broken !== undefined) verdicts.push(broken);
  }
  return verdicts;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
