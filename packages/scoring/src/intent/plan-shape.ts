import { rounded } from './figures.ts';
import type { ActionSpan, PathMotion } from './path-motion.ts';
import type { Verdict } from './verdict.ts';

/** Plans that end farther apart are different plans. */
export const OTHER_PLAN_ABOVE_M = 5;

/** What makes two plans the same: their meta-actions in order, and where they end. */
export interface PlanShape extends Pick<PathMotion, 'longitudinal' | 'lateral'> {
  readonly finalX: number;
  readonly finalY: number;
}

/** Whether two plans have the same meta-actions in the same order and end near each other. */
export function isSamePlan(a: PlanShape, b: PlanShape): boolean {
  return (
    areSame(a.longitudinal, b.longitudinal) &&
    areSame(a.lateral, b.lateral) &&
    apartM(a, b) <= OTHER_PLAN_ABOVE_M
  );
}

/** How two plans differ, for a person. */
export function planFigures(a: PlanShape, b: PlanShape): Verdict['figures'] {
  return {
    finalApartM: rounded(apartM(a, b)),
    actions: actionsText(a),
    otherActions: actionsText(b),
  };
}

function apartM(a: PlanShape, b: PlanShape): number {
  const dx = a.finalX - b.finalX;
  const dy = a.finalY - b.finalY;
  return Math.sqrt(dx * dx + dy * dy);
}

function areSame<Action>(
  a: readonly ActionSpan<Action>[],
  b: readonly ActionSpan<Action>[],
): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i]?.action !== b[i]?.action) return false;
  return true;
}

/** Names of the meta-actions of both axes, each in the order of time. */
function actionsText({ longitudinal, lateral }: PlanShape): string {
  const names = (spans: PlanShape['longitudinal'] | PlanShape['lateral']): string =>
    spans.map(({ action }) => action).join(' ');
  return [names(longitudinal), '/', names(lateral)].filter((text) => text !== '').join(' ');
}
