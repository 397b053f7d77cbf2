import { isCollection, isPair, isScalar, type Node } from 'yaml'

/** The text between two offsets becomes another one. */
export interface Splice {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** The splices do not overlap; those of one offset are applied as given. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  let result = ''
  let done = 0
  for (const splice of splices.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    result += text.slice(done, splice.from) + splice.text
    done = splice.to
  }
  return result + text.slice(done)
}

/** Where what the node says ends, before comments and ends of lines. */
export function contentEnd(text: string, node: Node | null): number {
  let last = node
  while (isCollection(last) && last.flow !== true) {
    const item: unknown = last.items.at(-1)
    const inner = (isPair(item) ? (written(item.value) ?? item.key) : item) as Node | null
    if (inner === null || inner === undefined) break
    last = inner
  }
  let end = last?.range?.[1] ?? 0
  while (end > 0 && /\s/.test(text[end - 1] ?? '')) end -= 1
  return end
}

/** Null for the nothing after `key:`. */
export function written(node: unknown): Node | null {
  const empty = isScalar(node) && node.value === null && (node.source ?? '') === ''
  return empty || node === null || node === undefined ? null : (node as Node)
}

/** Where the line ends on which `offset` stands, before its CR or LF. */
export function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset)
  if (at < 0) return text.length
  return text[at - 1] === '\r' ? at - 1 : at
}
