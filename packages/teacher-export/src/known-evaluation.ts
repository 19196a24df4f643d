import { sha256Hex } from '@drivesweep/contracts';
import { KNOWN_EVALUATION_IDS } from './known-evaluation-ids.ts';

/** Hex digits of one fingerprint. */
const DIGITS = 16;

/** Public lists of drives that Alpamayo is evaluated on: closed-loop scenes and open-loop sets. */
export const KNOWN_EVALUATION_LISTS: readonly {
  readonly name: string;
  readonly source: string;
  readonly drives: number;
}[] = KNOWN_EVALUATION_IDS;

let known: ReadonlySet<string> | undefined;

/** Does a drive stand on one of them? By a fingerprint of 64 bits: a false alarm has a chance of 1 in 10^15. */
export function isOnEvaluationList(driveId: string): boolean {
  known ??= new Set(
    KNOWN_EVALUATION_IDS.flatMap(({ fingerprints }) => fingerprintsIn(fingerprints)),
  );
  return known.has(sha256Hex(driveId).slice(0, DIGITS));
}

function fingerprintsIn(text: string): string[] {
  return Array.from({ length: text.length / DIGITS }, (_, i) =>
    text.slice(i * DIGITS, (i + 1) * DIGITS),
  );
}
