// Randomness that a seed decides.

/** Whole numbers from 0 to below n, by mulberry32 (public domain, T. Ettinger): the same for the same seed everywhere. */
export function createRandom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n) => Math.floor(next() * n);
  return { below, pick: (list) => list[below(list.length)] };
}

/** One number from a seed, a name and an index, so that each case can be made again by itself. */
export function seedOf(seed, name, index) {
  let hash = 2166136261 ^ seed;
  for (const char of `${name} ${index}`) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619);
  return hash >>> 0;
}
