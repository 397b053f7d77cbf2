import { attributesOf, scanXml, type XmlTag } from './scan-xml.ts'
import { continuedField, fieldAbove, openedQuote, secretName } from './secret-patterns.ts'

/** Columns of a line that hold a secret: `start` up to, not including, `end`. */
export type SecretRange = readonly [start: number, end: number]

/** What is secret by what stands in other lines; by the line's number, from 0. */
export type SecretBlocks = ReadonlyMap<number, readonly SecretRange[]>

/** A quote or a tag that is never closed must not hide the rest of a file. */
const longest = 200

/** Private keys, values that begin in one line and end in another, the contents of XML elements. */
export function secretBlocks(lines: readonly string[]): SecretBlocks {
  const found = new Map<number, SecretRange[]>()
  const add = (at: number, ...ranges: SecretRange[]) => found.set(at, [...(found.get(at) ?? []), ...ranges])
  privateKeys(lines, add)
  if (/^[ \t]*</.test(lines.find(line => line.trim() !== '') ?? '')) elementsIn(lines, add)
  else valuesBelow(lines, add)
  communities(lines, add)
  return found
}

type Add = (at: number, ...ranges: SecretRange[]) => void

const wholeLine = (line: string): SecretRange => [line.length - line.trimStart().length, line.trimEnd().length]

/** Lines between the first and the last one of a private key, in PEM, PGP, OpenVPN's and PuTTY's form. */
function privateKeys(lines: readonly string[], add: Add): void {
  let inside = false
  let counted = 0
  for (const [at, line] of lines.entries()) {
    if (inside && line.includes('-----END')) inside = false
    if (inside || counted > 0) add(at, wholeLine(line))
    counted = Math.max(0, counted - 1)
    if (/-----BEGIN (?:[A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?|OpenVPN Static key V\d)-----/.test(line))
      inside = !/-----END/.test(line)
    const putty = /^Private-Lines: (\d{1,3})$/.exec(line)
    if (putty !== null) counted = Number(putty[1])
  }
}

/** Values on the lines after their field's: block scalars and lists of YAML, JSON over lines, open quotes, `=\`. */
function valuesBelow(lines: readonly string[], add: Add): void {
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    const above = fieldAbove.exec(line)
    if (above !== null) at = below(lines, at, above[2] !== undefined, add)
    else if (continuedField.test(line)) add(at + 1, ...firstValue(lines[at + 1] ?? ''))
    else if (openedQuote.test(line)) at = untilQuote(lines, at, add)
  }
}

/** Gives the number of the last line that belongs to the field. */
function below(lines: readonly string[], field: number, scalar: boolean, add: Add): number {
  const own = indentOf(lines[field] ?? '')
  for (let at = field + 1; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    const item = !scalar && indentOf(line) === own && /^[ \t]*- /.test(line)
    if (line.trim() !== '' && indentOf(line) <= own && !item) return at - 1
    if (scalar) add(at, wholeLine(line))
    else add(at, ...valueIn(line))
  }
  return lines.length
}

