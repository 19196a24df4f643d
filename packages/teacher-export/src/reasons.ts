import type { TeacherMetaAction, TeacherReasons } from '@drivesweep/contracts';
import { createSampleReasonsReader } from '@drivesweep/scoring';
import type { SampleReasons, ScoringParameters, WindowToScore } from '@drivesweep/scoring';

/** Reads the reasons of one window, once for all its samples; the result gives those of one sample. */
export type WindowReasons = (sample: number) => TeacherReasons;

export type ReasonsReader = (window: WindowToScore) => WindowReasons;

const NONE: TeacherReasons = { decisions: [], causes: [], metaActions: [], verdicts: [] };

/** Decisions, causes, verdicts and meta-actions, as scores judge them. The reader throws ScoringError. */
export function createReasonsReader(parameters: ScoringParameters): ReasonsReader {
  const read = createSampleReasonsReader(parameters);
  return (window) => {
    const samples = read(window);
    return (sample) => {
      const reasons = samples[sample];
      return reasons === undefined ? NONE : teacherReasons(reasons);
    };
  };
}

function teacherReasons({ parsed, plan, verdicts }: SampleReasons): TeacherReasons {
  return {
    decisions: (parsed?.decisions ?? []).map(({ axis, decision, direction, span }) => {
      const { start, end } = span;
      return { axis, decision, direction, start, end };
    }),
    causes: (parsed?.causes ?? []).map(({ category, object, place, motion, span }) => {
      const { start, end } = span;
      return { category, object, place, motion, start, end };
    }),
    metaActions: metaActionsOf(plan),
    verdicts,
  };
}

function metaActionsOf(plan: SampleReasons['plan']): TeacherMetaAction[] {
  const actions: TeacherMetaAction[] = [];
  for (const axis of ['longitudinal', 'lateral'] as const) {
    for (const { action, startS, endS } of plan[axis]) actions.push({ axis, action, startS, endS });
  }
  return actions;
}
