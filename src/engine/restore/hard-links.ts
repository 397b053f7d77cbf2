import type { FileStat } from '../files/file-stat.ts'
import type { TreeNode } from '../tree/tree-node.ts'
import type { RestoredFolder } from './restored-folder.ts'

/** One name of a file that has several. */
export interface LinkedName {
  readonly node: TreeNode
  readonly folder: RestoredFolder
  readonly path: string
  readonly standing: FileStat | null
}

/** The names of one file. The first one is written; the others become links to it. */
export class LinkGroup {
  /** Where it is whole; null before. */
  whole: string | null = null
  /** True where its content was in place, and it is the same file as before. */
  isKept = false
  /** True once a name was chosen to be written. */
  chosen = false
  readonly waiting: LinkedName[] = []
  #left: number

  /** `links`: the names that the snapshot's machine counted. */
  constructor(links: number) {
    this.#left = links
  }

  /** True when this was the last of its names. */
  sawName(): boolean {
    this.#left -= 1
    return this.#left === 0
  }

  /**
   * True where the waiting names are one file already, which has no other names: then it may be changed without changing
   * anything else.
   */
  get isLinkedAlready(): boolean {
    const [first] = this.waiting
    const stat = first?.standing
    if (stat?.type !== 'file' || stat.links !== this.waiting.length) return false
    return this.waiting.every(({ standing }) => standing?.inode === stat.inode && standing.device === stat.device)
  }
}

/** Files with several names. Those of which all names were seen are forgotten: about 300 bytes for each other one. */
export class HardLinks {
  readonly #groups = new Map<string, LinkGroup>()

  /** The group that a name belongs to; null for a file with one name. Ask once for each name. */
  groupOf({ type, links = 1, inode = 0, device_id: device = 0 }: TreeNode): LinkGroup | null {
    if (type !== 'file' || links < 2 || inode === 0) return null
    const key = `${device}:${inode}`
    const group = this.#groups.get(key) ?? new LinkGroup(links)
    if (group.sawName()) this.#groups.delete(key)
    else this.#groups.set(key, group)
    return group
  }
}
