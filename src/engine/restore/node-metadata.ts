import type { ExtendedAttribute } from '../files/extended-attributes.ts'
import type { Moment } from '../files/file-stat.ts'
import type { Metadata } from '../files/set-metadata.ts'
import { permissionsOf } from '../tree/file-mode.ts'
import { parseTime } from '../tree/go-time.ts'
import type { TreeNode } from '../tree/tree-node.ts'
import type { Owner } from './ownership.ts'

/** `bare`: the file is new, and has no attributes from the folder that it was made in. */
export function metadataOf(node: TreeNode, { uid, gid }: Owner, bare: boolean): Metadata {
  const modified = momentOf(node.mtime)
  const attributes = attributesOf(node)
  return {
    permissions: permissionsOf(node.mode ?? 0),
    uid,
    gid,
    accessed: node.atime === node.mtime ? modified : momentOf(node.atime),
    modified,
    attributes: bare && attributes.length === 0 ? null : attributes,
  }
}

/** What a tree's time says, which is of the form that `isTime` takes. By hand: it is most of the work of a small file. */
export function momentOf(time: string): Moment {
  const year = digits(time, 0, 4)
  if (year < 100) return momentOfAny(time) // which Date takes for one of the twentieth century
  const [month, day] = [digits(time, 5, 7) - 1, digits(time, 8, 10)]
  const [hour, minute, second] = [digits(time, 11, 13), digits(time, 14, 16), digits(time, 17, 19)]
  let seconds = Date.UTC(year, month, day, hour, minute, second) / 1000
  let nanoseconds = 0
  let at = 19
  if (time[at] === '.') {
    at += 1
    let scale = 100_000_000
    for (let digit = digits(time, at, at + 1); digit >= 0 && digit <= 9; digit = digits(time, at, at + 1)) {
      nanoseconds += digit * scale
      scale /= 10
      at += 1
    }
  }
  const zone = time[at]
  if (zone !== 'Z') {
    const offset = digits(time, at + 1, at + 3) * 3600 + digits(time, at + 4, at + 6) * 60
    seconds += zone === '-' ? offset : -offset
  }
  return { seconds, nanoseconds }
}

/** The number that the characters from `begin` to before `end` are. */
function digits(text: string, begin: number, end: number): number {
  let value = 0
  for (let i = begin; i < end; i += 1) value = value * 10 + text.charCodeAt(i) - 48
  return value
}

const billion = 1_000_000_000n

function momentOfAny(time: string): Moment {
  const all = parseTime(time)
  const nanoseconds = ((all % billion) + billion) % billion
  return { seconds: Number((all - nanoseconds) / billion), nanoseconds: Number(nanoseconds) }
}

/** restic gives a value of no bytes as null, or as an empty text. */
function attributesOf({ extended_attributes: attributes = [] }: TreeNode): ExtendedAttribute[] {
  return attributes.flatMap(each => {
    const { name, value } = each as { name?: unknown; value?: unknown }
    return typeof name === 'string' && name !== '' && !name.includes('\0')
      ? [{ name, value: typeof value === 'string' ? value : '' }]
      : []
  })
}
