import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { formatPath, type Path, quote } from './problem.ts'
import { typedKeys } from './site-schema.ts'
import { createSuggest } from './suggest.ts'

/** Where the value at `path` begins in the text, or its key; where there is none, the nearest node around it. */
export type Offsets = (path: Path, of: 'key' | 'value') => number

interface Complaint {
  readonly offset: number
  readonly path: string
  readonly message: string
  readonly allowed: string | null
}

export interface Converted {
  readonly value: unknown
  readonly offsets: Offsets
  readonly complaints: readonly Complaint[]
}

/** Values that aliases may add, all expansions counted. */
const mostAliased = 100_000

interface Anchored {
  readonly node: Node
  readonly value: unknown
  /** Values in it, with those that its aliases add. */
  readonly size: number
}

type Entries = ReadonlyMap<string, Pair<Node, Node | null>>

/** Nodes to plain data. Aliases share the value of their anchor; the first of duplicate keys is taken. */
export function convertNodes(root: Node | null): Converted {
  const converter = new Converter()
  const { value } = converter.convert(root, [])
  return { value, offsets: (path, of) => converter.offset(root, path, of), complaints: converter.complaints }
}

class Converter {
  readonly complaints: Complaint[] = []
  /** Null while the anchored value is being read. */
  readonly #anchors = new Map<string, Anchored | null>()
  readonly #targets = new Map<Alias, Node>()
  readonly #entries = new Map<YAMLMap, Entries>()
  readonly #suggest = createSuggest()
  #aliased = 0

  convert(node: Node | null, path: Path): { readonly value: unknown; readonly size: number } {
    if (isAlias(node)) return this.#alias(node, path)
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined
    if (anchor !== undefined) this.#anchors.set(anchor, null)
    const result = this.#plain(node, path)
    if (anchor !== undefined && node !== null) this.#anchors.set(anchor, { node, ...result })
    return result
  }

  #plain(node: Node | null, path: Path): { readonly value: unknown; readonly size: number } {
    if (isMap<Node, Node | null>(node)) return this.#mapping(node, path)
    if (isSeq<Node | null>(node)) return this.#list(node, path)
    return { value: isScalar(node) ? scalarValue(node, path) : null, size: 1 }
  }

  #list(node: YAMLSeq<Node | null>, path: Path): { readonly value: unknown; readonly size: number } {
    let size = 1
    const value = node.items.map((item, index) => {
      const converted = this.convert(item, [...path, index])
      size += converted.size
      return converted.value
    })
    return { value, size }
  }

  #mapping(node: YAMLMap<Node, Node | null>, path: Path): { readonly value: unknown; readonly size: number } {
    const entries = new Map<string, Pair<Node, Node | null>>()
    const value: Record<string, unknown> = Object.create(null)
    let size = 1
    this.#entries.set(node, entries)
    for (const pair of node.items) {
      const key = this.#key(pair.key, path)
      if (key === null) continue
      const first = entries.get(key)
      if (first !== undefined) {
        this.#complain(pair.key, [...path, key], `${quote(key)} is given a second time`, 'each key once')
        continue
      }
      entries.set(key, pair)
      const converted = this.convert(pair.value, [...path, key])
      size += converted.size
      value[key] = converted.value
    }
    return { value, size }
  }

  #key(node: Node, path: Path): string | null {
    if (isScalar(node)) {
      const key = node.source ?? String(node.value)
      if (key !== '__proto__') return key
    }
    const shown = isScalar(node) ? '"__proto__" cannot be a key' : 'a key is a list, a mapping or an alias'
    this.#complain(node, path, shown, 'keys that are plain words')
    return null
  }

  #alias(node: Alias, path: Path): { readonly value: unknown; readonly size: number } {
    const nothing = { value: null, size: 1 }
    const target = this.#anchors.get(node.source)
    if (target === undefined) {
      const near = this.#suggest(node.source, this.#anchors.keys())
      const allowed = near === null ? 'an anchor that stands before it' : `did you mean *${near}?`
      this.#complain(node, path, `there is no anchor ${quote(`&${node.source}`)} before this alias`, allowed)
      return nothing
    }
    if (target === null) {
      this.#complain(
        node,
        path,
        `${quote(`*${node.source}`)} stands inside what it repeats`,
        'an anchor that ends before its alias',
      )
      return nothing
    }
    const before = this.#aliased
    this.#aliased += target.size
    if (this.#aliased > mostAliased) {
      const allowed = `aliases that add at most ${mostAliased} values`
      if (before <= mostAliased) this.#complain(node, path, 'aliases repeat too much', allowed)
      return nothing
    }
    this.#targets.set(node, target.node)
    return target
  }

  #complain(node: Node | null, path: Path, message: string, allowed: string | null): void {
    this.complaints.push({ offset: node?.range?.[0] ?? 0, path: formatPath(path), message, allowed })
  }

  offset(root: Node | null, path: Path, of: 'key' | 'value'): number {
    let node = root
    let offset = startOf(root) ?? 0
    for (const [index, part] of path.entries()) {
      const last = index === path.length - 1
      const target: Node | null | undefined = isAlias(node) ? this.#targets.get(node) : node
      if (isMap(target)) {
        const pair = this.#entries.get(target)?.get(String(part))
        if (pair === undefined) return offset
        node = pair.value
        const keyOffset = startOf(pair.key) ?? offset
        offset = last && of === 'key' ? keyOffset : isWritten(node) ? (startOf(node) ?? keyOffset) : keyOffset
      } else if (isSeq<Node | null>(target)) {
        node = target.items[Number(part)] ?? null
        offset = startOf(node) ?? offset
      } else return offset
    }
    return offset
  }
}

function startOf(node: Node | null | undefined): number | undefined {
  return node?.range?.[0]
}

/** False for the nothing after `key:`. */
function isWritten(node: Node | null): boolean {
  return node !== null && !(isScalar(node) && node.value === null && (node.source ?? '') === '')
}

/** Text outside `options` stays as it was written, so that `serial: 0042` keeps its zeros; `options` are typed as YAML has it. */
function scalarValue(node: Scalar, path: Path): unknown {
  const { value } = node
  if (value === null || typeof value === 'string') return value
  const key = path.findLast(part => typeof part === 'string')
  const typed = path.includes('options') || (typeof key === 'string' && typedKeys.has(key))
  return typed ? value : (node.source ?? String(value))
}
