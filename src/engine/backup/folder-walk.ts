import path from 'node:path'
import { BlackstartError, systemCode } from '../../errors.ts'
import { Gate } from '../gate.ts'
import type { Repository } from '../repository.ts'
import { errorOf } from '../workers/failure.ts'
import { filled, hasSameFolders, withSubtree } from '../workers/folder-part.ts'
import type { FolderJob, FolderPart } from '../workers/messages.ts'
import { ParentNodes } from '../workers/parent-nodes.ts'
import type { Writer } from '../writer.ts'
import type { BackupOptions } from './backup-options.ts'

/** Names that a job takes: of a larger folder, each job gets so many. */
const namesAtOnce = 512
/** Large files that are read at the same time, each by all threads. */
const largeAtOnce = 2

/** `node` is its text up to the tree's id, `before` the parent's tree; `isSame`: with that it is the parent's node. */
export type FoundFolder = Pick<FolderPart['folders'][number], 'node' | 'before' | 'isSame'>

/** Stores folders, the deepest first, and counts. */
export class FolderWalk {
  files = 0
  folders = 0
  others = 0
  bytes = 0
  failed = 0
  unchanged = 0
  changed = 0
  foldersUnchanged = 0
  foldersChanged = 0
  readonly #repository: Repository
  readonly #writer: Writer
  readonly #options: BackupOptions
  readonly #signal: AbortSignal
  /** Last come, first served: deep before broad, so that few folders wait half done. */
  readonly #jobs: Gate
  readonly #large = new Gate(largeAtOnce)

  constructor(repository: Repository, writer: Writer, options: BackupOptions, signal: AbortSignal) {
    this.#repository = repository
    this.#writer = writer
    this.#options = options
    this.#signal = signal
    this.#jobs = new Gate(writer.threads * 3)
  }

  /** Stores all that is in a folder; returns the tree's id. `before` is the parent's tree. Throws the system's error where it cannot be listed. */
  async tree(folder: string, before: string | null): Promise<string> {
    const { parts, previous } = await this.#opened(folder, before)
    const below = await this.#below(folder, parts)
    const [first] = parts
    if (before !== null && first?.isSame && hasSameFolders(first, below)) return before
    return await this.#writer.addTreeText(joined(parts, below, previous), this.#signal)
  }

  /** The nodes of these entries of a folder, or of one that a link there leads to. `parent` is a tree, as far as it is known. */
  async entries(folder: string, names: readonly string[], parent: Uint8Array | null): Promise<string[]> {
    // A link is followed where it is not the last name.
    const parts = await this.#parts(`${folder}/.`, names, parent)
    return joined(parts, await this.#below(folder, parts), parent)
  }

  /** The nodes of folders and large files, at their places among all nodes. */
  async #below(folder: string, parts: readonly FolderPart[]): Promise<(string | null)[]> {
    const nodes: (string | null)[] = []
    const filling: Promise<void>[] = []
    let first = 0
    for (const part of parts) {
      const fill = async (at: number, node: Promise<string | null>): Promise<void> => {
        nodes[at] = await node
      }
      for (const { at, name, node, before, isSame } of part.folders) {
        const below = path.posix.join(folder, name)
        filling.push(
          fill(
            first + at,
            this.folder(below, { node, before, isSame }, () => this.tree(below, before)),
          ),
        )
      }
      for (const { at, name, isChanged } of part.large) {
        filling.push(fill(first + at, this.#largeFile(path.posix.join(folder, name), isChanged)))
      }
      first += part.nodes.length
    }
    await allOf(filling)
    return nodes
  }

  /** A folder's entries, and the parent's tree. That is not read before the folder's turn: thousands of folders may wait for it. */
  async #opened(folder: string, before: string | null): Promise<{ parts: FolderPart[]; previous: Buffer | null }> {
    const { first, previous } = await this.#inTurn(async () => {
      const previous = await this.previous(before, folder)
      return { previous, first: await this.#part({ folder, names: null, parent: previous }) }
    })
    return { previous, parts: await this.#withRest(folder, first, previous) }
  }

  /** The folder's entries of those names, in as many parts as they take. */
  async #parts(folder: string, names: readonly string[] | null, parent: Uint8Array | null): Promise<FolderPart[]> {
    const first = await this.#inTurn(() => this.#part({ folder, names, parent }))
    return await this.#withRest(folder, first, parent)
  }

