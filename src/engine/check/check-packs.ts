import type { Backend } from '../../storage/backend.ts'
import { layoutPath } from '../../storage/layout.ts'
import { type BlobIndex, expectedPackBytes, type KnownPack } from '../index/blob-index.ts'
import type { Problem } from './problem.ts'

export interface PackFiles {
  /** Bytes by name, of those that the index names and that are there. */
  readonly known: ReadonlyMap<string, number>
  /** There, and in no index. */
  readonly unreferenced: readonly string[]
}

/** Whether the packs of the index are there, of the size that their blobs make. */
export async function checkPacks(
  backend: Backend,
  index: BlobIndex,
  tell: (problem: Problem) => void,
  signal: AbortSignal,
): Promise<PackFiles> {
  const known = new Map<string, number>()
  const unreferenced: string[] = []
  for await (const { name, bytes } of backend.list('pack', signal)) {
    if (index.packs.has(name)) known.set(name, bytes)
    else unreferenced.push(name)
  }
  for (const [name, pack] of index.packs) {
    const what = trouble(pack, known.get(name))
    const file = layoutPath('pack', name)
    if (what !== null) tell({ kind: 'pack', file, message: `${backend.location}: ${file} ${what}` })
  }
  return { known, unreferenced: unreferenced.sort() }
}

/** How a sentence about the pack ends; null where nothing is wrong. */
function trouble(pack: KnownPack, bytes: number | undefined): string | null {
  if (bytes === undefined) return 'is missing, and the index names it.'
  const { blobs } = pack
  const expected = expectedPackBytes(blobs)
  if (bytes !== expected) return `is damaged: it has ${bytes} bytes, and the index says ${expected}.`
  let end = 0
  for (const { offset, length } of blobs.toSorted((a, b) => a.offset - b.offset)) {
    if (offset !== end) return 'has blobs that overlap or leave gaps, by the index.'
    end += length
  }
  return null
}
