import { compareBytes, encodeBytes } from './byte-string.ts'
import { decodeNode } from './decode-node.ts'
import { isRecord, parseExact } from './exact-json.ts'
import { goQuote, goString, goValue } from './go-json.ts'
import { always, type Field, fields, isEmpty } from './node-fields.ts'
import type { TreeNode } from './tree-node.ts'

/** The bytes of a tree blob: sorted by name, in Go's JSON, with a newline at the end. Throws for a name that occurs twice. */
export function encodeTree(nodes: readonly TreeNode[]): Buffer {
  const sorted = nodes.toSorted((a, b) => compareBytes(a.name, b.name))
  for (const [i, { name }] of sorted.entries()) {
    if (i > 0 && sorted[i - 1]?.name === name) throw new RangeError(`a folder has two entries named ${goQuote(name)}`)
  }
  return Buffer.from(`{"nodes":[${sorted.map(encodeNode).join(',')}]}\n`)
}

/** Null where the bytes are not a tree. Names may be such that no file can have (`..`, `a/b`, a NUL byte): whoever restores refuses those. */
export function decodeTree(bytes: Uint8Array): TreeNode[] | null {
  try {
    const value = parseExact(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString())
    if (!isRecord(value) || value.nodes === undefined) return null
    const nodes: unknown[] = Array.isArray(value.nodes) ? value.nodes : []
    if (value.nodes !== null && nodes !== value.nodes) return null
    return nodes.every(decodeNode) ? nodes : null
  } catch {
    return null // not JSON, or too long for a string: the caller names the blob
  }
}

function encodeNode(node: TreeNode): string {
  const parts: string[] = []
  for (const field of fields) {
    const text = encodeField(node, field)
    if (text !== null) parts.push(`"${field}":${text}`)
  }
  for (const [name, value] of Object.entries(node.unknown ?? {})) parts.push(`${goString(name)}:${goValue(value)}`)
  return `{${parts.join(',')}}`
}

function encodeField(node: TreeNode, field: Field): string | null {
  if (field === 'linktarget_raw') {
    const target = node.linktarget ?? ''
    return target.isWellFormed() ? null : `"${encodeBytes(target).toString('base64')}"`
  }
  const value = node[field]
  if (!always.has(field) && isEmpty(value)) return null
  if (field === 'name') return goString(goQuote(node.name))
  if (field === 'content') return node.content === null ? 'null' : `[${node.content.map(goString).join(',')}]`
  if (field === 'generic_attributes') return goValue(sortedByName(node.generic_attributes ?? {}))
  return typeof value === 'string' ? goString(value) : goValue(value ?? null)
}

/** As Go writes maps. */
function sortedByName(map: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => compareBytes(a, b)))
}
