/** What a function tells by a callback, one after the other, and then its result. The function waits while nobody asks. */
export async function* callbackItems<Item, Result>(
  work: (tell: (item: Item) => Promise<void>) => Promise<Result>,
): AsyncGenerator<Item | Result> {
  let told = Promise.withResolvers<Item | null>()
  let taken = Promise.withResolvers<void>()
  const tell = async (item: Item) => {
    told.resolve(item)
    await taken.promise
    taken = Promise.withResolvers<void>()
  }
  const result = work(tell).finally(() => told.resolve(null))
  result.catch(() => undefined) // it is awaited below
  for (let item = await told.promise; item !== null; item = await told.promise) {
    told = Promise.withResolvers<Item | null>()
    yield item
    taken.resolve()
  }
  yield await result
}
