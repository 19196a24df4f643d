/** Keeps the `limit` items of highest rank; between equal ranks the one whose window id comes first. */
export interface TopWindows<T> {
  add(rank: number, windowId: string, item: () => T): void;
  /** Highest rank first. */
  items(): readonly T[];
}

interface Kept<T> {
  readonly rank: number;
  readonly windowId: string;
  readonly item: T;
}

/** Memory is that of `limit` items, and the order in which windows come does not show. */
export function createTopWindows<T>(limit: number): TopWindows<T> {
  const kept: Kept<T>[] = [];
  return {
    add(rank, windowId, item) {
      const behind = kept.findIndex((other) => comesBefore({ rank, windowId }, other));
      if (behind === -1 && kept.length >= limit) return;
      kept.splice(behind === -1 ? kept.length : behind, 0, { rank, windowId, item: item() });
      kept.length = Math.min(kept.length, limit);
    },
    items: () => kept.map(({ item }) => item),
  };
}

type Place = Pick<Kept<unknown>, 'rank' | 'windowId'>;

function comesBefore(a: Place, b: Place): boolean {
  return a.rank > b.rank || (a.rank === b.rank && a.windowId < b.windowId);
}
