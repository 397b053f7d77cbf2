import { hash } from 'node:crypto'
import { encodeBytes } from '../../tree/byte-string.ts'
import { permissionsOf } from '../../tree/file-mode.ts'
import { parseTime } from '../../tree/go-time.ts'
import type { NodeType, TreeNode, Uint64 } from '../../tree/tree-node.ts'
import type { ArchiveEntry } from './archive-entry.ts'
import { aclText } from './posix-acl.ts'
import { encodeTarHeader, padding, tarBlock } from './tar-header.ts'

const types: Readonly<Partial<Record<NodeType, string>>> = {
  ...{ file: '0', symlink: '2', chardev: '3', dev: '4', dir: '5', fifo: '6' },
}
const hardLink = '1'

/**
 * A tar archive of the POSIX format, with owners, modes, times to the nanosecond, links, devices, fifos, extended attributes
 * and access control lists. What tar has no word for, as sockets, is given to `onSkip`.
 */
export async function* tarArchive(
  entries: AsyncIterable<ArchiveEntry>,
  onSkip: (path: string, node: TreeNode) => void,
): AsyncGenerator<Uint8Array> {
  const links = new FirstNames()
  for await (const entry of entries) {
    const { node, path } = entry
    const type = types[node.type]
    if (type === undefined) {
      onSkip(path, node)
      continue
    }
    const first = links.firstOf(node, path)
    if (first !== null) {
      yield header(node, path, hardLink, first)
      continue
    }
    yield header(node, path, type, node.linktarget ?? '')
    if (node.type !== 'file') continue
    yield* entry.content()
    yield Buffer.alloc(padding(node.size ?? 0))
  }
  yield Buffer.alloc(2 * tarBlock)
}

function header(node: TreeNode, path: string, type: string, link: string): Buffer {
  const { major, minor } = deviceOf(node.device ?? 0)
  return encodeTarHeader({
    ...{ type, path: encodeBytes(type === '5' ? `${path}/` : path), link: encodeBytes(link) },
    ...{ mode: permissionsOf(node.mode ?? 0), uid: node.uid, gid: node.gid },
    ...{ user: node.user ?? '', group: node.group ?? '', mtime: parseTime(node.mtime) },
    ...{ size: type === '0' ? (node.size ?? 0) : 0, major, minor },
    records: type === hardLink ? new Map() : attributeRecords(node),
  })
}

/** Linux's numbering of devices. */
function deviceOf(device: Uint64): { major: number; minor: number } {
  const bits = BigInt(device)
  const major = ((bits >> 8n) & 0xfffn) | ((bits >> 32n) & 0xfffff000n)
  const minor = (bits & 0xffn) | ((bits >> 12n) & 0xffffff00n)
  return { major: Number(major), minor: Number(minor) }
}

const aclNames: Readonly<Record<string, string>> = {
  'system.posix_acl_access': 'SCHILY.acl.access',
  'system.posix_acl_default': 'SCHILY.acl.default',
}

function attributeRecords({ extended_attributes: attributes = [] }: TreeNode): Map<string, Buffer> {
  const records = new Map<string, Buffer>()
  for (const attribute of attributes) {
    const { name, value } = attribute as { readonly name?: unknown; readonly value?: unknown }
    if (typeof name !== 'string') continue
    const bytes = Buffer.from(typeof value === 'string' ? value : '', 'base64')
    const [aclName, acl] = [aclNames[name], aclText(bytes)]
    if (aclName !== undefined && acl !== null) records.set(aclName, Buffer.from(acl))
    // GNU tar's way to write a name that holds the sign between key and value
    else records.set(`SCHILY.xattr.${name.replace(/[%=]/g, encodeURIComponent)}`, bytes)
  }
  return records
}

/** Of files with several names the first that was met, and its content: 200 bytes each. */
class FirstNames {
  readonly #first = new Map<string, { readonly path: string; readonly content: string }>()

  /** The earlier name of the same file; null where this is the first. */
  firstOf({ type, links = 1, inode, device_id, content }: TreeNode, path: string): string | null {
    if (type !== 'file' || links < 2 || !inode) return null
    const file = `${device_id ?? 0} ${inode}`
    const ids = hash('sha256', (content ?? []).join(' '))
    const first = this.#first.get(file)
    // one that changed while it was backed up is two files
    if (first?.content === ids) return first.path
    if (first === undefined) this.#first.set(file, { path, content: ids })
    return null
  }
}
