import { canonicalJson, sha256Hex } from '@drivesweep/contracts';

/** One object of a dataset: its size always, its content where a number of a sweep hangs on it and it is small. */
export interface FingerprintedObject {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string | null;
}

/** SHA-256 over names, sizes and hashes, whatever the order in which the store told them. */
export function fingerprintOf(objects: Iterable<FingerprintedObject>): string {
  const sorted = [...objects].sort((a, b) => (a.name < b.name ? -1 : 1));
  const lines = sorted.map(({ name, bytes, sha256 }) => canonicalJson([name, bytes, sha256]));
  return sha256Hex(`${lines.join('\n')}\n`);
}
