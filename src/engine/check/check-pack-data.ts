import { BlackstartError } from '../../errors.ts'
import { sha256 } from '../crypto/sha256.ts'
import { damaged, readExpected } from '../damage.ts'
import type { KnownPack } from '../index/blob-index.ts'
import { openBlob } from '../pack/blob-sealing.ts'
import type { PackedBlob } from '../pack/pack-header.ts'
import { headerOf } from '../pack/read-header.ts'
import type { Repository } from '../repository.ts'

/** Reads a whole pack: its name against its hash, its header against the index, each blob. Returns the bytes read. */
export async function checkPackData(
  repository: Repository,
  name: string,
  pack: KnownPack,
  report: (error: unknown) => void,
  signal: AbortSignal,
): Promise<number> {
  try {
    const { backend, key } = repository
    const bytes = await readExpected(backend, 'pack', name, signal)
    if (sha256(bytes) !== name)
      report(damaged(backend, 'pack', name, 'does not match its name, the SHA-256 of its content'))
    for (const blob of pack.blobs) {
      const opened = openBlob(key, blob, bytes.subarray(blob.offset, blob.offset + blob.length))
      if (typeof opened === 'string') report(damaged(backend, 'pack', name, opened))
    }
    if (!isSame(headerOf(backend, key, name, bytes), pack.blobs)) {
      report(damaged(backend, 'pack', name, 'has a header that says other than the index'))
    }
    return bytes.byteLength
  } catch (error) {
    if (!(error instanceof BlackstartError)) throw error
    report(error)
    return 0
  }
}

function isSame(header: readonly PackedBlob[], indexed: readonly PackedBlob[]): boolean {
  const line = ({ type, id, offset, length, plainLength }: PackedBlob) => [type, id, offset, length, plainLength].join()
  return header.length === indexed.length && new Set(header.map(line)).isSubsetOf(new Set(indexed.map(line)))
}
