/** The windows of one shard that wait for the policy, as far as choosing a batch goes. */
export interface Waiting<T> {
  readonly items: T[];
  /** No more windows of this shard will come. */
  readonly ended: boolean;
  readonly maxBatch: number;
  /** Lanes of the same text may share a batch; null when a batch holds windows of one shard only. */
  readonly mixes: string | null;
}

/** Windows of the lanes that are run together. */
export interface Batch<L, T> {
  readonly parts: readonly { readonly lane: L; readonly items: T[] }[];
}

/**
 * Takes the next batch out of the lanes, oldest shard first; null when none is due.
 *
 * A batch is due when it is full, or when its shard has no more windows to come. A batch of a policy whose answers may
 * depend on what else is in the batch holds the same windows whenever, wherever and after whatever the shard is computed:
 * the answerable ones of one shard, in order, `maxBatch` at a time.
 */
export function takeNextBatch<T, L extends Waiting<T>>(lanes: readonly L[]): Batch<L, T> | null {
  for (const [position, lane] of lanes.entries()) {
    const partners =
      lane.mixes === null
        ? [lane]
        : lanes.slice(position).filter((other) => other.mixes === lane.mixes);
    const ready = partners.reduce((sum, { items }) => sum + items.length, 0);
    const due = lane.items.length > 0 && (lane.ended || ready >= lane.maxBatch);
    if (due) return take(partners, lane.maxBatch);
  }
  return null;
}

function take<T, L extends Waiting<T>>(lanes: readonly L[], atMost: number): Batch<L, T> {
  let room = atMost;
  const parts = lanes.map((lane) => {
    const items = lane.items.splice(0, room);
    room -= items.length;
    return { lane, items };
  });
  return { parts: parts.filter(({ items }) => items.length > 0) };
}
