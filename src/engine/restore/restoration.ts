import { TreesAhead } from '../browse/trees-ahead.ts'
import { refuseNames, refuseUnsafe } from '../files/safe-name.ts'
import type { Repository } from '../repository.ts'
import type { TreeNode } from '../tree/tree-node.ts'
import { Turns } from '../turns.ts'
import { type ContentEvents, ContentRestorer } from './content-restorer.ts'
import { Folders } from './folders.ts'
import { HardLinks, type LinkedName, type LinkGroup } from './hard-links.ts'
import { isSameEntry, isSameFile, makeEntry, makeHardLink } from './make-entry.ts'
import { metadataOf } from './node-metadata.ts'
import { type FileOrigin, PlannedFile } from './planned-file.ts'
import type { RestorePool } from './restore-pool.ts'
import type { RestoredEntry } from './restore-report.ts'
import type { RestoreRun } from './restore-run.ts'
import { RestoredFolder } from './restored-folder.ts'
import type { Selected, Selection } from './selection.ts'
import type { Verifier } from './verifier.ts'

export interface RestorationParts {
  readonly run: RestoreRun
  readonly repository: Repository
  readonly pool: RestorePool
  readonly select: Selection
  /** Reads files back, where that is asked for. */
  readonly verifier: Verifier | null
}

/** Walks the trees of a snapshot: makes folders and small entries by itself, and has the content of files written. */
export class Restoration implements AsyncDisposable {
  readonly #run: RestoreRun
  readonly #select: Selection
  readonly #verifier: Verifier | null
  readonly #trees: TreesAhead
  readonly #turns = new Turns()
  readonly #folders: Folders
  readonly #content: ContentRestorer
  readonly #links = new HardLinks()
  /** Of which it is not known yet whether their names are linked already as they should be. */
  readonly #undecided = new Set<LinkGroup>()
  /** Names that are to be written, because the first one of their group could not be. */
  #again: { readonly name: LinkedName; readonly group: LinkGroup }[] = []

  constructor({ run, repository, pool, select, verifier }: RestorationParts) {
    this.#run = run
    this.#select = select
    this.#verifier = verifier
    this.#trees = new TreesAhead(repository, run.signal)
    this.#folders = new Folders(run, select)
    const events: ContentEvents = {
      done: file => this.#fileDone(file),
      failed: (file, error) => this.#fileFailed(file, error),
      limited: (_, { part, reason }) => run.report.limited(part, reason),
      written: bytes => run.report.written(bytes),
      placed: (file, bytes) => this.#filePlaced(file, bytes),
    }
    const options = { sparse: run.options.sparse ?? true, dryRun: run.dryRun }
    this.#content = new ContentRestorer(repository, pool, options, events, run.signal)
  }

  /** Resolves when nothing is under way any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#content[Symbol.asyncDispose]()
  }

  /** Everything in a tree, into the target. */
  async all(tree: string, target: string): Promise<void> {
    const root = new RestoredFolder(target, null, null)
    if (this.#folders.make(root)) await this.#inFolder(tree, root)
    await this.#finish(root)
  }

  /** One entry that is no folder, into the target. */
  async one(node: TreeNode, tree: string, target: string): Promise<void> {
    refuseUnsafe(node.name, tree)
    const root = new RestoredFolder(target, null, null)
    await this.#entry(node, root)
    await this.#finish(root)
  }

  async #finish(root: RestoredFolder): Promise<void> {
    this.#run.progress.foundAll()
    for (const group of this.#undecided) await this.#decide(group)
    await this.#content.finish()
    while (this.#again.length > 0) {
      const again = this.#again
      this.#again = []
      for (const { name, group } of again) await this.#write(name, group, name.standing === null ? 'nothing' : 'other')
      await this.#content.finish()
    }
    this.#folders.leave(root)
    this.#run.check()
    await this.#verifier?.run(true, this.#run.signal)
    this.#run.check()
    this.#run.tellProgress()
  }

  async #inFolder(tree: string, folder: RestoredFolder): Promise<void> {
    const nodes = await this.#trees.read(tree)
    refuseNames(nodes, tree)
    if (this.#run.options.delete === true) folder.names = new Set(nodes.map(({ name }) => name))
    const selected = nodes.map(({ name }) => this.#select(folder, name))
    const subtrees = nodes.flatMap(({ subtree }, i) => (subtree !== undefined && selected[i]?.below ? [subtree] : []))
    let walked = 0
    for (const [i, node] of nodes.entries()) {
      await this.#turns.step()
      this.#run.check()
      const { itself, below } = selected[i] as Selected
      if (node.type !== 'dir') {
        if (itself) await this.#entry(node, folder)
      } else {
        this.#trees.expect(from(subtrees, walked))
        if (below && node.subtree !== undefined) walked += 1
        await this.#subfolder(node, folder, { itself, below })
      }
    }
    await this.#verifier?.run(false, this.#run.signal)
  }

  async #subfolder(node: TreeNode, parent: RestoredFolder, { itself, below }: Selected): Promise<void> {
    const folder = new RestoredFolder(parent.pathOf(node.name), parent, node)
    this.#folders.enter(parent)
    const goesOn = !itself || this.#folders.make(folder)
    if (goesOn && below && node.subtree !== undefined) {
      const { subtree } = node
      await this.#run.attemptAsync(folder.path, () => this.#inFolder(subtree, folder))
    }
    folder.close()
    this.#folders.leave(folder)
  }

  async #entry(node: TreeNode, folder: RestoredFolder): Promise<void> {
    if (node.type === 'socket' || node.type === 'irregular' || !this.#folders.make(folder)) return
    const path = folder.pathOf(node.name)
    if (node.type === 'file') this.#run.progress.found(node.size ?? 0)
    const isUnderWay = await this.#run.attemptAsync(path, async () => {
      const found = folder.stat(node.name)
      if (found !== null && this.#run.isKept(node, found)) {
        this.#tell({ node, path }, 'kept')
        this.#ended(node)
        return
      }
      const name = { node, folder, path, standing: this.#folders.clear(folder, node.name, found) }
      if (node.type === 'file') await this.#file(name)
      else this.#other(name)
    })
    if (!isUnderWay) this.#ended(node)
    this.#run.tellProgress()
  }

