import { BlackstartError } from '../../errors.ts'
import { layoutPath } from '../../storage/layout.ts'
import { damaged } from '../damage.ts'
import { type BlobIndex, plainBytes } from '../index/blob-index.ts'
import { readBlob } from '../index/read-blob.ts'
import type { Repository } from '../repository.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { decodeTree } from '../tree/tree-json.ts'
import type { TreeNode } from '../tree/tree-node.ts'

/** Follows snapshots to every blob that they need; each tree once. */
export class TreeCheck {
  readonly #repository: Repository
  readonly #index: BlobIndex
  readonly #report: (error: unknown) => void
  readonly #seen = new Set<string>()

  constructor(repository: Repository, index: BlobIndex, report: (error: unknown) => void) {
    this.#repository = repository
    this.#index = index
    this.#report = report
  }

  async snapshot(snapshot: Snapshot, signal: AbortSignal): Promise<void> {
    const queue = [{ id: snapshot.tree, path: '/' }]
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const { id, path } = next
      if (this.#seen.has(id)) continue
      this.#seen.add(id)
      for (const node of await this.#tree(id, path, snapshot, signal)) {
        const below = `${path}${node.name}`
        this.#node(node, below, snapshot)
        if (node.subtree !== undefined) queue.push({ id: node.subtree, path: `${below}/` })
      }
    }
  }

  async #tree(id: string, path: string, snapshot: Snapshot, signal: AbortSignal): Promise<readonly TreeNode[]> {
    const { backend, key } = this.#repository
    const places = this.#index.all('tree', id)
    const bytes = await readBlob(backend, key, places, signal)
    if (bytes === null) this.#tell(snapshot, `needs tree ${id} for ${path}, which no index knows`)
    else if (bytes instanceof BlackstartError) this.#report(bytes)
    else {
      const nodes = decodeTree(bytes)
      if (nodes !== null) return nodes
      this.#report(damaged(backend, 'pack', places[0]?.pack ?? '', `holds a tree, ${id}, that is no list of files`))
    }
    return []
  }

  #node(node: TreeNode, path: string, snapshot: Snapshot): void {
    if (node.name === '' || node.name.includes('/')) this.#tell(snapshot, `has an entry with a bad name: ${path}`)
    if (node.type === 'dir' && node.subtree === undefined) this.#tell(snapshot, `has a folder without a tree: ${path}`)
    if (node.type !== 'file') return
    if (node.content === null) {
      this.#tell(snapshot, `has a file without content: ${path}`)
      return
    }
    let bytes = 0
    for (const id of node.content) {
      const place = this.#index.find('data', id)
      if (place === null) {
        this.#tell(snapshot, `needs data blob ${id} for ${path}, which no index knows`)
        return
      }
      bytes += plainBytes(place)
    }
    if (bytes !== (node.size ?? 0))
      this.#tell(snapshot, `has ${node.size ?? 0} bytes for ${path}, whose blobs have ${bytes}`)
  }

  #tell(snapshot: Snapshot, what: string): void {
    const file = layoutPath('snapshot', snapshot.id)
    this.#report(
      new BlackstartError('integrity', `${this.#repository.backend.location}: ${file} ${what}.`, {
        facts: { file, kind: 'snapshot', name: snapshot.id },
      }),
    )
  }
}
