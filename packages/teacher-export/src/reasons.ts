import type { TeacherMetaAction, TeacherReasons } from '@drivesweep/contracts';
import { createActionReader, createWindowJudge } from '@drivesweep/scoring';
import type { ScoringParameters, WindowToScore } from '@drivesweep/scoring';

/** Reads the reasons of one window, once for all its samples; the result gives those of one sample. */
export type WindowReasons = (sample: number) => TeacherReasons;

export type ReasonsReader = (window: WindowToScore) => WindowReasons;

/** Decisions, causes, verdicts and meta-actions, as scores judge them. The reader throws ScoringError. */
export function createReasonsReader(parameters: ScoringParameters): ReasonsReader {
  const judge = createWindowJudge(parameters);
  const actionsOf = createActionReader(parameters);
  return (window) => {
    const { traces, verdicts } = judge(window);
    return (sample) => {
      const parsed = traces.find((trace) => trace.sample === sample)?.parsed;
      const path = window.samples[sample];
      return {
        decisions: (parsed?.decisions ?? []).map(({ axis, decision, direction, span }) => ({
          ...{ axis, decision, direction },
          ...{ start: span.start, end: span.end },
        })),
        causes: (parsed?.causes ?? []).map(({ category, object, place, motion, span }) => ({
          ...{ category, object, place, motion },
          ...{ start: span.start, end: span.end },
        })),
        metaActions: path === undefined ? [] : metaActionsOf(actionsOf(window.history, path)),
        verdicts: verdicts
          .filter((verdict) => verdict.sample === sample)
          .map(({ rule, outcome }) => ({ rule, outcome })),
      };
    };
  };
}

function metaActionsOf(motion: ReturnType<ReturnType<typeof createActionReader>>) {
  return (['longitudinal', 'lateral'] as const).flatMap((axis) =>
    motion[axis].map(({ action, startS, endS }): TeacherMetaAction => ({
      axis,
      action,
      startS,
      endS,
    })),
  );
}
