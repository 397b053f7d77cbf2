import { labelOf } from './heading.ts'
import { scanXml } from './scan-xml.ts'

/** A named element of an XML project: a module, a tag, a routine, a rung. */
interface Part {
  readonly label: string
  /** Its own content, without the parts inside it. */
  readonly own: string
}

/**
 * What happened to the named elements of two XML texts, one sentence fragment each: `removed: Module TestCard`. Elements are the
 * same where their names, and those of what encloses them, are; what is inside an added or removed one is not listed.
 */
export function outlineFacts(before: string, after: string, limit: number): string[] {
  const [from, to] = [partsOf(before), partsOf(after)]
  const facts: string[] = []
  for (const [key, { label }] of from) if (!to.has(key) && !isInside(key, from, to)) facts.push(`removed: ${label}`)
  for (const [key, { label }] of to) if (!from.has(key) && !isInside(key, to, from)) facts.push(`added: ${label}`)
  for (const [key, { label, own }] of to) {
    const old = from.get(key)
    if (old !== undefined && old.own !== own) facts.push(`changed: ${label}`)
  }
  const counts = new Map<string, number>()
  for (const fact of facts) counts.set(fact, (counts.get(fact) ?? 0) + 1)
  const lines = [...counts].map(([fact, count]) => (count === 1 ? fact : `${fact} (${count} times)`))
  return lines.length <= limit ? lines : [...lines.slice(0, limit), `and ${lines.length - limit} more`]
}

const separator = '\u0000'

function isInside(key: string, here: ReadonlyMap<string, Part>, there: ReadonlyMap<string, Part>): boolean {
  for (let end = key.lastIndexOf(separator); end > 0; end = key.lastIndexOf(separator, end - 1)) {
    const outer = key.slice(0, end)
    if (here.has(outer) && !there.has(outer)) return true
  }
  return false
}

function partsOf(text: string): Map<string, Part> {
  const parts = new Map<string, Part>()
  const open: { key: string; label: string; own: string[]; from: number; named: boolean }[] = []
  const count = new Map<string, number>()
  const close = (end: number): void => {
    const part = open.pop()
    if (part === undefined || !part.named) return
    part.own.push(text.slice(part.from, end))
    parts.set(part.key, { label: part.label, own: trimmed(part.own.join('')) })
    const outer = open.findLast(one => one.named)
    if (outer !== undefined) outer.from = end
  }
  for (const tag of scanXml(text, close)) {
    const label = labelOf(text, tag)
    const outer = open.findLast(one => one.named)
    if (label === null) {
      if (!tag.empty) open.push({ key: '', label: '', own: [], from: 0, named: false })
      continue
    }
    outer?.own.push(text.slice(outer.from, tag.start))
    const wanted = `${outer?.key ?? ''}${separator}${label}`
    const number = (count.get(wanted) ?? 0) + 1
    count.set(wanted, number)
    const key = number === 1 ? wanted : `${wanted}#${number}`
    open.push({ key, label: shortPath(open, label), own: [], from: tag.start, named: true })
    if (tag.empty) close(tag.end)
  }
  return parts
}

/** The names around an element, and its own. A controller holds everything of its project: its name tells nothing. */
function shortPath(open: readonly { label: string; named: boolean }[], label: string): string {
  const outer = open.filter(one => one.named).at(-1)?.label
  const around = outer?.split(' › ').filter(one => !one.startsWith('Controller ')) ?? []
  return [...around.slice(-2), label].join(' › ')
}

const trimmed = (text: string): string => text.replace(/[ \t\r\n]+/g, ' ').trim()