  /** A file is done with, of which nothing was told yet. */
  #ended({ type, size = 0 }: TreeNode): void {
    if (type === 'file') this.#run.progress.ended(size)
  }

  async #file(name: LinkedName): Promise<void> {
    this.#folders.enter(name.folder)
    const group = this.#links.groupOf(name.node)
    if (group === null) return await this.#write(name, null, this.#standing(name))
    if (group.whole !== null) return this.#link(name, group, group.whole)
    group.waiting.push(name)
    if (group.chosen) return
    // Others may have this file under another name: it is changed only where all of its names are to be changed.
    if ((name.standing?.links ?? 1) > 1 || this.#undecided.has(group)) this.#undecided.add(group)
    else await this.#choose(group, this.#standing(name))
  }

  /** Once all names of a group that were found are known. */
  async #decide(group: LinkGroup): Promise<void> {
    this.#undecided.delete(group)
    const [first] = group.waiting
    if (first === undefined) return
    const standing = group.isLinkedAlready ? this.#standing(first, group.waiting.length) : this.#standing(first)
    await this.#choose(group, standing)
  }

  async #choose(group: LinkGroup, standing: FileOrigin['standing']): Promise<void> {
    const first = group.waiting.shift()
    if (first === undefined) return
    group.chosen = true
    await this.#write(first, group, standing)
  }

  /** `links`: the names that a file may have and still be changed in its place. */
  #standing({ node, standing }: LinkedName, links = 1): FileOrigin['standing'] {
    if (standing === null) return 'nothing'
    if (standing.type !== 'file' || standing.links > links) return 'other'
    return this.#run.isTrusted(node, standing) ? 'same' : 'file'
  }

  async #write(name: LinkedName, group: LinkGroup | null, standing: FileOrigin['standing']): Promise<void> {
    const { node, folder, path } = name
    const metadata = metadataOf(node, this.#run.ownerOf(node), standing === 'nothing' && folder.bare)
    const { content, size: bytes = 0 } = node
    await this.#content.add(new PlannedFile({ folder, path, group, content: content ?? [], bytes, metadata, standing }))
  }

  #filePlaced(file: PlannedFile, bytes: number): void {
    if (file.failed) return
    file.told += bytes
    this.#run.progress.placed(bytes)
    this.#run.tellProgress()
  }

  #fileEnded(file: PlannedFile): void {
    this.#run.progress.ended(file.origin.bytes - file.told)
    this.#folders.leave(file.origin.folder)
    this.#run.tellProgress()
  }

  #fileDone(file: PlannedFile): void {
    const { path, group, standing } = file.origin
    const action = standing === 'nothing' ? 'made' : file.isKept ? 'unchanged' : 'changed'
    this.#run.report.entry({ path, type: 'file', action, bytes: file.size })
    if (!this.#run.dryRun && !file.isTrusted) this.#verifier?.add(file)
    if (group !== null) {
      group.whole = path
      group.isKept = action === 'unchanged'
      for (const waiting of group.waiting.splice(0)) this.#link(waiting, group, path)
    }
    this.#fileEnded(file)
  }

  #fileFailed(file: PlannedFile, error: unknown): void {
    const { path, group } = file.origin
    this.#run.fail(path, error)
    const next = group?.waiting.shift()
    if (group !== null && next !== undefined) this.#again.push({ name: next, group })
    this.#fileEnded(file)
  }

  #link(name: LinkedName, group: LinkGroup, first: string): void {
    const { path, standing, folder } = name
    const { dryRun } = this.#run
    this.#run.attempt(path, () => {
      // Where the first name is only to be written, nothing is linked to it yet.
      const isLinked = standing !== null && (group.isKept || !dryRun) && isSameFile(first, standing)
      if (!dryRun && !isLinked) makeHardLink(first, path, standing !== null)
      this.#tell(name, standing === null ? 'made' : isLinked && group.isKept ? 'unchanged' : 'changed')
    })
    this.#ended(name.node)
    this.#folders.leave(folder)
  }

  #other(name: LinkedName): void {
    const { node, folder, path, standing } = name
    const isSame = standing !== null && isSameEntry(path, node, standing)
    if (!this.#run.dryRun) {
      if (!isSame) makeEntry(path, node, standing !== null)
      this.#run.setMetadata(path, node, standing === null && folder.bare)
    }
    this.#tell(name, standing === null ? 'made' : isSame ? 'unchanged' : 'changed')
  }

  #tell({ node, path }: Pick<LinkedName, 'node' | 'path'>, action: RestoredEntry['action'], bytes = 0): void {
    const type = node.type === 'file' || node.type === 'symlink' ? node.type : 'other'
    this.#run.report.entry({ path, type, action, bytes })
  }
}

function* from(list: readonly string[], first: number): Generator<string> {
  for (let i = first; i < list.length; i += 1) yield list[i] as string
}
