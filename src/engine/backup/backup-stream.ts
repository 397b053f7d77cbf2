import { BlackstartError } from '../../errors.ts'
import type { RepositoryLock } from '../lock/repository-lock.ts'
import type { Repository } from '../repository.ts'
import { goMode } from '../tree/file-mode.ts'
import { formatTime } from '../tree/go-time.ts'
import type { TreeNode } from '../tree/tree-node.ts'
import { openWriter, type Writer } from '../writer.ts'
import type { BackupOptions, BackupResult } from './backup-options.ts'
import { finishSnapshot } from './finish-snapshot.ts'

export interface StreamSource {
  /** The file's in the snapshot: `stdin`; with `/`, in folders that are made up. */
  readonly name: string
  readonly content: AsyncIterable<Uint8Array>
}

/**
 * Backs up a stream as the one file of a snapshot, as restic does. Throws what the stream throws, and writes no snapshot then;
 * `usage` for a name that is none.
 */
export async function backupStream(
  given: Repository,
  { name, content }: StreamSource,
  options: BackupOptions,
  signal: AbortSignal,
): Promise<BackupResult> {
  const names = name.split('/').filter(each => each !== '')
  if (names.length === 0 || names.includes('.') || names.includes('..')) {
    throw new BlackstartError('usage', `A stream cannot be stored as "${name}". Give the name of a file.`)
  }
  const repository = options.dryRun ? given.dry() : given
  const run = (lock: RepositoryLock) => storeStream(repository, lock, { names, content }, options, signal)
  if (options.lock !== undefined) return await run(options.lock)
  // The stream can be read once: nothing is read under a lock that is not sure yet.
  await using lock = await repository.lock('shared', signal)
  return await run(lock)
}

async function storeStream(
  repository: Repository,
  lock: RepositoryLock,
  { names, content }: { readonly names: readonly string[]; readonly content: AsyncIterable<Uint8Array> },
  options: BackupOptions,
  signal: AbortSignal,
): Promise<BackupResult> {
  await using writer = await openWriter(repository, lock, signal)
  const start = repository.now()
  const time = options.time ?? start
  const counts = { files: 1, folders: names.length - 1, bytes: 0, failed: 0, ...noParent }
  const stored = await writer.addFile(counted(content, counts, options), signal)
  const node = { type: 'file', mode: 0o644, size: stored.bytes, content: stored.content } as const
  const tree = await treeOf(writer, names, { ...node, ...facts(time) }, signal)
  const facets = { start, time, tree, paths: [`/${names.join('/')}`], parent: null }
  const hostname = options.hostname ?? repository.hostname
  return await finishSnapshot(repository, writer, { ...facets, hostname }, counts, options, signal)
}

const noParent = { unchanged: 0, changed: 0, foldersUnchanged: 0, foldersChanged: 0 }

async function* counted(
  content: AsyncIterable<Uint8Array>,
  counts: { readonly files: number; readonly folders: number; bytes: number; readonly failed: number },
  { onProgress }: BackupOptions,
): AsyncGenerator<Uint8Array> {
  for await (const piece of content) {
    counts.bytes += piece.byteLength
    onProgress?.(counts)
    yield piece
  }
}

/** The root's, of folders that each hold one entry. */
async function treeOf(
  writer: Writer,
  names: readonly string[],
  file: Omit<TreeNode, 'name'>,
  signal: AbortSignal,
): Promise<string> {
  const [last = '', ...folders] = names.toReversed()
  const { mtime, atime, ctime, uid, gid } = file
  let tree = await writer.addTree([{ name: last, ...file }], signal)
  for (const name of folders) {
    const folder = { type: 'dir', mode: goMode('dir', 0o755), content: null, subtree: tree } as const
    tree = await writer.addTree([{ name, ...folder, mtime, atime, ctime, uid, gid }], signal)
  }
  return tree
}

function facts(date: Date): Pick<TreeNode, 'mtime' | 'atime' | 'ctime' | 'uid' | 'gid'> {
  const time = formatTime(BigInt(date.getTime()) * 1_000_000n)
  return { mtime: time, atime: time, ctime: time, uid: 0, gid: 0 }
}
