/**
 * SCORING_PARAMETERS  parameters that no window can be scored with
 * SCORING_SHAPE       fewer samples, steps or values than the parameters say
 * SCORING_NOT_FINITE  a number that is NaN or infinite
 * SCORING_RANGE       a number that cannot be what it is said to be: a probability above 1, a box without length
 */
export type ScoringErrorCode =
  'SCORING_PARAMETERS' | 'SCORING_SHAPE' | 'SCORING_NOT_FINITE' | 'SCORING_RANGE';

/** Input that must not become a number. The message names the field, for example `samples[3].x[12] is NaN`. */
export class ScoringError extends Error {
  override readonly name = 'ScoringError';
  readonly code: ScoringErrorCode;

  constructor(code: ScoringErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
