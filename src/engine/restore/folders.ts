import type { FileStat } from '../files/file-stat.ts'
import { isMountedIn, namesIn, removeTree } from './remove-tree.ts'
import type { RestoreRun } from './restore-run.ts'
import type { RestoredFolder } from './restored-folder.ts'
import type { Selection } from './selection.ts'

/** Makes folders before what is in them, and ends them after it. */
export class Folders {
  readonly #run: RestoreRun
  readonly #select: Selection

  constructor(run: RestoreRun, select: Selection) {
    this.#run = run
    this.#select = select
  }

  /** Makes a folder, and those above it, where that has not been done. False where that failed: it was told. */
  make(folder: RestoredFolder): boolean {
    if (folder.state !== 'unmade') return folder.state === 'made'
    if (folder.parent !== null && !this.make(folder.parent)) return false
    const { dryRun, options } = this.#run
    const replace = folder.parent !== null && options.overwrite !== 'never' && !this.#isNewer(folder)
    const made = this.#run.attempt(folder.path, () => folder.make({ dryRun, replace }))
    if (!made) folder.state = 'failed'
    return made
  }

  /** What stands in a folder's place is no folder, and the overwrite rule has it stay. */
  #isNewer({ parent, node }: RestoredFolder): boolean {
    if (this.#run.options.overwrite !== 'if-newer' || node === null) return false
    const standing = parent?.stat(node.name) ?? null
    return standing !== null && standing.type !== 'dir' && this.#run.isKept(node, standing)
  }

  /** An entry is on its way: `leave` ends that. */
  enter(folder: RestoredFolder): void {
    folder.pending += 1
  }

  /** After the last entry: what is not to be there goes, and the folder gets its metadata. */
  leave(folder: RestoredFolder): void {
    folder.pending -= 1
    if (folder.pending > 0) return
    folder.close()
    if (folder.state === 'made') {
      this.#run.attempt(folder.path, () => this.#removeOthers(folder), 'taken away')
      this.#run.attempt(folder.path, () => this.#end(folder))
    }
    if (folder.parent !== null) this.leave(folder.parent)
  }

  /**
   * Makes way for an entry that is no folder, where a folder has its name: with `delete` it goes. Returns what still stands
   * there, of folders only an empty one. Throws ENOTEMPTY for others.
   */
  clear(folder: RestoredFolder, name: string, standing: FileStat | null): FileStat | null {
    if (standing?.type !== 'dir') return standing
    if (this.#run.options.delete === true && this.#remove(folder, name)) return null
    if (namesIn(folder.pathOf(name)).length === 0) return standing
    const sentence = 'ENOTEMPTY: a folder is in the way, with something in it that is not to be deleted'
    throw Object.assign(new Error(sentence), { code: 'ENOTEMPTY' })
  }

  /** Takes away what has that name in a folder, as far as it is selected. False where something is left. */
  #remove(folder: RestoredFolder, name: string): boolean {
    const { dryRun, report } = this.#run
    const onRemoved = (path: string): void => report.entry({ path, type: 'other', action: 'removed', bytes: 0 })
    return removeTree(folder.pathOf(name), `${folder.location}/${name}`, { dryRun, select: this.#select, onRemoved })
  }

  #end({ path, node, fresh, parent }: RestoredFolder): void {
    if (node === null) return
    // What is made in a folder changes its time: this is the last thing that happens to it.
    if (!this.#run.dryRun) this.#run.setMetadata(path, node, fresh && parent?.bare === true)
    this.#run.report.entry({ path, type: 'dir', action: fresh ? 'made' : 'unchanged', bytes: 0 })
  }

  #removeOthers(folder: RestoredFolder): void {
    const { names, fresh, path } = folder
    if (names === null || fresh) return
    // the snapshot has the empty folder that something was mounted on, and nothing of that
    if (names.size === 0 && folder.parent !== null && isMountedIn(folder.parent.path, path)) return
    for (const name of namesIn(path)) {
      if (names.has(name) || !this.#select(folder, name).itself) continue
      this.#run.attempt(folder.pathOf(name), () => this.#remove(folder, name), 'taken away')
    }
  }
}
