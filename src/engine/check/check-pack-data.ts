import { createHash } from 'node:crypto'
import type { Backend } from '../../storage/backend.ts'
import type { SealingKey } from '../crypto/sealing-key.ts'
import { damaged, missing } from '../damage.ts'
import type { KnownPack } from '../index/blob-index.ts'
import { openBlob } from '../pack/blob-sealing.ts'
import { cutSpans } from '../pack/cut-spans.ts'
import type { PackedBlob } from '../pack/pack-header.ts'
import { headerFromEnd } from '../pack/read-header.ts'
import { isDamage, type Report } from './problem.ts'

/** Where a pack is read, and the key of what is in it. */
export interface PackSource {
  readonly backend: Pick<Backend, 'location' | 'stream'>
  readonly key: SealingKey
}

/** What comes behind the last blob, by the index, and is not kept whole in memory. */
const mostEnd = 32 * 1024 * 1024

/**
 * Reads a whole pack: its name against its hash, each blob, its header against the index. Memory: the largest blob and the
 * header. Returns the bytes read.
 */
export async function checkPackData(
  source: PackSource,
  name: string,
  pack: Pick<KnownPack, 'blobs'>,
  report: Report,
  signal: AbortSignal,
): Promise<number> {
  const { backend, key } = source
  const tell = (what: string): void => report(damaged(backend, 'pack', name, what))
  const hash = createHash('sha256')
  let bytes = 0
  const measured = async function* () {
    for await (const piece of backend.stream('pack', name, 0, signal)) {
      hash.update(piece)
      bytes += piece.byteLength
      yield piece
    }
  }
  const blobs = pack.blobs.toSorted((a, b) => a.offset - b.offset)
  try {
    let end: Uint8Array | null = null
    for await (const { span, content } of cutSpans(measured(), blobs, mostEnd)) {
      signal.throwIfAborted()
      if (span === null) end = content
      else if (content === null) tell(`ends before ${span.type} blob ${span.id} does, or that overlaps another`)
      else {
        const opened = openBlob(key, span, content)
        if (typeof opened === 'string') tell(opened)
      }
    }
    if (hash.digest('hex') !== name) tell('does not match its name, the SHA-256 of its content')
    const header = end === null ? null : headerFromEnd(backend, key, name, end, bytes)
    if (header === null || !isSame(header, blobs)) tell('has a header that says other than the index')
  } catch (error) {
    if (!isDamage(error)) throw error
    report(error.code === 'not-found' ? missing(backend, 'pack', name, error) : error)
  }
  return bytes
}

/** Reads a pack of which no index tells what is in it: its name against its hash. Returns the bytes read. */
export async function checkPackName(
  backend: Backend,
  name: string,
  report: Report,
  signal: AbortSignal,
): Promise<number> {
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const piece of backend.stream('pack', name, 0, signal)) {
      hash.update(piece)
      bytes += piece.byteLength
    }
    if (hash.digest('hex') !== name) {
      report(damaged(backend, 'pack', name, 'does not match its name, the SHA-256 of its content'))
    }
  } catch (error) {
    if (!isDamage(error)) throw error
    report(error)
  }
  return bytes
}

function isSame(header: readonly PackedBlob[], indexed: readonly PackedBlob[]): boolean {
  const line = ({ type, id, offset, length, plainLength }: PackedBlob) => [type, id, offset, length, plainLength].join()
  return header.length === indexed.length && new Set(header.map(line)).isSubsetOf(new Set(indexed.map(line)))
}
