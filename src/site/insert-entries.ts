import type { Node, Pair, YAMLMap } from 'yaml'
import { contentEnd, lineEnd, type Splice, written } from './splice.ts'
import { type SiteValue, valueText } from './value-text.ts'

type Entry = readonly [key: string, value: SiteValue]
type SiteMap = YAMLMap<Node, Node | null>
type SitePair = Pair<Node, Node | null>

/** The splices that add `entries` to a mapping, each after the key that stands before it in `order`; those that it does not name at the end. */
export function insertions(text: string, map: SiteMap, entries: readonly Entry[], order: readonly string[]): Splice[] {
  const rank = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length)
  const sorted = entries.toSorted(([a], [b]) => rank(a) - rank(b))
  const groups = Map.groupBy(sorted, ([key]) =>
    order.includes(key) ? before(map, rank(key), rank) : (map.items.at(-1) ?? null),
  )
  return [...groups].flatMap(([pair, group]) => {
    const words = group.map(([key, value]) => `${valueText(key)}: ${valueText(value)}`)
    if (map.flow === true) return intoFlow(text, map, pair, words)
    return intoBlock(text, map, pair ?? map.items.at(-1) ?? null, words)
  })
}

/** The entry of the mapping after which a key of that rank goes; null for the beginning. */
function before(map: SiteMap, rank: number, rankOf: (key: string) => number): SitePair | null {
  const ranked = map.items.map(pair => ({ pair, rank: rankOf(String(pair.key)) }))
  const below = ranked.filter(entry => entry.rank < rank)
  const [first, ...others] = below
  if (first === undefined) return null
  return others.reduce((best, entry) => (entry.rank >= best.rank ? entry : best), first).pair
}

function intoBlock(text: string, map: SiteMap, pair: SitePair | null, words: readonly string[]): Splice[] {
  const [first] = map.items
  const at = lineEnd(text, pair === null ? 0 : endOf(text, pair))
  const lead = `${newLine(text)}${' '.repeat(columnOf(text, startOf(first)))}`
  return [{ from: at, to: at, text: words.map(word => `${lead}${word}`).join('') }]
}

function intoFlow(text: string, map: SiteMap, pair: SitePair | null, words: readonly string[]): Splice[] {
  const [open, close] = [map.range?.[0] ?? 0, (map.range?.[1] ?? 0) - 1]
  const [first] = map.items
  if (first === undefined) return [{ from: open, to: close + 1, text: `{ ${words.join(', ')} }` }]
  const start = startOf(first)
  const lead = `${newLine(text)}${' '.repeat(columnOf(text, start))}`
  const separate = text.slice(open, start).includes('\n')
  if (pair === null) {
    return [{ from: start, to: start, text: words.map(word => `${word},${separate ? lead : ' '}`).join('') }]
  }
  const end = endOf(text, pair)
  if (!separate) return [{ from: end, to: end, text: words.map(word => `, ${word}`).join('') }]
  const next = map.items[map.items.indexOf(pair) + 1]
  const comma = next !== undefined || /^\s*,/.test(text.slice(end, close))
  const line = Math.min(lineEnd(text, end), next === undefined ? close : startOf(next))
  const added = words.map(word => `${lead}${word}`).join(',')
  return [
    ...(comma ? [] : [{ from: end, to: end, text: ',' }]),
    { from: line, to: line, text: `${added}${comma ? ',' : ''}` },
  ]
}

function endOf(text: string, pair: SitePair): number {
  const value = written(pair.value)
  return value === null ? text.indexOf(':', contentEnd(text, pair.key)) + 1 : contentEnd(text, value)
}

function startOf(pair: SitePair | undefined): number {
  return pair?.key.range?.[0] ?? 0
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1)
}

function newLine(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}
