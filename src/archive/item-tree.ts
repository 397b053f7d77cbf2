import type { TreeNode } from '../engine/tree/tree-node.ts'
import type { Writer } from '../engine/writer.ts'
import type { CaptureSheet } from './capture-sheet.ts'
import { sheetFolder, sheetName } from './capture-sheet.ts'
import { fileNode, folderNode, linkNode } from './item-node.ts'
import type { FullStat, ReadEntry } from './read-item.ts'

/** A folder being put together: its own metadata, and what lies in it. */
interface Branch {
  stat: FullStat
  readonly branches: Map<string, Branch>
  readonly leaves: TreeNode[]
}

export interface WrittenTree {
  readonly id: string
  /** Ids of the trees of all its folders, its own included. */
  readonly folders: readonly string[]
}

/**
 * Writes a version's tree: `/asset/item/…` with the entries, and `/.blackstart/capture.json`. `time` stands where the
 * device told none.
 */
export async function writeItemTree(
  writer: Writer,
  item: string,
  entries: readonly ReadEntry[],
  sheet: CaptureSheet,
  time: Date,
  signal: AbortSignal,
): Promise<WrittenTree> {
  const since = BigInt(time.getTime()) * 1_000_000n
  const root = newBranch(since)
  const base = item.split('/')
  for (const entry of entries) addEntry(branchAt(root, base, since), entry, since)
  branchAt(root, base, since)
  const bytes = Buffer.from(`${JSON.stringify(sheet, null, 2)}\n`)
  const { content } = await writer.addFile(oneChunk(bytes), signal)
  const plain = { ...newBranch(since).stat, mode: 0o644 }
  branchAt(root, [sheetFolder], since).leaves.push(fileNode(sheetName, plain, since, content, bytes.length))
  const folders: string[] = []
  const id = await writeBranch({ writer, since, folders }, root, signal)
  return { id, folders }
}

function newBranch(since: bigint): Branch {
  const stat: FullStat = { mode: 0o755, uid: 0, gid: 0, user: '', group: '', mtime: since }
  return { stat, branches: new Map(), leaves: [] }
}

function branchAt(root: Branch, names: readonly string[], since: bigint): Branch {
  let branch = root
  for (const name of names) {
    let next = branch.branches.get(name)
    if (next === undefined) {
      next = newBranch(since)
      branch.branches.set(name, next)
    }
    branch = next
  }
  return branch
}

function addEntry(base: Branch, entry: ReadEntry, since: bigint): void {
  const names = entry.path.split('/')
  if (entry.type === 'folder') {
    branchAt(base, names, since).stat = entry.stat
    return
  }
  const name = names.pop() ?? ''
  const branch = branchAt(base, names, since)
  branch.leaves.push(
    entry.type === 'link'
      ? linkNode(name, entry.stat, since, entry.target)
      : fileNode(name, entry.stat, since, entry.blobs, entry.digests.bytes),
  )
}

interface Writing {
  readonly writer: Writer
  readonly since: bigint
  readonly folders: string[]
}

async function writeBranch(writing: Writing, branch: Branch, signal: AbortSignal): Promise<string> {
  const nodes = [...branch.leaves]
  for (const [name, child] of branch.branches) {
    nodes.push(folderNode(name, child.stat, writing.since, await writeBranch(writing, child, signal)))
  }
  const id = await writing.writer.addTree(nodes, signal)
  writing.folders.push(id)
  return id
}

async function* oneChunk(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}
