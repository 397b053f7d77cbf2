import type { Output } from './output.ts'

/** Characters that are written together; on a terminal somebody waits for each. */
const portion = 64 * 1024

/** Writes pieces to standard output as it takes them. False where it takes no more: its reader has left, or its disk is full (`watchOutput` tells). */
export async function streamText(out: Output, pieces: AsyncIterable<string> | Iterable<string>): Promise<boolean> {
  const least = Number.isFinite(out.width) ? 1 : portion
  let text = ''
  for await (const piece of pieces) {
    text += piece
    if (text.length < least) continue
    if (!(await wasWritten(out, Buffer.from(text)))) return false
    text = ''
  }
  return text === '' || (await wasWritten(out, Buffer.from(text)))
}

/** As `streamText`. */
export async function streamBytes(
  out: Output,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<boolean> {
  for await (const piece of pieces) if (!(await wasWritten(out, piece))) return false
  return true
}

function wasWritten(out: Output, bytes: Uint8Array): Promise<boolean> {
  return out.raw(bytes).then(
    () => true,
    () => false,
  )
}

/** An array whose elements are made when it is their turn to be written. */
export class LazyList {
  readonly #make: () => Iterable<unknown>

  constructor(make: () => Iterable<unknown>) {
    this.#make = make
  }

  static of<Item>(items: readonly Item[], map: (item: Item) => unknown): LazyList {
    return new LazyList(() => items.values().map(map))
  }

  [Symbol.iterator](): Iterator<unknown> {
    return this.#make()[Symbol.iterator]()
  }
}

/** A document that may be too large for one string: plain JSON values and lazy lists, of which each element is written by itself. */
export async function streamJson(out: Output, document: unknown): Promise<void> {
  await streamText(out, documentText(document))
}

function* documentText(document: unknown): Generator<string> {
  yield* valueText(document)
  yield '\n'
}

function* valueText(value: unknown): Generator<string> {
  if (value instanceof LazyList) yield* listText(value)
  else if (isObject(value) && Object.values(value).some(field => field instanceof LazyList)) yield* objectText(value)
  else yield JSON.stringify(value) ?? 'null'
}

function* listText(list: LazyList): Generator<string> {
  let separator = '[\n'
  for (const element of list) {
    yield separator
    yield* valueText(element)
    separator = ',\n'
  }
  yield separator === '[\n' ? '[]' : '\n]'
}

function* objectText(object: Readonly<Record<string, unknown>>): Generator<string> {
  let separator = '{'
  for (const [name, field] of Object.entries(object)) {
    if (field === undefined) continue
    yield `${separator}${JSON.stringify(name)}:`
    yield* valueText(field)
    separator = ','
  }
  yield '}'
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
