import { BlackstartError } from '../../errors.ts'
import { sealOverhead } from '../crypto/sealing-key.ts'
import { type BlobIndex, type BlobLocation, plainBytes } from '../index/blob-index.ts'
import type { Repository } from '../repository.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import type { TreeNode } from '../tree/tree-node.ts'
import { CountedBlobs } from './counted-blobs.ts'
import { DigestSet } from './digest-set.ts'
import { RestoreSizes } from './restore-sizes.ts'
import { type TreeEntry, walkTree } from './walk-tree.ts'

export const statsModes = ['restore-size', 'files-by-contents', 'blobs-per-file', 'raw-data'] as const
/**
 * restic's: what restoring every snapshot writes; files, each content once; the blobs of those files, each once for a path;
 * blobs as they lie in packs, each once.
 */
export type StatsMode = (typeof statsModes)[number]

export interface RepositoryStats {
  readonly snapshots: number
  /** Entries of every kind; 0 for `raw-data`. */
  readonly files: number
  /** 0 for `restore-size` and `files-by-contents`. */
  readonly blobs: number
  /** Plain; for `raw-data` as stored. */
  readonly bytes: number
  /** For `raw-data` only. */
  readonly compression: Compression | null
}

export interface Compression {
  /** What the blobs would take if none were compressed. */
  readonly uncompressedBytes: number
  /** Before to after, of the blobs that are compressed; 0 where none is. */
  readonly ratio: number
  /** Percent of the bytes that are in compressed blobs. */
  readonly progress: number
  /** Percent. */
  readonly saving: number
}

/** Throws `integrity` where a tree cannot be read or a blob is in no index. `onProgress` gets the snapshots done. */
export async function repositoryStats(
  repository: Repository,
  snapshots: AsyncIterable<Snapshot> | Iterable<Snapshot>,
  mode: StatsMode,
  onProgress: (snapshots: number) => void,
  signal: AbortSignal,
): Promise<RepositoryStats> {
  const counter = await counterOf(repository, mode, signal)
  let done = 0
  for await (const { tree } of snapshots) {
    await counter.add(tree)
    done += 1
    onProgress(done)
  }
  return { files: 0, blobs: 0, compression: null, ...counter.result(), snapshots: done }
}

interface Counter {
  /** Takes in a snapshot's tree. */
  add(tree: string): Promise<void>
  result(): Pick<RepositoryStats, 'bytes'> & Partial<RepositoryStats>
}

async function counterOf(repository: Repository, mode: StatsMode, signal: AbortSignal): Promise<Counter> {
  const index = await repository.refresh(signal)
  if (mode === 'restore-size') return new RestoreSizes(repository, index, signal)
  const seen = new CountedBlobs(index)
  const entries = (tree: string) => newEntries(repository, seen, tree, signal)
  if (mode === 'raw-data') return rawCounter(index, entries)
  return mode === 'files-by-contents' ? contentCounter(entries) : pathCounter(index, entries)
}

type Entries = (tree: string) => AsyncIterable<TreeEntry>

/** Of trees that are not in the set yet; they are put into it. */
async function* newEntries(
  repository: Repository,
  seen: CountedBlobs,
  tree: string,
  signal: AbortSignal,
): AsyncGenerator<TreeEntry> {
  if (seen.holds('tree', tree)) return
  const into = ({ node }: TreeEntry) => node.subtree !== undefined && !seen.holds('tree', node.subtree)
  for await (const entry of walkTree(repository, tree, { into }, signal)) {
    seen.add('tree', entry.tree)
    yield entry
  }
}

function contentCounter(entries: Entries): Counter {
  const contents = new DigestSet()
  let bytes = 0
  return {
    add: async tree => {
      for await (const { node } of entries(tree)) if (contents.add(contentKey(node))) bytes += node.size ?? 0
    },
    result: () => ({ files: contents.size, bytes }),
  }
}

function pathCounter(index: BlobIndex, entries: Entries): Counter {
  const [contents, paths, references] = [new DigestSet(), new DigestSet(), new DigestSet()]
  let bytes = 0
  return {
    add: async tree => {
      for await (const { path, node } of entries(tree)) {
        if (!contents.add(contentKey(node))) continue
        for (const id of node.content ?? []) {
          paths.add(path)
          if (references.add(`${id} ${path}`)) bytes += plainBytes(placeOf(index, id))
        }
      }
    },
    result: () => ({ files: paths.size, blobs: references.size, bytes }),
  }
}

function contentKey({ content }: TreeNode): string {
  return (content ?? []).join('')
}

function placeOf(index: BlobIndex, id: string): BlobLocation {
  const place = index.find('data', id)
  if (place !== null) return place
  throw new BlackstartError('integrity', `Data blob ${id} is in no index: a file of index/ is missing.`, {
    facts: { file: 'index/', kind: 'index', blob: id },
  })
}

function rawCounter(index: BlobIndex, entries: Entries): Counter {
  const blobs = new CountedBlobs(index)
  return {
    add: async tree => {
      blobs.add('tree', tree)
      for await (const { node } of entries(tree)) blobs.addNode(node)
      if (blobs.unknown === 0) return
      throw new BlackstartError('integrity', `${blobs.unknown} blobs are in no index: a file of index/ is missing.`, {
        facts: { file: 'index/', kind: 'index' },
      })
    },
    result: () => rawResult(index, blobs),
  }
}

function rawResult(index: BlobIndex, blobs: CountedBlobs): ReturnType<Counter['result']> {
  const sums = { blobs: 0, bytes: 0, uncompressed: 0, packed: 0, packedPlain: 0 }
  for (let number = 0; number < index.entries; number += 1) {
    if (!blobs.has(number)) continue
    const place = index.location(number)
    const plain = plainBytes(place) + sealOverhead
    sums.blobs += 1
    sums.bytes += place.length
    sums.uncompressed += plain
    if (place.plainLength === null) continue
    sums.packed += place.length
    sums.packedPlain += plain
  }
  const { uncompressed, packed, packedPlain } = sums
  const ratio = packed === 0 ? 0 : packedPlain / packed
  const progress = uncompressed === 0 ? 0 : (packedPlain / uncompressed) * 100
  const saving = uncompressed === 0 ? 0 : (1 - sums.bytes / uncompressed) * 100
  const compression = { uncompressedBytes: uncompressed, ratio, progress, saving }
  return { blobs: sums.blobs, bytes: sums.bytes, compression }
}
