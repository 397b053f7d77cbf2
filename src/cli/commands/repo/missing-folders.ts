import type { TreeEntry } from '../../../engine/browse/walk-tree.ts'
import type { Snapshot } from '../../../engine/snapshot/snapshot.ts'
import { BlackstartError } from '../../../errors.ts'
import { shortId } from './snapshot-json.ts'

/** Finds out, while entries go by, which of the folders that were asked for are not there. */
export class MissingFolders {
  readonly #left: Set<string>

  /** As a person writes them: `/etc`, `/etc/`. */
  constructor(folders: readonly string[]) {
    this.#left = new Set(folders.map(folder => `/${folder.split('/').filter(Boolean).join('/')}`))
    this.#left.delete('/')
  }

  async *watch(entries: AsyncIterable<TreeEntry>): AsyncGenerator<TreeEntry> {
    for await (const entry of entries) {
      this.#left.delete(entry.path)
      yield entry
    }
  }

  /** To be called after the last entry. Throws `not-found`. */
  refuse({ id }: Snapshot): void {
    if (this.#left.size === 0) return
    const missing = [...this.#left].join(', ')
    const facts = { snapshot: id, paths: [...this.#left] }
    throw new BlackstartError('not-found', `Snapshot ${shortId(id)} has no ${missing}.`, { facts })
  }
}
