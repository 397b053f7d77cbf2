import { type FSWatcher, watch } from 'node:fs'

/** The system keeps a note for each; what is beyond is found by the next look. */
const mostWatched = 2_000

/**
 * Asks the system to tell when something in these folders changes. It is a hint and no more: shares of other machines tell nothing,
 * and what tells, may tell less than all.
 */
export class FolderWatchers implements Disposable {
  readonly #watchers = new Map<string, FSWatcher>()
  readonly #hint: () => void

  constructor(hint: () => void) {
    this.#hint = hint
  }

  /** Watches exactly these from now on; returns whether one of them was not watched before. */
  watch(folders: readonly string[]): boolean {
    const wanted = new Set(folders.slice(0, mostWatched))
    for (const folder of this.#watchers.keys()) if (!wanted.has(folder)) this.#drop(folder)
    let added = false
    for (const folder of wanted) {
      if (this.#watchers.has(folder)) continue
      if (!this.#add(folder)) break // the system has no more of them, or the folder is gone: the next look tells
      added = true
    }
    return added
  }

  [Symbol.dispose](): void {
    for (const folder of this.#watchers.keys()) this.#drop(folder)
  }

  #add(folder: string): boolean {
    try {
      const watcher = watch(folder, { persistent: false })
      watcher.on('change', () => this.#hint())
      watcher.on('error', () => this.#drop(folder))
      this.#watchers.set(folder, watcher)
      return true
    } catch {
      return false
    }
  }

  #drop(folder: string): void {
    this.#watchers.get(folder)?.close()
    this.#watchers.delete(folder)
  }
}
