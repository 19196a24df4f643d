import { LATERAL_ACTIONS, LONGITUDINAL_ACTIONS } from './meta-actions.ts';
import type { LateralAction, LongitudinalAction } from './meta-actions.ts';
import type { MetaSegment, MetaSegments } from './meta-segments.ts';

/** A meta-action over whole steps. */
export interface MetaTag {
  readonly action: LongitudinalAction | LateralAction;
  readonly start: number;
  readonly end: number;
}

/**
 * Tags of a path in the order of the open autolabeler: by action, then by time. Bounds are whole steps, halves rounded
 * to even; lateral actions end where the vehicle stops.
 * Source: NVlabs/alpamayo-coc-autolabeler@288ac28:src/meta_action/data_structures/ego_meta_action_wrapper.py.
 */
export function metaTags({ longitudinal, lateral }: MetaSegments): MetaTag[] {
  const stops = longitudinal
    .filter(({ action }) => action === 'Stop')
    .map(tagOf)
    .filter(isLong);
  return [
    ...LONGITUDINAL_ACTIONS.flatMap((name) =>
      longitudinal.filter(({ action }) => action === name).map(tagOf),
    ),
    ...LATERAL_ACTIONS.flatMap((name) =>
      lateral
        .filter(({ action }) => action === name)
        .map(tagOf)
        .flatMap((tag) => outside(tag, stops)),
    ),
  ].filter(isLong);
}

/** As the autolabeler writes a tag of the vehicle itself: `StopTemporal(ego at 31-63)`. */
export function tagText({ action, start, end }: MetaTag): string {
  return `${action}Temporal(ego at ${start}-${end})`;
}

/** The listing that the autolabeler shows to its language model: actions in the order in which they first begin. */
export function metaActionText(tags: readonly MetaTag[]): string {
  const sorted = [...tags].sort(
    (a, b) => a.start - b.start || (a.action < b.action ? -1 : a.action > b.action ? 1 : 0),
  );
  const grouped = new Map<string, MetaTag[]>();
  for (const tag of sorted) grouped.set(tag.action, [...(grouped.get(tag.action) ?? []), tag]);
  return [...grouped.values()]
    .flat()
    .map(({ action, start, end }) => `  ${action} - Agent:<ego>, Start:${start}, End:${end}\n`)
    .join('');
}

function tagOf<Action extends LongitudinalAction | LateralAction>({
  action,
  startStep,
  steps,
}: MetaSegment<Action>): MetaTag {
  return { action, start: roundHalfEven(startStep), end: roundHalfEven(startStep + steps) };
}

function isLong({ start, end }: MetaTag): boolean {
  return end > start;
}

/** What is left of a tag outside the stops, which are in order and do not overlap. */
function outside(tag: MetaTag, stops: readonly MetaTag[]): MetaTag[] {
  const left: MetaTag[] = [];
  let { start } = tag;
  for (const stop of stops) {
    if (stop.end <= start || stop.start >= tag.end) continue;
    left.push({ ...tag, start, end: stop.start });
    start = stop.end;
  }
  return [...left, { ...tag, start }];
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const over = value - floor;
  if (over !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
