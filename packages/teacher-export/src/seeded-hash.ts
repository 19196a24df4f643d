/**
 * A number in [0, 1) from a seed and a text: FNV-1a of both, 32 bits, mixed by the finaliser of MurmurHash3 (Austin
 * Appleby, public domain) because FNV alone leaves similar texts near each other. Decides splits and caps, so it may
 * never change.
 */
export function unitOf(seed: number, text: string): number {
  let hash = 0x811c9dc5;
  const salted = `${seed}\n${text}`;
  for (let i = 0; i < salted.length; i++) {
    hash = Math.imul(hash ^ salted.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
