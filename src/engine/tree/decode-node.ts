import { isBase64, isId } from '../fields.ts'
import { decodeBytes } from './byte-string.ts'
import { isRecord, uint64Of } from './exact-json.ts'
import { goUnquote } from './go-json.ts'
import { isTime } from './go-time.ts'
import { always, type Field, fields, isEmpty } from './node-fields.ts'
import type { NodeType, TreeNode } from './tree-node.ts'

const nodeTypes: ReadonlySet<string> = new Set<NodeType>([
  ...(['file', 'dir', 'symlink', 'dev', 'chardev', 'fifo', 'socket', 'irregular'] as const),
])

const known: ReadonlySet<string> = new Set(fields)
const texts = ['user', 'group', 'linktarget', 'error'] as const

/** Makes a node of parsed JSON, in its place. False where it has not a node's shape. */
export function decodeNode(raw: unknown): raw is TreeNode {
  if (!isRecord(raw) || !hasShape(raw)) return false
  const name = goUnquote(raw.name as string)
  if (name === null) return false
  let unknown: [string, unknown][] | null = null
  for (const field in raw) {
    if (!known.has(field)) {
      unknown ??= []
      unknown.push([field.toWellFormed(), raw[field]])
    }
    // As in Go, null is no value; what would not be written is left out.
    if (!known.has(field) || (isEmpty(raw[field]) && !always.has(field as Field))) delete raw[field]
  }
  mendTexts(raw)
  if (!decodeNumbers(raw) || !decodeTarget(raw)) return false
  raw.name = decodeBytes(name)
  raw.content ??= null
  if (unknown !== null) raw.unknown = Object.fromEntries(unknown)
  return true
}

/** In Go, what JSON escapes as half a surrogate pair is U+FFFD; here it would stand for a byte. */
function mendTexts(raw: Record<string, unknown>): void {
  for (const field of texts) {
    const text = raw[field]
    if (typeof text === 'string' && !text.isWellFormed()) raw[field] = text.toWellFormed()
  }
}

function decodeNumbers(raw: Record<string, unknown>): boolean {
  for (const field of ['inode', 'device_id', 'device'] as const) {
    if (raw[field] === undefined) continue
    const number = uint64Of(raw[field])
    if (number === null) return false
    raw[field] = number
  }
  return true
}

/** `linktarget_raw`, where it is there, is the target. */
function decodeTarget(raw: Record<string, unknown>): boolean {
  const { linktarget_raw: base64 } = raw
  if (base64 === undefined) return true
  if (!isBase64(base64)) return false
  raw.linktarget = decodeBytes(Buffer.from(base64, 'base64'))
  delete raw.linktarget_raw
  return true
}

function hasShape(raw: Record<string, unknown>): boolean {
  return (
    typeof raw.name === 'string' &&
    nodeTypes.has(raw.type as string) &&
    isTime(raw.mtime) &&
    isTime(raw.atime) &&
    isTime(raw.ctime) &&
    isUint(raw.uid, 2 ** 32) &&
    isUint(raw.gid, 2 ** 32) &&
    isUint(raw.mode ?? 0, 2 ** 32) &&
    isUint(raw.size ?? 0, 2 ** 53) &&
    isUint(raw.links ?? 0, 2 ** 53) &&
    texts.every(field => typeof (raw[field] ?? '') === 'string') &&
    areIds(raw.content ?? []) &&
    ((raw.subtree ?? null) === null || isId(raw.subtree)) &&
    areAttributes(raw.extended_attributes ?? []) &&
    isRecord(raw.generic_attributes ?? {})
  )
}

function areIds(value: unknown): boolean {
  return Array.isArray(value) && value.every(isId)
}

function isUint(value: unknown, bound: number): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < bound && !Object.is(value, -0)
}

function areAttributes(value: unknown): boolean {
  if (!Array.isArray(value)) return false
  return value.every(each => isRecord(each) && typeof each.name === 'string' && isBase64(each.value ?? ''))
}