  async #withRest(folder: string, first: FolderPart, parent: Uint8Array | null): Promise<FolderPart[]> {
    if (first.rest.length === 0) return [first]
    const before = new ParentNodes(parent)
    const slices = Array.from({ length: Math.ceil(first.rest.length / namesAtOnce) }, (_, i) =>
      first.rest.slice(i * namesAtOnce, (i + 1) * namesAtOnce),
    )
    const [start = ''] = first.rest
    before.upTo(start)
    const rests = slices.map((names, i) => {
      const next = slices[i + 1]?.[0]
      return this.#parts(folder, names, next === undefined ? before.others() : before.upTo(next))
    })
    return [first, ...(await allOf(rests)).flat()]
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    using _turn = await this.#jobs.enter()
    return await work()
  }

  async #part(job: Omit<FolderJob, 'kind'>): Promise<FolderPart> {
    const part = await this.#writer.addFolder(job, this.#signal)
    this.files += part.files
    this.others += part.others
    this.unchanged += part.unchanged
    this.changed += part.changed
    this.bytes += part.bytes
    for (const { path, failure } of part.failures) this.fail(path, errorOf(failure))
    this.#options.onProgress?.(this)
    return part
  }

  /** The node of a folder; null where its tree cannot be made. */
  async folder(folder: string, found: FoundFolder, tree: () => Promise<string>): Promise<string | null> {
    return await this.attempt(folder, async () => {
      const subtree = await tree()
      this.folders += 1
      if (found.before === subtree && found.isSame) this.foldersUnchanged += 1
      else if (found.before !== null) this.foldersChanged += 1
      return withSubtree(found.node, subtree)
    })
  }

  async #largeFile(file: string, isChanged: boolean): Promise<string | null> {
    using _turn = await this.#large.enter()
    return await this.attempt(file, async () => {
      const { node, content, failures } = await this.#writer.addLargeFile(file, this.#addBytes, this.#signal)
      for (const { path, failure } of failures) this.fail(path, errorOf(failure))
      this.files += 1
      if (isChanged) this.changed += 1
      return `${node},"content":${JSON.stringify(content)}}`
    })
  }

  readonly #addBytes = (bytes: number): void => {
    this.bytes += bytes
    this.#options.onProgress?.(this)
  }

  /** What the system says about a file is that file's trouble; all else (storage, a lost lock, the signal) is ours. */
  async attempt<Result>(file: string, action: () => Promise<Result>): Promise<Result | null> {
    try {
      return await action()
    } catch (error) {
      if (error instanceof BlackstartError || systemCode(error) === null || this.#signal.aborted) throw error
      this.fail(file, error)
      return null
    }
  }

  fail(file: string, error: unknown): void {
    this.failed += 1
    this.#options.onError?.(file, error)
  }

  /** The parent's tree; null where it cannot be read: then every file is read anew. */
  async previous(id: string | null, folder: string): Promise<Buffer | null> {
    if (id === null) return null
    try {
      return await this.#repository.blob('tree', id, this.#signal)
    } catch (error) {
      if (!(error instanceof BlackstartError) || error.code !== 'integrity') throw error
      this.#options.onError?.(folder, error)
      return null
    }
  }
}

/** As `Promise.all`, but waits for all of them before it throws the first error. */
export async function allOf<Value>(promises: readonly Promise<Value>[]): Promise<Value[]> {
  await Promise.allSettled(promises)
  return await Promise.all(promises)
}

function joined(
  parts: readonly FolderPart[],
  below: readonly (string | null | undefined)[],
  parent: Uint8Array | null,
): string[] {
  const nodes = parts.flatMap(part => filled(part, parent).nodes)
  return nodes.map((node, at) => node ?? below[at] ?? null).filter(node => node !== null)
}
