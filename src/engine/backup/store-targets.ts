import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { Target } from '../files/backup-targets.ts'
import { readAttributes } from '../files/extended-attributes.ts'
import { fileStat } from '../files/file-stat.ts'
import { namesIn, systemPath } from '../files/file-system.ts'
import { nodeText } from '../files/node-text.ts'
import { readUserNames, type UserNames } from '../files/user-names.ts'
import { compareBytes } from '../tree/byte-string.ts'
import { goQuote, goString } from '../tree/go-json.ts'
import { decodeTree } from '../tree/tree-json.ts'
import { withSubtree } from '../workers/folder-part.ts'
import { ParentNodes } from '../workers/parent-nodes.ts'
import type { Writer } from '../writer.ts'
import type { BackupOptions } from './backup-options.ts'
import { allOf, type FolderWalk } from './folder-walk.ts'

type Targets = ReadonlyMap<string, Target>

/**
 * Stores the targets and what leads to them; returns the root's tree, null where nothing of them was stored. `before` is
 * the parent's. On the way to a target links are followed; a target that is a link is stored as one.
 */
export async function storeTargets(
  walk: FolderWalk,
  writer: Writer,
  targets: Targets,
  before: string | null,
  options: BackupOptions,
  signal: AbortSignal,
): Promise<string | null> {
  const names = await readUserNames(signal)
  const nodes = await new TargetRun(walk, writer, names, options, signal).nodes(targets, before)
  return nodes.length === 0 ? null : await writer.addTreeText(nodes, signal)
}

class TargetRun {
  readonly #walk: FolderWalk
  readonly #writer: Writer
  readonly #names: UserNames
  readonly #withAtime: boolean
  readonly #signal: AbortSignal

  constructor(walk: FolderWalk, writer: Writer, names: UserNames, options: BackupOptions, signal: AbortSignal) {
    this.#withAtime = options.withAtime === true
    this.#walk = walk
    this.#writer = writer
    this.#names = names
    this.#signal = signal
  }

  /** In the order of a tree. */
  async nodes(targets: Targets, before: string | null): Promise<string[]> {
    const parent = await this.#walk.previous(before, '/')
    const known = new Map((parent === null ? [] : (decodeTree(parent) ?? [])).map(node => [node.name, node]))
    const whole = new Map([...targets].filter(([, target]) => isLeaf(target)))
    const found = await allOf([
      ...[...inFolders(whole)].map(([folder, names]) => this.#walk.entries(folder, names, parent)),
      ...[...whole].filter(isRenamed).map(([name, { source }]) => this.#renamed(name, source, parent)),
      ...[...targets]
        .filter(([, target]) => !isLeaf(target))
        .map(([name, target]) => this.#onTheWay(name, target, known.get(name)?.subtree ?? null, parent)),
    ])
    return sorted(found.flat())
  }

  /** A target that has another name in the snapshot. */
  async #renamed(name: string, source: string, parent: Uint8Array | null): Promise<string[]> {
    const own = path.posix.basename(source)
    const before = new ParentNodes(parent).find(name)
    const tree = before === null ? null : Buffer.from(`{"nodes":[${withName(before, name, own)}]}`)
    const nodes = await this.#walk.entries(path.posix.dirname(source), [own], tree)
    return nodes.map(node => withName(node, own, name))
  }

  async #onTheWay(name: string, target: Target, before: string | null, parent: Uint8Array | null): Promise<string[]> {
    const { source } = target
    const text = await this.#walk.attempt(source, async () => {
      const found = fileStat(await stat(systemPath(source), { bigint: true }))
      const attributes = readAttributes(source, (_, error) => this.#walk.fail(source, error))
      return nodeText(name, found, this.#names, { attributes, withAtime: this.#withAtime })
    })
    if (text === null) return []
    const isSame = before !== null && new ParentNodes(parent).find(name) === withSubtree(text, before)
    const node = await this.#walk.folder(source, { node: text, before, isSame }, async () => {
      const targets = target.whole ? new Map([...(await entriesOf(source)), ...target.children]) : target.children
      return await this.#writer.addTreeText(await this.nodes(targets, before), this.#signal)
    })
    return node === null ? [] : [node]
  }
}

/** All that is in a folder, as targets. Throws the system's error. */
async function entriesOf(folder: string): Promise<Targets> {
  const names = await namesIn(folder)
  return new Map(names.map(name => [name, { source: path.posix.join(folder, name), whole: true, children: new Map() }]))
}

function isLeaf({ whole, children }: Target): boolean {
  return whole && children.size === 0
}

function isRenamed([name, { source }]: readonly [string, Target]): boolean {
  return path.posix.basename(source) !== name
}

/** The names of those that keep theirs, by the folder that they lie in, in the order of a tree. */
function inFolders(targets: Targets): ReadonlyMap<string, string[]> {
  const own = [...targets].filter(each => !isRenamed(each))
  const folders = Map.groupBy(own, ([, { source }]) => path.posix.dirname(source))
  return new Map([...folders].map(([folder, each]) => [folder, each.map(([name]) => name).sort(compareBytes)]))
}

function withName(node: string, name: string, other: string): string {
  return node.replace(`{"name":${goString(goQuote(name))},`, () => `{"name":${goString(goQuote(other))},`)
}

function sorted(nodes: readonly string[]): string[] {
  const names = decodeTree(Buffer.from(`{"nodes":[${nodes.join(',')}]}`)) ?? []
  const named = nodes.map((node, at) => ({ node, name: names[at]?.name ?? '' }))
  return named.sort((a, b) => compareBytes(a.name, b.name)).map(({ node }) => node)
}
