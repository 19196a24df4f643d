import { describe, expect, it } from 'vitest';
import type { AnsweredSample } from './answered-window.ts';
import { keptSamples, windowRemovedBy } from './fate.ts';
import type { RecipeInput } from './recipe.ts';
import { recipeOf, sampleOf, STEP_S, STEPS, windowOf } from './test-windows.ts';
import { createWindowFilter, lookedAt } from './window-filters.ts';

const PARAMETERS = { horizonSteps: STEPS, stepS: STEP_S };

function fateOf(filters: RecipeInput['filters'], samples: readonly AnsweredSample[]) {
  const parameters = { ...PARAMETERS, samples: samples.length };
  return createWindowFilter(recipeOf({ filters }), parameters, () => false)(windowOf(samples));
}

describe('filters of one window', () => {
  it('keep everything when the recipe names none', () => {
    expect(keptSamples(fateOf({}, [sampleOf(0), sampleOf(9)]))).toEqual([0, 1]);
  });

  it('complete: wants the most likely tokens of a text that has some', () => {
    const telling = sampleOf(0, { tokens: 3, topK: 5 });
    const untold = sampleOf(0, { tokens: 3, topK: null });
    const empty = sampleOf(0, { tokens: 0, topK: 5 });
    const complete = { require: ['top_k' as const] };
    expect(keptSamples(fateOf({ complete }, [telling, untold, empty]))).toEqual([0]);
  });

  it('complete: wants every named field, and log-probabilities for every token', () => {
    const full = sampleOf(0, { trace: 'Stop.', tokens: 3, logprobs: 3 });
    const short = sampleOf(0, { trace: 'Stop.', tokens: 3, logprobs: 2 });
    const silent = sampleOf(0, { trace: ' ', tokens: 3, logprobs: 3 });
    const complete = { require: ['trace' as const, 'logprobs' as const] };
    expect(keptSamples(fateOf({ complete }, [full, short, silent]))).toEqual([0]);
  });

  it('complete: removes what was cut off, unless it is told not to', () => {
    const cut = sampleOf(0, { finishReason: 'truncated' });
    expect(keptSamples(fateOf({ complete: {} }, [cut, sampleOf(0)]))).toEqual([1]);
    expect(keptSamples(fateOf({ complete: { finished: false } }, [cut]))).toEqual([0]);
  });

  it('feasible: the bound itself is within, either way', () => {
    const accel = (value: number) =>
      sampleOf(0, { accel: new Float64Array(STEPS).fill(value, STEPS - 1) });
    const samples = [accel(4), accel(-4), accel(4.001), accel(NaN)];
    expect(keptSamples(fateOf({ feasible: { max_accel_mps2: 4 } }, samples))).toEqual([0, 1]);
  });

  it('error_to_recorded: mean and last distance, each by its own bound', () => {
    const late = sampleOf(0, { y: new Float64Array(STEPS).fill(4, STEPS - 1) });
    const samples = [sampleOf(1), sampleOf(2.5), late];
    expect(keptSamples(fateOf({ error_to_recorded: { max_ade_m: 2 } }, samples))).toEqual([0, 2]);
    expect(keptSamples(fateOf({ error_to_recorded: { max_fde_m: 3 } }, samples))).toEqual([0, 1]);
  });

  it('best by the recorded future: the nearest one, and the first of equals', () => {
    const best = { by: 'recorded' as const };
    expect(keptSamples(fateOf({ best }, [sampleOf(2), sampleOf(-1), sampleOf(1)]))).toEqual([1]);
  });

  it('best by consensus: the middle one, wherever the recorded future is', () => {
    const best = { by: 'consensus' as const, keep: 1 };
    expect(keptSamples(fateOf({ best }, [sampleOf(0), sampleOf(5), sampleOf(6)]))).toEqual([1]);
  });

  it('agreement: removes who says stop and drives on', () => {
    const stop = sampleOf(0, { trace: 'Stop because the traffic light is red' });
    const keep = sampleOf(0, { trace: 'Keep lane because the road ahead is clear' });
    const kept = keptSamples(fateOf({ agreement: 'not_contradicted' }, [stop, keep]));
    expect(kept).toEqual([1]);
  });

  it('agreement: supported wants a decision that the plan bears out', () => {
    const fate = fateOf({ agreement: 'supported' }, [sampleOf(0, { trace: 'Hello there' })]);
    expect(windowRemovedBy(fate)).toBe('agreement');
  });

  it('no_chain_breaks: removes a claim about a stop that never was', () => {
    const claim = sampleOf(0, { trace: 'The ego vehicle has stopped at the red light' });
    const fate = fateOf({ no_chain_breaks: true }, [claim, sampleOf(0)]);
    expect(keptSamples(fate)).toEqual([1]);
  });

  it('a window is removed by the filter that takes its last sample', () => {
    const cut = sampleOf(0, { finishReason: 'truncated' });
    const fate = fateOf({ complete: {}, error_to_recorded: { max_ade_m: 1 } }, [cut, sampleOf(3)]);
    expect(windowRemovedBy(fate)).toBe('error_to_recorded');
  });

  it('excluded drives go whole, from the recipe or from elsewhere', () => {
    const parameters = { ...PARAMETERS, samples: 1 };
    const listed = createWindowFilter(
      recipeOf({ exclude: { drives: ['drive'] } }),
      parameters,
      () => false,
    );
    const elsewhere = createWindowFilter(recipeOf(), parameters, (id) => id === 'drive');
    expect(windowRemovedBy(listed(windowOf([sampleOf(0)])))).toBe('not_excluded');
    expect(windowRemovedBy(elsewhere(windowOf([sampleOf(0)])))).toBe('not_excluded');
  });
});

describe('what filters look at', () => {
  const of = (filters: RecipeInput['filters']) => lookedAt(recipeOf({ filters }));

  it('is nothing of the samples when no filter is named', () => {
    expect(of({})).toEqual({ samples: [], whole: false });
  });

  it('is what a filter compares, each column once and in the order of the part', () => {
    const complete = { require: ['logprobs' as const, 'trace' as const] };
    const best = { by: 'consensus' as const };
    expect(of({ complete, best, error_to_recorded: { max_ade_m: 1 } }).samples).toEqual([
      'x',
      'y',
      'trace',
      'token_ids',
      'logprobs',
      'finish_reason',
    ]);
    expect(of({ complete: { finished: false }, feasible: {} }).samples).toEqual([
      'accel',
      'curvature',
    ]);
    expect(of({ near_duplicates: {} }).samples).toEqual(['x', 'y', 'trace']);
  });

  it('is everything that reasons are judged by when one looks at reasons', () => {
    const wanted = { samples: ['x', 'y', 'z', 'yaw', 'trace'], whole: true };
    expect(of({ agreement: 'supported' })).toEqual(wanted);
    expect(of({ no_chain_breaks: true })).toEqual(wanted);
  });
});