/** The value of a `name: value`, or all that is no bracket. */
function valueIn(line: string): SecretRange[] {
  if (/[[{][ \t]*$/.test(line)) return []
  const value = /^[ \t]*(?:-[ \t]+)?(?:["']?[\w.-]+["']?[ \t]*:[ \t]*|[[{][ \t]*)?([^[\]{}]*?)[\]}, \t]*$/d.exec(line)
    ?.indices?.[1]
  if (value === undefined) return [wholeLine(line)]
  return value[0] < value[1] ? [value] : []
}

function firstValue(line: string): SecretRange[] {
  const value = /^[ \t]*("(?:\\.|[^"\\])*"?|[^ \t]+)/d.exec(line)?.indices?.[1]
  return value === undefined ? [] : [value]
}

function untilQuote(lines: readonly string[], opened: number, add: Add): number {
  const first = lines[opened] ?? ''
  const quote = first.lastIndexOf('"') > first.lastIndexOf("'") ? '"' : "'"
  for (let at = opened + 1; at < Math.min(lines.length, opened + longest); at += 1) {
    const line = lines[at] ?? ''
    add(at, wholeLine(line))
    if (line.replace(/\\./g, '').includes(quote)) return at
  }
  return opened
}

const indentOf = (line: string): number => line.length - line.trimStart().length

/** Names of SNMP communities, which are secrets in the sections that define them: RouterOS and FortiOS. */
function communities(lines: readonly string[], add: Add): void {
  let section: 'routeros' | 'fortios' | null = null
  for (const [at, line] of lines.entries()) {
    if (/^\/snmp community\b/.test(line)) section = 'routeros'
    else if (/^[ \t]*config system snmp community[ \t]*$/.test(line)) section = 'fortios'
    else if (section === 'routeros' ? line.startsWith('/') : /^(?:end|config )/.test(line)) section = null
    const pattern =
      section === 'routeros'
        ? /[ \t]name=("(?:\\.|[^"\\])*"?|[^ \t]+)/d
        : section === 'fortios'
          ? /^[ \t]*set name[ \t]+(.+)$/d
          : null
    const name = pattern?.exec(line)?.indices?.[1]
    if (name !== undefined) add(at, name)
  }
}

/** Elements whose `name` says what their content is, not what they do. */
const holder =
  /(?:^|:)(?:add|setting|string|property|param|parameter|entry|item|option|attribute|variable|field|tag|localtag|member|datavalue\w*|value|pref\w*|constant|text|data|dict)$/i

/** The contents and values of XML elements that are, or are named like, a secret. */
function elementsIn(lines: readonly string[], add: Add): void {
  const text = lines.join('\n')
  const mask = masker(lines, add)
  const open: { readonly from: number; readonly secret: boolean; readonly key: boolean }[] = []
  let keyed = false
  for (const tag of scanXml(text, end => {
    const element = open.pop()
    if (element === undefined) return
    const content = text.slice(element.from, text.lastIndexOf('</', end - 1))
    if (element.secret) for (const part of textsOf(content)) mask(element.from + part[0], element.from + part[1])
    if (element.key) keyed = secretName.test(content.trim())
  })) {
    const secret = isSecret(text, tag) || keyed
    keyed = false
    for (const range of valuesOf(text, tag, secret)) mask(...range)
    if (!tag.empty) open.push({ from: tag.end, secret, key: /^key$/i.test(tag.name) })
  }
}

function isSecret(text: string, tag: XmlTag): boolean {
  if (secretName.test(tag.name)) return true
  if (!holder.test(tag.name) || tag.path.startsWith('TcPlcObject')) return false
  return attributesOf(text, tag).some(({ name, value }) => /^(?:name|key|id)$/i.test(name) && secretName.test(value))
}

/** The values of attributes that are secrets by their own name, or by that of the element. */
function valuesOf(text: string, tag: XmlTag, secret: boolean): SecretRange[] {
  return attributesOf(text, tag)
    .filter(({ name }) => secretName.test(name) || (secret && /^(?:value|initial\w*|default\w*)$/i.test(name)))
    .map(({ value, end }): SecretRange => [end - 1 - value.length, end - 1])
}

/** The stretches of an element's content that are no markup. */
function* textsOf(content: string): Generator<SecretRange> {
  for (const match of content.matchAll(/<!\[CDATA\[([\s\S]*?)\]\]>|<[^>]*>|([^<]+)/dg)) {
    const range = match.indices?.[1] ?? match.indices?.[2]
    if (range !== undefined) yield range
  }
}

/** Masks offsets of the whole text, line by line, without what is blank. */
function masker(lines: readonly string[], add: Add): (start: number, end: number) => void {
  const starts: number[] = []
  let next = 0
  for (const line of lines) {
    starts.push(next)
    next += line.length + 1
  }
  return (start, end) => {
    for (let at = lineAt(starts, start); at < lines.length; at += 1) {
      const from = starts[at] ?? next
      if (from >= end) return
      const line = lines[at] ?? ''
      const [first, last] = wholeLine(line)
      const range: SecretRange = [Math.max(first, start - from), Math.min(last, end - from)]
      if (range[0] < range[1]) add(at, range)
    }
  }
}

function lineAt(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}
