import type { Repository } from '../repository.ts'
import type { TreeNode } from '../tree/tree-node.ts'
import { Turns } from '../turns.ts'

/** Reads trees, some of them before it is their turn: never more at the same time than the storage is good for. */
export class TreesAhead {
  readonly #repository: Repository
  readonly #signal: AbortSignal
  readonly #turns = new Turns()
  readonly #reading = new Map<string, Promise<readonly TreeNode[]>>()

  constructor(repository: Repository, signal: AbortSignal) {
    this.#repository = repository
    this.#signal = signal
  }

  /** Throws as `Repository.tree`. */
  async read(tree: string): Promise<readonly TreeNode[]> {
    const reading = this.#reading.get(tree) ?? this.#repository.tree(tree, this.#signal)
    try {
      const nodes = await reading
      await this.#turns.step()
      return nodes
    } finally {
      this.#reading.delete(tree)
    }
  }

  /** Gives a tree up that was expected: it will not be read. */
  skip(tree: string): void {
    this.#reading.delete(tree)
  }

  /** Begins with trees that will be read, or skipped, in that order, as far as there is room. */
  expect(trees: Iterable<string>): void {
    for (const tree of trees) {
      if (this.#reading.size >= this.#repository.backend.atOnce) return
      if (this.#reading.has(tree)) continue
      const reading = this.#repository.tree(tree, this.#signal)
      reading.catch(() => undefined) // `read` throws it
      this.#reading.set(tree, reading)
    }
  }
}
