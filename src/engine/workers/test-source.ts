import path from 'node:path'
import { ChunkBuffer } from '../chunker/chunk-buffer.ts'
import { SealingKey } from '../crypto/sealing-key.ts'
import { exclusion } from '../files/exclusion.ts'
import { readUserNames } from '../files/user-names.ts'
import { BlobTable } from '../index/blob-table.ts'
import { BlobStore } from '../pack/blob-store.ts'
import { type FilePart, type NextPart, plainRules } from './messages.ts'
import { storePart } from './part-job.ts'
import type { Source } from './source.ts'

export const polynomial = 0x3da3358b4dc173n

/** Calls `onStored` each time a blob was stored: after some of the file was read, and before its node is made. */
class WatchedStore extends BlobStore {
  onStored: () => void = () => undefined

  override add(...all: Parameters<BlobStore['add']>): string {
    const id = super.add(...all)
    this.onStored()
    return id
  }
}

/** What a thread of a backup has, whose packs go nowhere. */
export async function testSource(): Promise<{ source: Source; store: WatchedStore }> {
  const tables = { known: BlobTable.create(0, 64, 10_000), claims: BlobTable.create(0, 64, 10_000) }
  const sink = { append: () => undefined, finish: () => undefined }
  const store = new WatchedStore(SealingKey.random(), tables, { data: sink, tree: sink })
  const names = await readUserNames(AbortSignal.timeout(10_000))
  const buffer = new ChunkBuffer(polynomial, 16 * 1024 * 1024)
  const rules = { rules: plainRules, exclusion: exclusion(plainRules.exclusion) }
  return { source: { store, tables, buffer, names, ...rules }, store }
}

/** The parts of a file one after the other, as threads relay them. */
export function storeParts(file: string, source: Source): FilePart[] {
  const parts: FilePart[] = []
  let next: NextPart = { offset: 0, first: null }
  while (next.offset !== null) {
    const { offset, first } = next
    next = { offset: null, first }
    const job = { kind: 'part', file: path.resolve(file), offset, first } as const
    parts.push(
      storePart(job, source, told => {
        next = told
      }),
    )
  }
  return parts
}
