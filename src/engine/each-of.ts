/** Runs an action for every value, `atOnce` of them at the same time; after an error no further one begins, and it is thrown when those under way have ended. */
export async function eachOf<Value>(
  values: Iterable<Value> | AsyncIterable<Value>,
  atOnce: number,
  action: (value: Value) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>()
  const failures: unknown[] = []
  for await (const value of values) {
    const run = action(value)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => running.delete(run))
    running.add(run)
    while (running.size >= atOnce) await Promise.race(running)
    if (failures.length > 0) break
  }
  await Promise.all(running)
  if (failures.length > 0) throw failures[0]
}
