import type { Entry } from '../connector.ts'

/** The first entry, null when there is none, and all of them, which can be gone through once. */
export async function firstEntry(
  entries: AsyncIterable<Entry>,
): Promise<{ readonly first: Entry | null; readonly all: AsyncIterable<Entry> }> {
  const rest = entries[Symbol.asyncIterator]()
  const next = await rest.next()
  return { first: next.done === true ? null : next.value, all: chained(next, rest) }
}

async function* chained(first: IteratorResult<Entry>, rest: AsyncIterator<Entry>): AsyncGenerator<Entry> {
  try {
    for (let next = first; next.done !== true; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}
