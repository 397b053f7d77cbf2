import { constants, linkSync, readlinkSync, symlinkSync } from 'node:fs'
import { BlackstartError } from '../../errors.ts'
import { type FileStat, statFile } from '../files/file-stat.ts'
import { systemPath } from '../files/file-system.ts'
import { reach, terminated } from '../files/long-path.ts'
import { systemCalls } from '../files/system-calls.ts'
import { decodeBytes } from '../tree/byte-string.ts'
import type { TreeNode } from '../tree/tree-node.ts'
import { removeStanding } from './open-file.ts'

/** Whether a link, device or FIFO is what the snapshot has, but for its metadata. */
export function isSameEntry(path: string, node: TreeNode, stat: FileStat): boolean {
  if (stat.type !== node.type) return false
  if (node.type === 'symlink') return linkTarget(path) === (node.linktarget ?? '')
  return node.type === 'fifo' || BigInt(stat.specialDevice) === BigInt(node.device ?? 0)
}

function linkTarget(path: string): string {
  return decodeBytes(reach(path, at => readlinkSync(at, { encoding: 'buffer' })))
}

/** Makes a link, device or FIFO; what is in its place goes first. Throws the system's error, or `unsupported`. */
export function makeEntry(path: string, node: TreeNode, isStanding: boolean): void {
  reach(path, at => {
    if (isStanding) removeStanding(at)
    if (node.type === 'symlink') symlinkSync(systemPath(node.linktarget ?? ''), at)
    else makeSpecial(path, at, node)
  })
}

const kinds: Readonly<Partial<Record<TreeNode['type'], number>>> = {
  fifo: constants.S_IFIFO,
  chardev: constants.S_IFCHR,
  dev: constants.S_IFBLK,
}

function makeSpecial(path: string, at: string | Buffer, node: TreeNode): void {
  const calls = systemCalls()
  const kind = kinds[node.type]
  if (typeof calls === 'string' || kind === undefined) {
    const reason = typeof calls === 'string' ? calls : `a ${node.type} cannot be made`
    const sentence = `${path} is a device or a FIFO, which cannot be made here: ${reason}. Restore it on a Linux machine.`
    throw new BlackstartError('unsupported', sentence, { facts: { path, type: node.type } })
  }
  calls.makeNode(terminated(at), kind | 0o600, BigInt(node.device ?? 0))
}

/** Whether a name that is there is one of the file at `path`. */
export function isSameFile(path: string, { inode, device }: FileStat): boolean {
  const stat = statFile(path)
  return stat.inode === inode && stat.device === device
}

/** A further name of a file that is there; what is in its place goes first. */
export function makeHardLink(first: string, path: string, isStanding: boolean): void {
  reach(path, at => {
    if (isStanding) removeStanding(at)
    reach(first, from => linkSync(from, at))
  })
}
