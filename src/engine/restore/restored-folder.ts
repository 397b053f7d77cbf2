import { chmodSync, lstatSync, mkdirSync, unlinkSync } from 'node:fs'
import { systemCode } from '../../errors.ts'
import { readAttributes } from '../files/extended-attributes.ts'
import { type FileStat, type OpenFolder, openFolder } from '../files/file-stat.ts'
import { reach } from '../files/long-path.ts'
import type { TreeNode } from '../tree/tree-node.ts'
import { namesIn } from './remove-tree.ts'

interface MakeOptions {
  readonly dryRun: boolean
  /** Whether a file in its place may be taken away: never in that of the target itself. */
  readonly replace: boolean
}

/** A folder of the target while there is work in it. */
export class RestoredFolder {
  /** In the target. */
  readonly path: string
  /** From the root of what is restored on: `/a/b`; the root itself is empty. */
  readonly location: string
  /** Null for the target itself. */
  readonly parent: RestoredFolder | null
  /** Null for the target itself, whose metadata stays. */
  readonly node: TreeNode | null
  state: 'unmade' | 'made' | 'failed' = 'unmade'
  /** True where this run made it: then nothing is in it but what this run puts there. */
  fresh = false
  /** True where what is made in it gets no attributes from it. */
  bare = false
  /** Names that the snapshot has in it, where those that it has not are to go. */
  names: ReadonlySet<string> | null = null
  /** Entries on their way, and one more until all of them are known. */
  pending = 1
  #opened: OpenFolder | null = null

  constructor(path: string, parent: RestoredFolder | null, node: TreeNode | null) {
    this.path = path
    this.parent = parent
    this.node = node
    this.location = parent === null || node === null ? '' : `${parent.location}/${node.name}`
  }

  pathOf(name: string): string {
    return this.path.endsWith('/') ? `${this.path}${name}` : `${this.path}/${name}`
  }

  /** Makes it, in a folder that is made. A link in its place is not followed, but taken away. Throws the system's error. */
  make({ dryRun, replace }: MakeOptions): void {
    const exists = this.parent?.fresh !== true && this.#exists({ dryRun, replace })
    if (!dryRun && !exists) this.#makeFresh()
    this.fresh = !exists || (this.parent === null && namesIn(this.path).length === 0)
    if (!dryRun) this.bare = (!exists && this.parent?.bare === true) || isBare(this.path)
    this.state = 'made'
  }

  /** What has that name in it now; null for nothing. */
  stat(name: string): FileStat | null {
    if (this.fresh) return null
    this.#opened ??= openFolder(this.path)
    try {
      return this.#opened.stat(name)
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return null
      throw error
    }
  }

  /** Entries are not looked at any more. */
  close(): void {
    this.#opened?.[Symbol.dispose]()
    this.#opened = null
  }

  #makeFresh(): void {
    // What nobody else may enter cannot be changed by others while it is filled.
    reach(this.path, at => mkdirSync(at, { mode: 0o700 }))
  }

  /** Afterwards a folder is there that can be written to, or nothing. */
  #exists({ dryRun, replace }: MakeOptions): boolean {
    return reach(this.path, at => {
      try {
        const stat = lstatSync(at)
        if (stat.isDirectory()) {
          if (!dryRun && (stat.mode & 0o300) !== 0o300) makeWritable(at, stat.mode)
          return true
        }
        if (!replace) throw Object.assign(new Error('EEXIST: a file is in the way of a folder'), { code: 'EEXIST' })
        if (!dryRun) unlinkSync(at)
        return false
      } catch (error) {
        if (systemCode(error) === 'ENOENT') return false
        throw error
      }
    })
  }
}

/** Root writes in any folder; who owns it may open it for himself. Its permissions are set in the end. */
function makeWritable(at: string | Buffer, mode: number): void {
  if (process.geteuid?.() !== 0) chmodSync(at, (mode & 0o7777) | 0o700)
}

/** Of the attributes, it is the default ACL that files inherit. */
function isBare(path: string): boolean {
  const attributes = readAttributes(path, () => undefined)
  return attributes.every(({ name }) => name !== 'system.posix_acl_default')
}
