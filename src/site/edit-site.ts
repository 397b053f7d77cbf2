import { isDeepStrictEqual } from 'node:util'
import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parse,
  parseDocument,
  type YAMLMap,
} from 'yaml'
import { BlackstartError } from '../errors.ts'
import { insertions } from './insert-entries.ts'
import { formatPath, type Path } from './problem.ts'
import { schemaKeys } from './schema-keys.ts'
import { siteSchema } from './site-schema.ts'
import { applySplices, contentEnd, type Splice, written } from './splice.ts'
import { type Quotes, type SiteValue, valueText } from './value-text.ts'

export interface SiteEdit {
  readonly path: Path
  readonly value: SiteValue
}

/** What is to be set in a mapping or list, by key or index. */
type Branch = ReadonlyMap<string, Target>
type Target = { readonly value: SiteValue } | { readonly inner: Map<string, Target> }

/**
 * The text of a site file with those values set; every other byte stays: comments, order, quotes, widths. Mappings on the way
 * that are missing are made; a new key follows the one that the schema names before it. A mapping or list that is replaced
 * whole loses the comments in it. `text` is valid YAML. Throws `refused` where an anchor stands on the way, or a value
 * that the path leads through; `not-found` where a list has no such entry.
 */
export function setSiteValues(text: string, edits: readonly SiteEdit[]): string {
  const document = parseDocument<Node>(text, { uniqueKeys: false, logLevel: 'silent' })
  const splices = editNode({ text, path: [] }, document.contents, branchOf(edits))
  const result = applySplices(text, splices)
  if (isDeepStrictEqual(asTexts(result), withValues(asTexts(text), edits))) return result
  throw new BlackstartError('refused', 'site.yaml is written in a way that cannot be changed safely: edit it by hand.')
}

function branchOf(edits: readonly SiteEdit[]): Branch {
  const root = new Map<string, Target>()
  for (const { path, value } of edits) {
    let branch = root
    for (const part of path.slice(0, -1)) {
      const found = branch.get(String(part))
      const next = found !== undefined && 'inner' in found ? found.inner : new Map<string, Target>()
      branch.set(String(part), { inner: next })
      branch = next
    }
    branch.set(String(path.at(-1)), { value })
  }
  return root
}

interface Place {
  readonly text: string
  readonly path: Path
}

function editNode(place: Place, node: Node | null, branch: Branch): Splice[] {
  refuseAnchor(place, node)
  if (isMap<Node, Node | null>(node)) return editMap(place, node, branch)
  if (!isSeq<Node | null>(node)) throw refusal(place.path, 'is neither a mapping nor a list')
  return [...branch].flatMap(([index, target]) => {
    const entry = node.items[Number(index)]
    const path = [...place.path, Number(index)]
    if (entry === undefined) throw new BlackstartError('not-found', `site.yaml has no ${formatPath(path)}.`)
    return 'value' in target
      ? replace({ ...place, path }, entry, target.value)
      : editNode({ ...place, path }, entry, target.inner)
  })
}

function editMap(place: Place, map: YAMLMap<Node, Node | null>, branch: Branch): Splice[] {
  const missing: [string, SiteValue][] = []
  const splices = [...branch].flatMap(([key, target]) => {
    const pair = map.items.find(item => isScalar(item.key) && (item.key.source ?? String(item.key.value)) === key)
    const inner = { ...place, path: [...place.path, key] }
    if (pair === undefined) missing.push([key, targetValue(target)])
    else if (written(pair.value) === null) return [fill(place, pair, targetValue(target))]
    else if ('inner' in target) return editNode(inner, pair.value, target.inner)
    else return replaceIn(inner, pair, target.value)
    return []
  })
  if (missing.length === 0) return splices
  return [...splices, ...insertions(place.text, map, missing, schemaKeys(siteSchema, place.path))]
}

function targetValue(target: Target): SiteValue {
  if ('value' in target) return target.value
  return Object.fromEntries([...target.inner].map(([key, inner]) => [key, targetValue(inner)]))
}

/** `key:` gets the value, before what else stands on its line. */
function fill({ text }: Place, { key }: Pair<Node, Node | null>, value: SiteValue): Splice {
  const at = text.indexOf(':', contentEnd(text, key)) + 1
  return { from: at, to: at, text: ` ${valueText(value)}` }
}

function replaceIn(place: Place, pair: Pair<Node, Node | null>, value: SiteValue): Splice[] {
  const node = pair.value
  if (!isCollection(node) || node.flow === true) return replace(place, node, value)
  refuseAnchor(place, node)
  const before = place.text.lastIndexOf('\n', node.range?.[0] ?? 0)
  const from = place.text[before - 1] === '\r' ? before - 1 : before
  return [fill(place, pair, value), { from, to: contentEnd(place.text, node), text: '' }]
}

function replace(place: Place, node: Node | null, value: SiteValue): Splice[] {
  refuseAnchor(place, node)
  if (isScalar(node) && typeof value !== 'object' && String(value) === (node.source ?? String(node.value))) return []
  return [{ from: node?.range?.[0] ?? 0, to: contentEnd(place.text, node), text: valueText(value, quotesOf(node)) }]
}

function quotesOf(node: Node | null): Quotes {
  if (!isScalar(node)) return 'plain'
  return node.type === 'QUOTE_DOUBLE' ? 'double' : node.type === 'QUOTE_SINGLE' ? 'single' : 'plain'
}

/** What an anchor repeats elsewhere would change there too. */
function refuseAnchor({ path }: Place, node: Node | null): void {
  if (isAlias(node)) throw refusal(path, `repeats the anchor &${node.source}`)
  if ((isScalar(node) || isCollection(node)) && node.anchor !== undefined)
    throw refusal(path, `is the anchor &${node.anchor}`)
}

function refusal(path: Path, why: string): BlackstartError {
  const sentence = `${formatPath(path) || 'The file'} ${why} in site.yaml, so that it is not changed: edit it by hand.`
  return new BlackstartError('refused', sentence, { facts: { path: formatPath(path) } })
}

/** The whole file, every scalar as it is written. */
function asTexts(text: string): unknown {
  return parse(text, { schema: 'failsafe', uniqueKeys: false, logLevel: 'silent' })
}

/** The same edits on plain data: what the edited text must say. */
function withValues(data: unknown, edits: readonly SiteEdit[]): unknown {
  return edits.reduce((whole, { path, value }) => withValue(whole, path, value), data)
}

function withValue(data: unknown, [part, ...rest]: Path, value: SiteValue): unknown {
  if (part === undefined) return asTexts(valueText(value))
  if (Array.isArray(data)) {
    return data.map((entry: unknown, index) => (index === Number(part) ? withValue(entry, rest, value) : entry))
  }
  const fields = (data ?? {}) as Readonly<Record<string, unknown>>
  return { ...fields, [part]: withValue(fields[part], rest, value) }
}
