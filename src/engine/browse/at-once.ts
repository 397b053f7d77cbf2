/**
 * What `work` makes of each input, in their order, with at most `most` under way. Throws the first failure, in that order,
 * once those under way have ended.
 */
export async function* atOnce<Input, Result>(
  inputs: AsyncIterable<Input> | Iterable<Input>,
  most: number,
  work: (input: Input) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = []
  try {
    for await (const input of inputs) {
      const result = work(input)
      result.catch(() => undefined) // it is awaited below, or another failure came first
      underWay.push(result)
      if (underWay.length >= most) yield await (underWay.shift() as Promise<Result>)
    }
    for (let next = underWay.shift(); next !== undefined; next = underWay.shift()) yield await next
  } finally {
    await Promise.allSettled(underWay)
  }
}
