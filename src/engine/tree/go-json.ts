import { encodeBytes } from './byte-string.ts'

/** restic's tree ids are hashes of what Go's encoding/json writes, so this writes the same. */

const escapes: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
}

/** What JSON and Go write as it is. */
const harmless = /^[ !#-%'-;=?-[\]-~]*$/

/** A JSON string. Bytes that are not UTF-8 (lone surrogates here) are written as U+FFFD, escaped. */
export function goString(text: string): string {
  if (harmless.test(text)) return `"${text}"`
  const parts = text.isWellFormed() ? [text] : text.split(/[\ud800-\udfff]/u)
  return `"${parts.map(part => goEscape(JSON.stringify(part).slice(1, -1))).join('\\ufffd')}"`
}

/** Any JSON value, with Go's escapes. */
export function goValue(value: unknown): string {
  return typeof value === 'bigint' ? value.toString() : goEscape(JSON.stringify(value))
}

function goEscape(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, character => escapes[character] ?? character)
}

const shorts: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
}

/** What needs no escape in most names. */
const simple = /^[ !#-[\]-~]*$/

/** Go's `strconv.Quote` without the quotes: how restic writes a node's name. */
export function goQuote(text: string): string {
  if (simple.test(text)) return text
  return Array.from(text, quoteCharacter).join('')
}

function quoteCharacter(character: string): string {
  const short = shorts[character]
  if (short !== undefined) return short
  if (character === ' ' || (/[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(character) && character.isWellFormed()))
    return character
  if (!character.isWellFormed()) return `\\x${encodeBytes(character).toString('hex')}`
  const code = character.codePointAt(0) ?? 0
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`
}

const longs: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
}

/** The bytes of a quoted name, joined: `\xNN` are bytes, all else is text. Null where Go's `strconv.Unquote` refuses it. */
export function goUnquote(quoted: string): Buffer | null {
  if (!/[\\"\n]/.test(quoted)) return Buffer.from(quoted)
  const parts: Buffer[] = []
  const pattern = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-3][0-7]{2})|([abfnrtv\\"]))|([^\\"\n]+)/y
  while (pattern.lastIndex < quoted.length) {
    const match = pattern.exec(quoted)
    const part = match === null ? null : unquotePart(match)
    if (part === null) return null
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function unquotePart([, hex, short, long, octal, letter, text]: RegExpExecArray): Buffer | null {
  if (text !== undefined) return Buffer.from(text)
  if (hex !== undefined) return Buffer.from(hex, 'hex')
  if (octal !== undefined) return Buffer.of(Number.parseInt(octal, 8))
  if (letter !== undefined) return Buffer.from(longs[letter] ?? '')
  const code = Number.parseInt(short ?? long ?? '', 16)
  const isCharacter = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
  return isCharacter ? Buffer.from(String.fromCodePoint(code)) : null
}
