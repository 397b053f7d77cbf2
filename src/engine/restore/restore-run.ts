import type { FileStat, Moment } from '../files/file-stat.ts'
import { isLimit, type MetadataProblem, type MetadataSubject, setMetadata } from '../files/set-metadata.ts'
import type { TreeNode } from '../tree/tree-node.ts'
import { metadataOf, momentOf } from './node-metadata.ts'
import { unfinished } from './open-file.ts'
import type { Owner } from './ownership.ts'
import { type EntryAction, isOfEntry, refined } from './restore-error.ts'
import type { RestoreOptions } from './restore-options.ts'
import { ProgressCount, type RestoreAmount } from './restore-progress.ts'
import { RestoreReport } from './restore-report.ts'

/** What all parts of one restore share: its options, its report, its errors. */
export class RestoreRun {
  readonly options: RestoreOptions
  readonly report: RestoreReport
  readonly progress: ProgressCount
  readonly ownerOf: (node: TreeNode) => Owner
  readonly signal: AbortSignal
  #thrown: { readonly error: unknown } | null = null

  /** `expected`: what is to be restored, as far as that is known before. */
  constructor(
    options: RestoreOptions,
    ownerOf: (node: TreeNode) => Owner,
    expected: RestoreAmount | null,
    signal: AbortSignal,
  ) {
    this.options = options
    this.report = new RestoreReport(options.onEntry)
    this.progress = new ProgressCount(expected)
    this.ownerOf = ownerOf
    this.signal = signal
  }

  get dryRun(): boolean {
    return this.options.dryRun === true
  }

  /** Throws the error that ends the restore, where there is one. */
  check(): void {
    this.signal.throwIfAborted()
    if (this.#thrown !== null) throw this.#thrown.error
  }

  tellProgress(): void {
    this.options.onProgress?.(this.progress)
  }

  /** Runs what concerns one entry; false where it failed, and the rest goes on. */
  attempt(path: string, action: () => void, what: EntryAction = 'restored'): boolean {
    try {
      action()
      return true
    } catch (error) {
      this.fail(path, error, what)
      return false
    }
  }

  /** The same for what takes time. */
  async attemptAsync(path: string, action: () => Promise<void>): Promise<boolean> {
    try {
      await action()
      return true
    } catch (error) {
      this.fail(path, error)
      this.check()
      return false
    }
  }

  /** Tells the error of an entry; `check` throws it where nobody listens, or where it is not an entry's. */
  fail(path: string, error: unknown, what: EntryAction = 'restored'): void {
    const told = refined(path, error, what)
    if (this.options.onError === undefined || !isOfEntry(error) || this.signal.aborted) {
      this.#thrown ??= { error: told }
      return
    }
    this.report.failed()
    this.options.onError(path, told)
  }

  /** Sets the metadata of a folder, link, device or FIFO. `bare`: it is new, and has no attributes of its folder. */
  setMetadata(path: string, node: TreeNode, bare: boolean): void {
    const subject: MetadataSubject = { path, opened: null, isLink: node.type === 'symlink' }
    for (const problem of setMetadata(subject, metadataOf(node, this.ownerOf(node), bare))) this.#tell(path, problem)
  }

  /** True where the overwrite rule has what is there stay as it is. */
  isKept(node: TreeNode, standing: FileStat): boolean {
    const { overwrite = 'always' } = this.options
    if (overwrite === 'always' || overwrite === 'if-changed' || isUnfinished(standing)) return false
    return overwrite === 'never' || compareMoments(momentOf(node.mtime), standing.modified) <= 0
  }

  /** True where the file is taken for the same without reading it. */
  isTrusted(node: TreeNode, standing: FileStat): boolean {
    if (this.options.overwrite !== 'if-changed' || isUnfinished(standing)) return false
    return standing.size === (node.size ?? 0) && compareMoments(momentOf(node.mtime), standing.modified) === 0
  }

  #tell(path: string, { part, error }: MetadataProblem): void {
    if (isLimit(error)) this.report.limited(part, error instanceof Error ? error.message : String(error))
    else this.fail(path, error)
  }
}

function isUnfinished(stat: FileStat): boolean {
  return stat.type === 'file' && stat.permissions === unfinished
}

function compareMoments(a: Moment, b: Moment): number {
  return a.seconds - b.seconds || a.nanoseconds - b.nanoseconds
}
