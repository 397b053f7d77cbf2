import { compareBytes, decodeBytes, encodeBytes } from './byte-string.ts'
import { goQuote, goString, goUnquote, goValue } from './go-json.ts'
import type { NodeType, TreeNode } from './tree-node.ts'

type Field = Exclude<keyof TreeNode, 'unknown'> | 'linktarget_raw'

/** In the order of restic's struct, which its tree ids depend on. */
const fields: readonly Field[] = [
  ...([
    'name',
    'type',
    'mode',
    'mtime',
    'atime',
    'ctime',
    'uid',
    'gid',
    'user',
    'group',
    'inode',
    'device_id',
  ] as const),
  ...(['size', 'links', 'linktarget', 'linktarget_raw', 'extended_attributes', 'generic_attributes'] as const),
  ...(['device', 'content', 'subtree', 'error'] as const),
]
/** Written even where they are zero or null. */
const always: ReadonlySet<Field> = new Set(['name', 'type', 'mtime', 'atime', 'ctime', 'uid', 'gid', 'content'])
const nodeTypes: ReadonlySet<string> = new Set<NodeType>([
  ...(['file', 'dir', 'symlink', 'dev', 'chardev', 'fifo', 'socket', 'irregular'] as const),
])

/** The bytes of a tree blob: sorted by name, in Go's JSON, with a newline at the end. Throws for a name that occurs twice. */
export function encodeTree(nodes: readonly TreeNode[]): Buffer {
  const sorted = nodes.toSorted((a, b) => compareBytes(a.name, b.name))
  for (const [i, { name }] of sorted.entries()) {
    if (i > 0 && sorted[i - 1]?.name === name) throw new RangeError(`a folder has two entries named ${goQuote(name)}`)
  }
  return Buffer.from(`{"nodes":[${sorted.map(encodeNode).join(',')}]}\n`)
}

/** Null where the bytes are not a tree. */
export function decodeTree(bytes: Uint8Array): TreeNode[] | null {
  try {
    const { nodes } = parseExact(Buffer.from(bytes).toString()) as { nodes?: Record<string, unknown>[] | null }
    if (nodes === undefined) return null
    const decoded = (nodes ?? []).map(decodeNode)
    return decoded.includes(null) ? null : (decoded as TreeNode[])
  } catch {
    return null // not JSON, or not of a tree's shape: the caller names the blob
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
  return typeof value === 'string' ? goString(value) : goValue(value ?? null)
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === 0n) return true
  return Array.isArray(value) ? value.length === 0 : typeof value === 'object' && Object.keys(value).length === 0
}

function decodeNode(raw: Record<string, unknown>): TreeNode | null {
  const name = typeof raw.name === 'string' ? goUnquote(raw.name) : null
  if (name === null || !hasShape(raw)) return null
  const known = new Set<string>(fields)
  const unknown = Object.entries(raw).filter(([field]) => !known.has(field))
  const { linktarget_raw: rawTarget, ...rest } = Object.fromEntries(
    Object.entries(raw).filter(([field]) => known.has(field)),
  )
  return {
    ...(rest as unknown as TreeNode),
    name: decodeBytes(name),
    content: (raw.content as readonly string[] | null | undefined) ?? null,
    ...(typeof rawTarget === 'string' ? { linktarget: decodeBytes(Buffer.from(rawTarget, 'base64')) } : {}),
    ...(unknown.length === 0 ? {} : { unknown: Object.fromEntries(unknown) }),
  }
}

const id = /^[0-9a-f]{64}$/

function hasShape(raw: Record<string, unknown>): boolean {
  const ids = raw.content ?? []
  const numbers = [raw.uid, raw.gid, raw.mode ?? 0, raw.size ?? 0, raw.links ?? 0]
  return (
    nodeTypes.has(String(raw.type)) &&
    [raw.mtime, raw.atime, raw.ctime].every(time => typeof time === 'string') &&
    numbers.every(Number.isSafeInteger) &&
    (raw.linktarget === undefined || typeof raw.linktarget === 'string') &&
    Array.isArray(ids) &&
    ids.every(each => typeof each === 'string' && id.test(each)) &&
    (raw.subtree === undefined || (typeof raw.subtree === 'string' && id.test(raw.subtree)))
  )
}

/** As `JSON.parse`, but whole numbers beyond 2^53 become bigints: inodes of some file systems are that large. */
function parseExact(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text)
  const reviver = (_key: string, value: unknown, context: { source?: string }): unknown =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^\d+$/.test(context.source ?? '')
      ? BigInt(context.source ?? '')
      : value
  return JSON.parse(text, reviver as (key: string, value: unknown) => unknown)
}
