/** Many things of one kind to do, a few at a time. */

/** Runs `work` for each item, at most `width` at once. The first failure ends it, after what is under way has ended. */
export async function eachOf<T>(
  items: AsyncIterable<T> | Iterable<T>,
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const underway = new Set<Promise<void>>()
  const failures: unknown[] = []
  for await (const item of items) {
    const one: Promise<void> = work(item)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => underway.delete(one))
    underway.add(one)
    if (underway.size >= width) await Promise.race(underway)
    if (failures.length > 0) break
  }
  await Promise.all(underway)
  if (failures.length > 0) throw failures[0]
}
