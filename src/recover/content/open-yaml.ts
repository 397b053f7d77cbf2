import { LineCounter, parseAllDocuments, type YAMLError } from 'yaml'
import { broken, type Opening, sound, unopened } from './opening.ts'
import { collected, textOf } from './text-stream.ts'

/** Parsing YAML takes about a second for a few megabytes. */
const parsedBytes = 16 * 1024 * 1024

/** Parses every document of the stream; unknown tags and keys that come twice are no damage. */
export async function openYaml(chunks: AsyncIterable<Uint8Array>): Promise<Opening> {
  const bytes = await collected(chunks, parsedBytes)
  if (bytes === null) return unopened('YAML too large to be parsed here')
  const lineCounter = new LineCounter()
  const documents = parseAllDocuments(textOf(bytes), { prettyErrors: false, lineCounter, uniqueKeys: false })
  const error = Array.isArray(documents) ? documents.flatMap(document => document.errors)[0] : undefined
  return error === undefined ? sound : broken(inWords(error, lineCounter))
}

/** The message may quote the content; the code tells the same without it. */
function inWords(error: YAMLError, lines: LineCounter): string {
  const { line, col } = lines.linePos(error.pos[0])
  return `not YAML at line ${line}, column ${col}: ${error.code.toLowerCase().replaceAll('_', ' ')}`
}
