/** An element's start tag, where it stands in the text. */
export interface XmlTag {
  /** Names from the root down to this element, `/` between them. */
  readonly path: string
  readonly name: string
  /** Offset of its `<`, and of the character after its `>`. */
  readonly start: number
  readonly end: number
  readonly empty: boolean
}

export interface XmlAttribute {
  readonly name: string
  readonly value: string
  /** Offsets of the white space before the name, and of the character after the closing quote. */
  readonly start: number
  readonly end: number
}

const tagName = /[^ \t\r\n/<>="'!?&]+/y
const attribute = /[ \t\r\n]+([^ \t\r\n/<>="']+)[ \t\r\n]*=[ \t\r\n]*(?:"([^"<]*)"|'([^'<]*)')/y
const tagEnd = /[ \t\r\n]*(\/?)>/y
const closing = /<\/([^ \t\r\n/<>="']+)[ \t\r\n]*>/y

/**
 * Every start tag in order. Comments, CDATA sections, processing instructions and declarations are passed over whole.
 * Ends at the first thing that is not well-formed, so that nothing after it is taken for markup. `closed` hears of each
 * end tag, with the offset after it.
 */
export function* scanXml(text: string, closed?: (end: number) => void): Generator<XmlTag> {
  const open: string[] = []
  let rooted = false
  let at = text.indexOf('<')
  while (at !== -1) {
    const past = passOver(text, at)
    if (past === -1) return
    if (past !== at) {
      at = text.indexOf('<', past)
      continue
    }
    if (text[at + 1] === '/') {
      closing.lastIndex = at
      const close = closing.exec(text)
      if (close === null || open.pop() !== close[1]) return
      at = closing.lastIndex
      closed?.(at)
      at = text.indexOf('<', at)
      continue
    }
    const tag = startTag(text, at, open)
    if (tag === null || (rooted && open.length === 0)) return
    rooted = true
    yield tag
    if (!tag.empty) open.push(tag.name)
    at = text.indexOf('<', tag.end)
  }
}

/** The attributes of a tag that `scanXml` gave, in order. */
export function attributesOf(text: string, tag: XmlTag): XmlAttribute[] {
  const found: XmlAttribute[] = []
  attribute.lastIndex = tag.start + 1 + tag.name.length
  for (;;) {
    const start = attribute.lastIndex
    const match = attribute.exec(text)
    if (match === null) return found
    found.push({ name: match[1] ?? '', value: match[2] ?? match[3] ?? '', start, end: attribute.lastIndex })
  }
}

function startTag(text: string, start: number, open: readonly string[]): XmlTag | null {
  tagName.lastIndex = start + 1
  const name = tagName.exec(text)?.[0]
  if (name === undefined) return null
  let at = tagName.lastIndex
  for (;;) {
    attribute.lastIndex = at
    if (!attribute.test(text)) break
    at = attribute.lastIndex
  }
  tagEnd.lastIndex = at
  const end = tagEnd.exec(text)
  if (end === null) return null
  return { path: [...open, name].join('/'), name, start, end: tagEnd.lastIndex, empty: end[1] === '/' }
}

const passed: readonly (readonly [string, string])[] = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
  ['<!DOCTYPE', '>'],
]

/** The offset after a comment and the like that begins at `at`; `at` itself for a tag; -1 when it does not end. */
function passOver(text: string, at: number): number {
  for (const [begin, end] of passed) {
    if (!text.startsWith(begin, at)) continue
    const found = text.indexOf(end, at + begin.length)
    return found === -1 ? -1 : found + end.length
  }
  return at
}
