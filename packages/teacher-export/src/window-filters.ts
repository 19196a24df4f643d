import { SAMPLE_COLUMNS } from '@drivesweep/contracts';
import type { SampleColumn } from '@drivesweep/contracts';
import { createSampleReasonsReader } from '@drivesweep/scoring';
import type { ScoringParameters, VerdictOutline } from '@drivesweep/scoring';
import type { AnsweredSample, AnsweredWindow } from './answered-window.ts';
import { isKept, isWindowKept, keptSamples, newFate, removeSample, removeWindow } from './fate.ts';
import type { Fate } from './fate.ts';
import type { FilterName } from './filter-names.ts';
import { consensusErrors, pathError } from './path-error.ts';
import type { Recipe, Requirement } from './recipe.ts';

/** Says what becomes of the samples of one window, looking at that window only. */
export type WindowFilter = (window: AnsweredWindow) => Fate;

/**
 * Prepares the filters of a recipe that look at one window at a time, in the order of `FILTERS`. Costly ones come after
 * cheap ones: reasons are judged only where a sample is left.
 */
export function createWindowFilter(
  { filters, exclude }: Recipe,
  parameters: ScoringParameters,
  alsoExcluded: (driveId: string) => boolean,
): WindowFilter {
  const excluded = new Set(exclude.drives);
  const { horizonSteps } = parameters;
  const readReasons = createSampleReasonsReader(parameters);
  const { complete, feasible, error_to_recorded: bounds, best, agreement } = filters;
  const judgesReasons = filters.no_chain_breaks === true || agreement !== undefined;

  return (window) => {
    const fate = newFate(window.samples.length);
    const keepIf = (filter: FilterName, holds: (sample: AnsweredSample, k: number) => boolean) => {
      window.samples.forEach((sample, k) => {
        if (isKept(fate, k) && !holds(sample, k)) removeSample(fate, k, filter);
      });
    };
    if (excluded.has(window.driveId) || alsoExcluded(window.driveId)) {
      removeWindow(fate, 'not_excluded');
    }
    if (complete) {
      keepIf('complete', (sample) => isComplete(sample, complete.require, complete.finished));
    }
    if (feasible) {
      const { max_accel_mps2: accel, max_curvature_per_m: curvature } = feasible;
      keepIf(
        'feasible',
        (sample) => isWithin(sample.accel, accel) && isWithin(sample.curvature, curvature),
      );
    }
    if (bounds) {
      const { max_ade_m: ade = Infinity, max_fde_m: fde = Infinity } = bounds;
      keepIf('error_to_recorded', (sample) => {
        const { adeM, fdeM } = pathError(sample, window.future, horizonSteps);
        return adeM <= ade && fdeM <= fde;
      });
    }
    if (judgesReasons && isWindowKept(fate)) {
      const reasons = readReasons(window.whole());
      const verdicts = (k: number): readonly VerdictOutline[] => reasons[k]?.verdicts ?? [];
      if (filters.no_chain_breaks === true) {
        keepIf('no_chain_breaks', (_, k) => !verdicts(k).some(isBroken));
      }
      if (agreement !== undefined) {
        keepIf('agreement', (_, k) => agrees(verdicts(k), agreement));
      }
    }
    if (best && isWindowKept(fate)) {
      const chosen = bestSamples(window, fate, best, horizonSteps);
      keepIf('best', (_, k) => chosen.has(k));
    }
    return fate;
  };
}

/** What the filters of a recipe look at, so that nothing else needs to be read. */
export interface LookedAt {
  readonly samples: readonly SampleColumn[];
  /** Reasons are judged: history, obstacles and whole paths are looked at, too. */
  readonly whole: boolean;
}

const COLUMNS_OF: Readonly<Record<Requirement, readonly SampleColumn[]>> = {
  trace: ['trace'],
  tokens: ['token_ids'],
  logprobs: ['token_ids', 'logprobs'],
  top_k: ['token_ids', 'top_k', 'top_token_ids', 'top_logprobs'],
  actions: ['accel', 'curvature'],
};

export function lookedAt({ filters }: Recipe): LookedAt {
  const { complete, feasible, error_to_recorded: bounds, best, near_duplicates: near } = filters;
  const whole = filters.no_chain_breaks === true || filters.agreement !== undefined;
  const columns = new Set<SampleColumn>([
    ...(complete?.require ?? []).flatMap((name) => COLUMNS_OF[name]),
    ...(complete?.finished === true ? (['finish_reason'] as const) : []),
    ...(feasible ? (['accel', 'curvature'] as const) : []),
    ...((bounds ?? best ?? near) ? (['x', 'y'] as const) : []),
    ...(near ? (['trace'] as const) : []),
    ...(whole ? (['x', 'y', 'z', 'yaw', 'trace'] as const) : []),
  ]);
  return { samples: SAMPLE_COLUMNS.filter((name) => columns.has(name)), whole };
}

function isComplete(
  sample: AnsweredSample,
  required: readonly Requirement[],
  finished: boolean,
): boolean {
  if (finished && sample.finishReason === 'truncated') return false;
  return required.every((name) => has(sample, name));
}

/** Does a sample hold this field? An empty trace says nothing, and is none. */
export function has(sample: AnsweredSample, name: Requirement): boolean {
  switch (name) {
    case 'trace':
      return sample.trace !== null && sample.trace.trim() !== '';
    case 'tokens':
      return sample.tokens !== null && sample.tokens > 0;
    case 'logprobs':
      return sample.logprobs !== null && sample.logprobs > 0 && sample.logprobs === sample.tokens;
    case 'top_k':
      return sample.topK !== null && sample.tokens !== null && sample.tokens > 0;
    case 'actions':
      return sample.accel !== null && sample.curvature !== null;
  }
}

/** Null is not out of bounds: `complete` with `require: [actions]` is there for that. */
function isWithin(values: ArrayLike<number> | null, bound: number): boolean {
  if (values === null) return true;
  for (let t = 0; t < values.length; t++) {
    if (!(Math.abs(values[t] ?? NaN) <= bound)) return false;
  }
  return true;
}

const isBroken = ({ outcome }: VerdictOutline) => outcome === 'broken';

/**
 * Verdicts of the rules `plan.*` hold a stated decision against the plan of the same sample. `supported` needs one that
 * is supported and none that is contradicted.
 */
function agrees(
  verdicts: readonly VerdictOutline[],
  wanted: 'not_contradicted' | 'supported',
): boolean {
  const ofPlan = verdicts.filter(({ rule }) => rule.startsWith('plan.'));
  if (ofPlan.some(({ outcome }) => outcome === 'contradicted')) return false;
  return wanted === 'not_contradicted' || ofPlan.some(({ outcome }) => outcome === 'supported');
}

/** Of samples that are as good, the first. Consensus is with all K, also with those that were removed. */
function bestSamples(
  { samples, future }: AnsweredWindow,
  fate: Fate,
  { by, keep }: NonNullable<Recipe['filters']['best']>,
  steps: number,
): ReadonlySet<number> {
  const errors =
    by === 'recorded'
      ? samples.map((sample) => pathError(sample, future, steps).adeM)
      : consensusErrors(samples, steps);
  const ranked = keptSamples(fate).sort((a, b) => (errors[a] ?? 0) - (errors[b] ?? 0) || a - b);
  return new Set(ranked.slice(0, keep));
}
