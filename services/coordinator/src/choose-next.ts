/** A sweep that has shards to compute. */
export interface Contender {
  readonly sweepId: string;
  /** Windows that it is owed (positive) or has had in advance (negative), compared with an equal share. */
  readonly deficit: number;
  /** Its next shards, in the order in which it wants them. */
  readonly shards: readonly { readonly index: number; readonly windows: number }[];
}

export interface Choice {
  readonly picks: readonly { readonly sweepId: string; readonly index: number }[];
  /** The deficits to start from next time, of every contender. */
  readonly deficits: ReadonlyMap<string, number>;
}

/**
 * Chooses at most `capacity` shards, so that sweeps that run at the same time get the same number of windows, however
 * large their shards are: deficit round robin (Shreedhar and Varghese 1996) with windows in place of bytes. Each pick
 * goes to the sweep that is owed most; what it gets is owed to all in equal parts. Ties go to the first.
 * No sweep ever has more than one shard more than its share.
 */
export function chooseNext(contenders: readonly Contender[], capacity: number): Choice {
  const waiting = contenders.map(({ sweepId, deficit, shards }) => ({
    sweepId,
    deficit,
    shards,
    next: 0,
  }));
  const picks: { sweepId: string; index: number }[] = [];
  while (picks.length < capacity) {
    const hungry = waiting.filter((one) => one.next < one.shards.length);
    const first = hungry[0];
    if (!first) break;
    const chosen = hungry.reduce((most, one) => (one.deficit > most.deficit ? one : most), first);
    const shard = chosen.shards[chosen.next];
    if (!shard) break;
    chosen.next += 1;
    chosen.deficit -= shard.windows;
    for (const one of hungry) one.deficit += shard.windows / hungry.length;
    picks.push({ sweepId: chosen.sweepId, index: shard.index });
  }
  return { picks, deficits: new Map(waiting.map(({ sweepId, deficit }) => [sweepId, deficit])) };
}
