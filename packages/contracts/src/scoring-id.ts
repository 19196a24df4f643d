import { canonicalJson, sha256Hex } from './hashing.ts';

/** Scoring ids: `sc-` and the first 16 hex digits of a hash. No colon: they stand in job ids. */
export const SCORING_ID = /^sc-[0-9a-f]{16}$/;

/**
 * The id of a scoring: a hash of everything that decides what its numbers are, so that scores made by another version
 * of the metrics, another K or another horizon lie beside each other and never mix.
 * @param description what `scoringDescription` of @drivesweep/scoring says for the sweep's K, horizon and step
 */
export function scoringIdOf(description: object): string {
  return `sc-${sha256Hex(canonicalJson(description)).slice(0, 16)}`;
}
