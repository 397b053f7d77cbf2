import { LineCounter, parseDocument } from 'yaml'
import { broken, noted, type Opening, sound, unopened } from './opening.ts'
import { collected, textOf } from './text-stream.ts'

/** A document this large, in bytes, is not parsed: it would be held in memory several times over. */
const parsedBytes = 128 * 1024 * 1024

export async function openJson(chunks: AsyncIterable<Uint8Array>): Promise<Opening> {
  const bytes = await collected(chunks, parsedBytes)
  if (bytes === null) return unopened('JSON too large to be parsed here')
  const text = textOf(bytes)
  const failure = failureOf(text)
  if (failure === null) return sound
  if (failureOf(withoutComments(text)) === null) return noted('JSON with comments or trailing commas')
  return broken(`not JSON${place(text, failure)}`)
}

function failureOf(text: string): string | null {
  try {
    JSON.parse(text)
    return null
  } catch (error) {
    return String(error)
  }
}

/** As editors' settings are written; strings are left alone. */
function withoutComments(text: string): string {
  const plain = text.replace(/"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, part => (part[0] === '"' ? part : ' '))
  return plain.replace(/"(?:[^"\\\n]|\\.)*"|,(?=\s*[}\]])/g, part => (part[0] === '"' ? part : ''))
}

/** The engine's message quotes the content, so only the place is taken from it, or found another way. */
function place(text: string, failure: string): string {
  if (failure.includes('Unexpected end')) return ': it ends in the middle'
  const [, line, column] = /line (\d+) column (\d+)/.exec(failure) ?? []
  if (line !== undefined) return ` at line ${line}, column ${column}`
  const lines = new LineCounter()
  const [error] = parseDocument(text, { prettyErrors: false, lineCounter: lines, uniqueKeys: false }).errors
  if (error === undefined) return ''
  const { line: at, col } = lines.linePos(error.pos[0])
  return ` at line ${at}, column ${col}`
}
