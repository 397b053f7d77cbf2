import { SaxesParser } from 'saxes'
import { broken, noted, type Opening, sound } from './opening.ts'
import { decoded, encodingOf } from './text-stream.ts'

/**
 * Parses the whole document, in its own encoding. Well-formedness only: prefixes without a namespace and content that
 * a schema would refuse are no damage. `head` is how it begins, `chunks` all of it.
 */
export async function openXml(head: Uint8Array, chunks: AsyncIterable<Uint8Array>): Promise<Opening> {
  const { label, odd } = encodingOf(head)
  const parser = new SaxesParser({ xmlns: false })
  let problem: string | null = null
  let replaced = false
  let external = false
  parser.on('doctype', doctype => {
    external = /^\s*[^\s[]+\s+(PUBLIC|SYSTEM)\s|<!ENTITY\s+%/.test(doctype)
    for (const [, name = ''] of doctype.matchAll(/<!ENTITY\s+([^\s%]+)\s/g)) parser.ENTITIES[name] = ''
  })
  parser.on('error', ({ message }) => {
    // declared where we do not look
    if (external && message.includes('undefined entity')) return
    problem ??= inWords(message)
  })
  let begun = false
  for await (const piece of decoded(chunks, label)) {
    replaced ||= piece.includes('\ufffd')
    // white space before the declaration is a device's habit, not damage
    const text: string = begun ? piece : piece.trimStart()
    begun ||= text !== ''
    parser.write(text)
    if (problem !== null) return broken(problem)
  }
  parser.close()
  if (problem !== null) return broken(problem)
  if (odd !== null) return noted(`says that its encoding is ${odd}, which it is not`)
  return replaced ? noted(`holds bytes that are not ${label}, its encoding`) : sound
}

/** saxes writes `line:column: what.` */
function inWords(message: string): string {
  const [, line, column, what = message] = /^(\d+):(\d+): (.*?)\.?$/s.exec(message) ?? []
  return line === undefined ? what : `not well-formed at line ${line}, column ${column}: ${what}`
}
