import { BlackstartError } from '../../errors.ts'
import { layoutPath } from '../../storage/layout.ts'
import { damaged } from '../damage.ts'
import { isUnsafe } from '../files/safe-name.ts'
import { type BlobIndex, plainBytes } from '../index/blob-index.ts'
import { EntrySet } from '../prune/entry-set.ts'
import type { Repository } from '../repository.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { goQuote } from '../tree/go-json.ts'
import { repeatedName } from '../tree/repeated-name.ts'
import { decodeTree } from '../tree/tree-json.ts'
import type { TreeNode } from '../tree/tree-node.ts'
import type { Report } from './problem.ts'
import { type TreePlace, type TreeRead, walkTrees } from './walk-trees.ts'

/** Follows snapshots to every blob that they need; each tree once. */
export async function checkTrees(
  repository: Repository,
  index: BlobIndex,
  snapshots: AsyncIterable<Snapshot>,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const check = new TreeCheck(repository, index, report)
  const seen = new EntrySet(index.entries)
  await walkTrees(repository, index, rootsOf(snapshots), seen, (place, tree) => check.visit(place, tree), signal)
}

async function* rootsOf(snapshots: AsyncIterable<Snapshot>): AsyncGenerator<TreePlace> {
  for await (const { id, tree } of snapshots) yield { id: tree, path: '/', snapshot: id }
}

class TreeCheck {
  readonly #repository: Repository
  readonly #index: BlobIndex
  readonly #report: Report

  constructor(repository: Repository, index: BlobIndex, report: Report) {
    this.#repository = repository
    this.#index = index
    this.#report = report
  }

  visit(place: TreePlace, tree: TreeRead): TreePlace[] {
    const below: TreePlace[] = []
    const nodes = this.#nodes(place, tree)
    const repeated = repeatedName(nodes)
    if (repeated !== null) this.#tell(place.snapshot, `has two entries named ${goQuote(repeated)} in ${place.path}`)
    for (const node of nodes) {
      const path = `${place.path === '/' ? '' : place.path}/${node.name}`
      this.#node(node, path, place.snapshot)
      if (node.subtree !== undefined) below.push({ id: node.subtree, path, snapshot: place.snapshot })
    }
    return below
  }

  #nodes({ id, path, snapshot }: TreePlace, tree: TreeRead): readonly TreeNode[] {
    if (tree === null) {
      this.#tell(snapshot, `needs tree ${id} for ${path}, which no index knows`)
      return []
    }
    const nodes = Buffer.isBuffer(tree) ? decodeTree(tree) : null
    if (nodes !== null) return nodes
    const pack = this.#index.find('tree', id)?.pack ?? ''
    const what = `holds a tree, ${id}, that is no list of files`
    this.#report(Buffer.isBuffer(tree) ? damaged(this.#repository.backend, 'pack', pack, what) : tree)
    return []
  }

  #node(node: TreeNode, path: string, snapshot: string): void {
    // what Linux refuses: a backslash is no harm in what a Linux machine stored
    if (isUnsafe(node.name, 'linux')) this.#tell(snapshot, `has an entry with a bad name: ${goQuote(path)}`)
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

  #tell(snapshot: string, what: string): void {
    const file = layoutPath('snapshot', snapshot)
    this.#report(
      new BlackstartError('integrity', `${this.#repository.backend.location}: ${file} ${what}.`, {
        facts: { file, kind: 'snapshot', name: snapshot },
      }),
    )
  }
}
