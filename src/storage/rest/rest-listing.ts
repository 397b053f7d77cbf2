/** One entry of a listing; version 1 of the protocol gives no sizes: null. */
export interface ListedFile {
  readonly name: string
  readonly bytes: number | null
}

/** Characters that one entry may take. */
const mostEntry = 4096

/**
 * Reads a listing as it arrives, entry by entry, without ever holding it whole: an array of names (version 1) or of
 * `{"name","size"}` (version 2), or `null`, which is an empty one. Throws `SyntaxError` for anything else.
 */
export async function* parseListing(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ListedFile> {
  const decoder = new TextDecoder()
  let text = ''
  let state: 'before' | 'inside' | 'after' = 'before'
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true })
    if (state === 'before') {
      text = text.trimStart()
      if (text.startsWith('[')) {
        state = 'inside'
        text = text.slice(1)
      } else if (text.length > 0 && !'null'.startsWith(text.trimEnd())) throw new SyntaxError('it is no list')
    }
    while (state === 'inside') {
      const entry = nextEntry(text)
      if (entry === null) break
      text = text.slice(entry.end)
      if (entry.text !== '') yield parseEntry(entry.text)
      if (entry.last) state = 'after'
    }
    if (text.length > mostEntry) throw new SyntaxError('it holds something that is no entry')
  }
  const ended = state === 'after' ? text.trim() === '' : state === 'before' && text.trim() === 'null'
  if (!ended) throw new SyntaxError('it does not end as a list')
}

interface EntryText {
  /** Empty where the list is. */
  readonly text: string
  /** The first character after it and its comma or bracket. */
  readonly end: number
  readonly last: boolean
}

/** Null where more has to arrive. No name holds a comma, brace or bracket: the first one outside of an object ends an entry. */
function nextEntry(text: string): EntryText | null {
  const from = text.search(/\S/)
  const object = text[from] === '{' ? text.indexOf('}', from) + 1 : from
  if (from < 0 || (text[from] === '{' && object === 0)) return null
  const rest = /[,\]]/g
  rest.lastIndex = object
  const end = rest.exec(text)
  if (end === null) return null
  return { text: text.slice(from, end.index).trim(), end: end.index + 1, last: end[0] === ']' }
}

function parseEntry(text: string): ListedFile {
  const entry: unknown = JSON.parse(text)
  if (typeof entry === 'string') return { name: entry, bytes: null }
  if (entry !== null && typeof entry === 'object' && 'name' in entry && 'size' in entry) {
    const { name, size } = entry
    if (typeof name === 'string' && typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) {
      return { name, bytes: size }
    }
  }
  throw new SyntaxError('it holds something that is no entry')
}
