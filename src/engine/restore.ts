import { realpath } from 'node:fs/promises'
import path from 'node:path'
import { BlackstartError, reasonOf, systemCode } from '../errors.ts'
import {
  makeFolder,
  refuseUnsafe,
  restoreFile,
  restoreHardLink,
  restoreLink,
  restoreSpecial,
  setMetadata,
} from './files/file-restorer.ts'
import { statOf } from './files/file-system.ts'
import { makeFolders } from './files/make-folders.ts'
import type { Repository } from './repository.ts'
import type { Snapshot } from './snapshot/snapshot.ts'
import { parseTime } from './tree/go-time.ts'
import type { TreeNode } from './tree/tree-node.ts'

export interface RestoreOptions {
  /** A folder of this machine; made where it is missing. */
  readonly target: string
  /** A path of the snapshot. A folder: what is in it lands in the target. A file: it lands there itself. */
  readonly path?: string
  /** What happens to files that are there: all replaced (the default), only those of another size or time, or none. */
  readonly overwrite?: 'always' | 'if-changed' | 'never'
  readonly onProgress?: (progress: RestoreResult) => void
  /** Called for what could not be restored, and the rest goes on. Without it the first such error is thrown. */
  readonly onError?: (path: string, error: unknown) => void
}

export interface RestoreResult {
  readonly files: number
  readonly folders: number
  readonly links: number
  /** FIFOs and devices. Sockets are not restored: the program that makes one makes it again. */
  readonly others: number
  /** Content written. */
  readonly bytes: number
  /** Left as they were, by `overwrite`. */
  readonly skipped: number
  readonly failed: number
}

/**
 * Restores a snapshot, or a part of it. A file appears under its name once its whole content is verified; nothing is
 * written outside the target, whatever the trees or links in the target say. Throws `not-found` for a `path` that the
 * snapshot does not have.
 */
export async function restore(
  repository: Repository,
  snapshot: Snapshot,
  options: RestoreOptions,
  signal: AbortSignal,
): Promise<RestoreResult> {
  await makeFolders(options.target).catch((error: unknown) => {
    const sentence = `The folder ${options.target} cannot be made: ${reasonOf(error)}. Choose another one.`
    throw new BlackstartError('storage', sentence, { cause: error, facts: { target: options.target } })
  })
  const target = await realpath(options.target)
  const run = new Restoration(repository, options, signal)
  const from = options.path ?? '/'
  if (from.split('/').every(name => name === '')) {
    await run.folder(snapshot.tree, target)
    return run.result
  }
  const node = await repository.find(snapshot, from, signal)
  if (node === null) {
    throw new BlackstartError('not-found', `Snapshot ${snapshot.id.slice(0, 8)} has no ${from}.`, {
      facts: { snapshot: snapshot.id, path: from },
    })
  }
  if (node.subtree === undefined) {
    refuseUnsafe(node.name, snapshot.tree)
    await run.entry(node, path.posix.join(target, node.name))
  } else {
    await run.folder(node.subtree, target)
  }
  return run.result
}

class Restoration {
  readonly result = { files: 0, folders: 0, links: 0, others: 0, bytes: 0, skipped: 0, failed: 0 }
  readonly #repository: Repository
  readonly #options: RestoreOptions
  readonly #signal: AbortSignal
  /** Where the first name of a file with several was restored, by device and inode. */
  readonly #restored = new Map<string, string>()

  constructor(repository: Repository, options: RestoreOptions, signal: AbortSignal) {
    this.#repository = repository
    this.#options = options
    this.#signal = signal
  }

  /** Everything in a tree, into a folder that exists. */
  async folder(tree: string, folder: string): Promise<void> {
    const nodes = await this.#repository.tree(tree, this.#signal)
    const seen = new Set<string>()
    for (const node of nodes) {
      refuseUnsafe(node.name, tree)
      if (seen.has(node.name)) {
        const message = `Tree ${tree} holds the name ${JSON.stringify(node.name)} twice. It was not written by a backup.`
        throw new BlackstartError('integrity', message, { facts: { tree, name: node.name } })
      }
      seen.add(node.name)
    }
    for (const node of nodes) await this.entry(node, path.posix.join(folder, node.name))
  }

  async entry(node: TreeNode, file: string): Promise<void> {
    this.#signal.throwIfAborted()
    await this.#attempt(file, () => this.#entry(node, file))
    this.#options.onProgress?.(this.result)
  }

  async #attempt(file: string, action: () => Promise<void>): Promise<void> {
    try {
      await action()
    } catch (error) {
      const ours = error instanceof BlackstartError ? error.code === 'integrity' : systemCode(error) !== null
      if (this.#options.onError === undefined || !ours || this.#signal.aborted) throw refined(file, error)
      this.result.failed += 1
      this.#options.onError(file, error)
    }
  }

  async #entry(node: TreeNode, file: string): Promise<void> {
    if (node.type === 'dir') return await this.#subfolder(node, file)
    if (await this.#isKept(node, file)) {
      this.result.skipped += 1
      return
    }
    if (node.type === 'file') return await this.#file(node, file)
    if (node.type === 'symlink') {
      await restoreLink(file, node)
      this.result.links += 1
    } else if (node.type !== 'socket' && node.type !== 'irregular') {
      await restoreSpecial(file, node)
      this.result.others += 1
    }
  }

  async #subfolder(node: TreeNode, folder: string): Promise<void> {
    await makeFolder(folder)
    if (node.subtree !== undefined) await this.folder(node.subtree, folder)
    // Last: what is made in a folder changes its time.
    await setMetadata(folder, node)
    this.result.folders += 1
  }

  async #file(node: TreeNode, file: string): Promise<void> {
    const identity = (node.links ?? 1) > 1 && node.inode ? `${node.device_id ?? ''}:${node.inode}` : null
    const first = identity === null ? undefined : this.#restored.get(identity)
    if (first === undefined) {
      await restoreFile(file, node, this.#content(node))
      if (identity !== null) this.#restored.set(identity, file)
    } else {
      await restoreHardLink(file, first)
    }
    this.result.files += 1
  }

  async *#content(node: TreeNode): AsyncGenerator<Uint8Array> {
    for await (const piece of this.#repository.file(node, this.#signal)) {
      this.result.bytes += piece.byteLength
      yield piece
    }
  }

  async #isKept(node: TreeNode, file: string): Promise<boolean> {
    const { overwrite = 'always' } = this.#options
    if (overwrite === 'always') return false
    try {
      const stat = await statOf(file)
      if (overwrite === 'never') return true
      const sameTime = stat.mtimeNs / 1000n === parseTime(node.mtime) / 1000n
      return node.type === 'file' && stat.isFile() && sameTime && stat.size === BigInt(node.size ?? 0)
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return false
      throw error
    }
  }
}

/** An error of the system in words. */
function refined(file: string, error: unknown): unknown {
  const system = systemCode(error)
  if (error instanceof BlackstartError || system === null || !(error instanceof Error)) return error
  if (error.name === 'AbortError') return error
  const code = system === 'ENOSPC' || system === 'EDQUOT' ? 'disk-full' : 'storage'
  return new BlackstartError(code, `${file} could not be restored: ${error.message}`, {
    facts: { path: file, system },
    cause: error,
  })
}
