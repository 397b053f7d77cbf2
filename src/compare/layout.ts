import type { FileHint } from './normalise.ts'
import { headBytes } from './open-text.ts'
import { attributesOf, scanXml } from './scan-xml.ts'

/**
 * The lines of a text with their layout taken out, one for each line (blank ones for blank lines): line ends, white
 * space at the end of lines, and, in languages where it means nothing, at their beginning; white space between the
 * words of a program, but not inside its strings; positions in drawings.
 */
export function layoutFreeLines(hint: FileHint, text: string): string[] {
  const head = text.slice(0, headBytes)
  const xml = /^[ \t\r\n]*<[?!A-Za-z]/.test(head)
  const code = codeFile.test(hint.path)
  const free = xml || code || freeFile.test(hint.path)
  const placed = xml ? withoutPositions(text) : text
  const spaced = code ? withSingleSpaces(placed) : xml ? withCodeSpaces(placed) : placed
  const lines = spaced.split(/\r\n|\n|\r/)
  return lines.map(line => (free ? trim(line) : line.replace(/[ \t]+$/, '')))
}

/** Whether the texts differ in layout at most. */
export function sameButLayout(before: readonly string[], after: readonly string[]): boolean {
  let at = 0
  for (const line of before) {
    if (line === '') continue
    while (after[at] === '') at += 1
    if (after[at] !== line) return false
    at += 1
  }
  return after.slice(at).every(line => line === '')
}

/** IEC 61131-3 text, where white space outside strings means nothing. */
const codeFile = /\.(?:st|scl|exp|udt|db|iecst)$/i
/** Languages where indentation means nothing. */
const freeFile = /\.(?:json|mod|modx|src|sub|script|awl|stl|il)$/i

const trim = (line: string): string => line.replace(/^[ \t]+|[ \t]+$/g, '')

const position = /^(?:position|relPosition|objPosition|gridObjPosition)$/
const sheet = /\/(?:FBDContent\/Sheet|SFCContent)\/[A-Za-z]+$/

/** PLCopen, Schneider and Rockwell drawings: the coordinates' values are taken out, their names stay. */
function withoutPositions(text: string): string {
  const kept: string[] = []
  let at = 0
  for (const tag of scanXml(text)) {
    const placed = position.test(tag.name) ? /^(?:x|y|posX|posY)$/ : sheet.test(tag.path) ? /^[XY]$/ : null
    if (placed === null) continue
    for (const { name, value, end } of attributesOf(text, tag)) {
      if (!placed.test(name) || !/^-?\d+(?:\.\d+)?$/.test(value)) continue
      kept.push(text.slice(at, end - 1 - value.length))
      at = end - 1
    }
  }
  kept.push(text.slice(at))
  return kept.join('')
}

const cdata = /<(?:ST|Declaration|STSource|xhtml[^<>]*)>[ \t\r\n]*(?:<!\[CDATA\[([\s\S]*?)\]\]>|([^<]*)<)/g

/** Program text inside TwinCAT, PLCopen and Schneider files. */
function withCodeSpaces(text: string): string {
  return text.replace(cdata, (whole, section: string | undefined, plain: string | undefined) => {
    const code = section ?? plain ?? ''
    // A quote that is written as an entity hides where strings begin.
    if (section === undefined && /&(?:apos|quot|#)/.test(code)) return whole
    const start = whole.indexOf(code, whole.indexOf('>') + 1)
    return whole.slice(0, start) + withSingleSpaces(code) + whole.slice(start + code.length)
  })
}

const word =
  /\(\*[\s\S]*?\*\)|\/\*[\s\S]*?\*\/|\/\/[^\r\n]*|'(?:\$.|[^'$\r\n])*'?|"(?:\$.|[^"$\r\n])*"?|\{[^{}]*\}|[ \t]+/g

/** One space for each run of them, outside strings and pragmas. */
function withSingleSpaces(code: string): string {
  return code.replace(word, match => {
    const comment = /^(?:\(\*|\/\*|\/\/)/.test(match)
    if (comment) return match.replace(/[ \t]+/g, ' ')
    return /^[ \t]/.test(match) ? ' ' : match
  })
}
