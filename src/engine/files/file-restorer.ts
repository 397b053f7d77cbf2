import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { chmod, lchown, link, lutimes, mkdir, open, rename, rm, symlink, utimes } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { BlackstartError, systemCode } from '../../errors.ts'
import { encodeBytes } from '../tree/byte-string.ts'
import { permissionsOf } from '../tree/file-mode.ts'
import { parseTime } from '../tree/go-time.ts'
import type { TreeNode } from '../tree/tree-node.ts'
import { statOf, systemPath } from './file-system.ts'

/** Writes a file whole at a name of its own, gives it its metadata, and moves it into its place. */
export async function restoreFile(file: string, node: TreeNode, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  await inPlace(
    file,
    async temporary => {
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
      await using handle = await open(systemPath(temporary), flags, 0o600)
      for await (const piece of pieces) await handle.writeFile(piece)
    },
    node,
  )
}

export async function restoreLink(file: string, node: TreeNode): Promise<void> {
  const target = node.linktarget ?? ''
  await inPlace(file, temporary => symlink(systemPath(target), systemPath(temporary)), node)
}

/** Makes a FIFO or a device with the system's `mknod`; Node has no call for it. */
export async function restoreSpecial(file: string, node: TreeNode): Promise<void> {
  const kind = { fifo: 'p', chardev: 'c', dev: 'b' }[node.type as 'fifo' | 'chardev' | 'dev']
  const device = BigInt(node.device ?? 0)
  // Linux's dev_t: 12 bits of the major number between the low 8 and the high 12 bits of the minor number.
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn)
  const minor = (device & 0xffn) | ((device >> 12n) & ~0xffn)
  const numbers = kind === 'p' ? [] : [String(major), String(minor)]
  await inPlace(
    file,
    async temporary => {
      if (!temporary.isWellFormed()) throw Object.assign(new Error('mknod takes no such name'), { code: 'EILSEQ' })
      await promisify(execFile)('mknod', ['-m', '600', temporary, kind, ...numbers])
    },
    node,
  )
}

/** A further name of a file that was restored before. */
export async function restoreHardLink(file: string, first: string): Promise<void> {
  const temporary = temporaryName(file)
  try {
    await link(systemPath(first), systemPath(temporary))
    await rename(systemPath(temporary), systemPath(file))
  } finally {
    // `rename` does nothing where both are names of one file already.
    await rm(systemPath(temporary), { force: true })
  }
}

/** Makes a folder, and never goes through a link that lies in its place: such a link is removed. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(systemPath(folder), { mode: 0o700 })
    return
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
  }
  if ((await statOf(folder)).isDirectory()) return
  await rm(systemPath(folder))
  await mkdir(systemPath(folder), { mode: 0o700 })
}

/** Owner (as root), permissions, times. The times to the microsecond: Node takes no finer ones. */
export async function setMetadata(file: string, node: TreeNode): Promise<void> {
  const at = systemPath(file)
  if (process.getuid?.() === 0) await lchown(at, node.uid, node.gid)
  const [atime, mtime] = [seconds(node.atime), seconds(node.mtime)]
  if (node.type === 'symlink') {
    await lutimes(at, atime, mtime)
    return
  }
  await chmod(at, permissionsOf(node.mode ?? 0))
  await utimes(at, atime, mtime)
}

async function inPlace(file: string, make: (temporary: string) => Promise<void>, node: TreeNode): Promise<void> {
  const temporary = temporaryName(file)
  try {
    await make(temporary)
    await setMetadata(temporary, node)
    await rename(systemPath(temporary), systemPath(file))
  } catch (error) {
    await rm(systemPath(temporary), { force: true })
    throw error
  }
}

function temporaryName(file: string): string {
  return path.posix.join(path.posix.dirname(file), `.blackstart-${randomBytes(8).toString('hex')}`)
}

/** Half a microsecond is added because the double falls a little below what it stands for. */
function seconds(time: string): number {
  return (Number(parseTime(time) / 1000n) + 0.5) / 1e6
}

/** Throws `integrity` for a name that would lead out of its folder. */
export function refuseUnsafe(name: string, tree: string): void {
  const bytes = encodeBytes(name)
  const unsafe = name === '' || name === '.' || name === '..' || bytes.includes(0) || /[/\0]/.test(name)
  if (!unsafe && !(process.platform === 'win32' && /[\\:]/.test(name))) return
  throw new BlackstartError(
    'integrity',
    `Tree ${tree} holds the name ${JSON.stringify(name)}, which leads out of its folder. The snapshot was made to do harm: do not restore it.`,
    { facts: { tree, name } },
  )
}
