import type { CheckReport } from '../engine/check.ts'
import { type BlobIndex, plainBytes } from '../engine/index/blob-index.ts'
import type { Repository } from '../engine/repository.ts'
import type { TreeNode } from '../engine/tree/tree-node.ts'
import { BlackstartError } from '../errors.ts'

export type Problem = CheckReport['problems'][number]

/** Tells of a snapshot whether none of the problems can touch it. Whatever is in doubt is not sound. */
export type IsSound = (snapshot: { readonly id: string; readonly tree: string }) => Promise<boolean>

/** `problems`: all that `check` found in the repository. */
export function soundTrees(repository: Repository, problems: readonly Problem[], signal: AbortSignal): IsSound {
  const { packs, snapshots, everything } = touchedBy(problems)
  if (problems.length === 0) return async () => true
  if (everything) return async () => false
  const walk = new SoundWalk(repository, packs, signal)
  return async ({ id, tree }) => !snapshots.has(id) && (await walk.isSound(tree))
}

interface Touched {
  readonly packs: ReadonlySet<string>
  readonly snapshots: ReadonlySet<string>
  /** Where an index or the config is damaged nothing can be restored, and of other files nobody knows what they touch. */
  readonly everything: boolean
}

function touchedBy(problems: readonly Problem[]): Touched {
  const packs = new Set<string>()
  const snapshots = new Set<string>()
  let everything = false
  for (const { file } of problems) {
    const [folder, ...names] = file.split('/')
    const name = names.at(-1) ?? ''
    if (folder === 'data' && name !== '') packs.add(name)
    else if (folder === 'snapshots' && name !== '') snapshots.add(name)
    // the password that opened the repository has a key that is sound; a lock holds no content
    else if (folder !== 'keys' && folder !== 'locks') everything = true
  }
  return { packs, snapshots, everything }
}

class SoundWalk {
  readonly #repository: Repository
  readonly #badPacks: ReadonlySet<string>
  readonly #signal: AbortSignal
  /** Most trees are shared by many snapshots. */
  readonly #known = new Map<string, boolean>()

  constructor(repository: Repository, badPacks: ReadonlySet<string>, signal: AbortSignal) {
    this.#repository = repository
    this.#badPacks = badPacks
    this.#signal = signal
  }

  async isSound(tree: string): Promise<boolean> {
    const known = this.#known.get(tree)
    if (known !== undefined) return known
    const sound = await this.#look(tree)
    this.#known.set(tree, sound)
    return sound
  }

  async #look(tree: string): Promise<boolean> {
    this.#signal.throwIfAborted()
    try {
      const index = await this.#repository.loadIndex(this.#signal)
      if (!this.#isStored(index, 'tree', tree)) return false
      for (const node of await this.#repository.tree(tree, this.#signal)) {
        if (!(await this.#isNodeSound(index, node))) return false
      }
      return true
    } catch (error) {
      if (error instanceof BlackstartError && error.code === 'integrity') return false
      throw error
    }
  }

  async #isNodeSound(index: BlobIndex, node: TreeNode): Promise<boolean> {
    if (node.name === '' || node.name.includes('/')) return false
    if (node.type === 'dir') return node.subtree !== undefined && (await this.isSound(node.subtree))
    if (node.type !== 'file') return true
    if (node.content === null || !node.content.every(id => this.#isStored(index, 'data', id))) return false
    const bytes = node.content.reduce((sum, id) => sum + bytesOf(index, id), 0)
    return bytes === (node.size ?? 0)
  }

  #isStored(index: BlobIndex, type: 'tree' | 'data', id: string): boolean {
    return index.all(type, id).some(({ pack }) => !this.#badPacks.has(pack))
  }
}

function bytesOf(index: BlobIndex, id: string): number {
  const place = index.find('data', id)
  return place === null ? 0 : plainBytes(place)
}
