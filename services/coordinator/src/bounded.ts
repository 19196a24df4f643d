/** Runs `work` over all items, at most `limit` at a time. The first error stops new ones from starting and is thrown. */
export async function forEachBounded<T>(
  items: Iterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (let next = iterator.next(); !next.done && failures.length === 0; next = iterator.next()) {
      await work(next.value).catch((thrown: unknown) => failures.push(thrown));
    }
  };
  await Promise.all(Array.from({ length: limit }, lane));
  if (failures.length > 0) throw failures[0];
}

/** Maps in order while up to `limit` items are worked on at once. */
export async function* mapInOrder<T, R>(
  items: AsyncIterable<T>,
  limit: number,
  map: (item: T) => Promise<R>,
): AsyncIterable<R> {
  const ahead: Promise<R>[] = [];
  for await (const item of items) {
    const mapped = map(item);
    // Whoever waits for it sees the error; until then it is not an unhandled one.
    mapped.catch(() => undefined);
    ahead.push(mapped);
    const first = ahead.length >= limit ? ahead.shift() : undefined;
    if (first) yield await first;
  }
  for (const rest of ahead) yield await rest;
}
